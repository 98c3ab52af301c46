"""Numbered checks, with the numbers of api/client/checks.ts, each with its words."""
from contextlib import contextmanager

from wire import Malformed

WORDS = {
    'V-01': 'the newest checkpoint is signed by the log and cosigned by a quorum',
    'V-02': 'the log continues the checkpoint remembered from an earlier audit',
    'V-03': 'every entry hashes to the tree and to every recorded root',
    'V-04': 'recorded checkpoints are signed, grow, and never go back in time',
    'V-05': 'no leaf is later, or over 5 s earlier, than its checkpoint',
    'V-06': 'each once-only subject stands in one leaf',
    'V-07': 'a quorum saw each leaf within 60 s of its checkpoint',
    'V-08': 'everything disclosed matches the commitment in its leaf',
    'V-09': 'no day stays undisclosed for more than 180 days',
    'V-10': 'no leaf between NOTICE and CLOSED is undisclosed',
    'V-11': 'each bid leaf is in CLOSED or replaced by one that is',
    'V-12': 'CLOSED lists only bids that were logged in time',
    'V-30': 'each event of the tender matches the commitment and subject of its leaf',
    'V-31': 'each event of the tender is in the log under a witnessed checkpoint',
    'V-32': 'the bytes and the PDF of each notice give the logged hash',
    'V-33': 'notices run from 0 without a gap, each naming the hash of the one before',
    'V-34': 'deadlines never decrease and none lies before the trustee set’s',
    'V-35': 'the trustee set was logged before the notice, which names its hash and fingerprint',
    'V-36': 'the set is signed by the purchaser; each statement’s signature, chain and proof of possession hold',
    'V-37': 'no organisation, and no purchaser’s side, holds enough shares to open',
    'V-38': 'shares and windows of the notice are those of the trustee set',
    'V-40': 'CLOSED is in the log and not earlier than the deadline of the last notice',
    'V-41': 'a quorum cosigned CLOSED at or after the deadline',
    'V-42': 'CLOSED names the last notice and the last suspension',
    'V-44': 'the count of CLOSED is that of its list and reaches the notice’s minimum',
    'V-45': 'STORED is in the log after CLOSED, and witnessed',
    'V-46': 'no leaf holds a second CLOSED, a further NOTICE, a lasting SUSPENDED or NOT_OPENED',
    'V-49': 'CLOSED was witnessed within 10 s after the deadline',
    'V-50': 'the published manifests are exactly those of CLOSED',
    'V-51': 'each manifest’s signature and certificate were valid when received',
    'V-52': 'each manifest is for this lot, this trustee set and a published notice',
    'V-53': 'each published summary ciphertext is the one its manifest names',
    'V-54': 'each summary opens with its published key: commitment, place, inner signatures',
    'V-55': 'the escrow of each opened summary recomputes byte for byte',
    'V-56': 'each key or share was released by its bidder’s or trustee’s signature',
    'V-57': 'the hash of the opening record is in the log',
    'V-58': 'what was announced equals what was decrypted, and the record lists what CLOSED lists',
    'V-59': 'no lot was decided while suspended; what stayed shut waited for the end of its windows',
    'V-72': 'each version of the published PDFs is logged, signed by whom it names, and signed whole',
    'V-73': 'evaluation report and award letter: each version is logged, signed by whom it names, and signed whole',
    'V-80': 'each published key and share is in the log, accepted in its window and not while suspended',
    'V-81': 'a bid that the store lost counts only if it was whole again before the first key of its lot',
    'V-84': 'the log continues the checkpoint that the software of each bid saw: no other history was shown',
    'V-90': 'every file of the bundle is the one that its index names; none is missing, none is foreign',
    'V-91': 'a deadline moved after it had passed was moved because a quorum of probes saw an outage over it',
    'V-92': 'each window begun anew is borne out by a quorum of probes; no outage was hidden, nobody blamed for one',
    'V-93': 'CLOSED does not lie over a minute that the probes saw red, and waited no longer than the rule allows',
    'V-94': 'the probe log is what the probes signed, and each minute down stands in the log',
    'V-95': 'the log signed this answer to an attempt to hand in',
}
# Checks of api/client/checks.ts that stay with the first verifier: they need the formulas of the law, or the entitled.
NEVER = {
    'V-60': 'evaluation report', 'V-61': 'price scores', 'V-62': 'totals and ranking', 'V-63': 'award notice',
    'V-64': 'the hash of the result notice', 'V-83': 'the software of each bid', 'V-70': 'the other envelopes', 'V-71': 'bids that ended in a withdrawal',
    'V-82': 'destruction of what was never opened',
}


class Gap(Exception):
    """What a check needs is not public here and now; it is told as not checked, never as passed."""


class Stop(Exception):
    """A check failed on which everything else stands."""


class Check:
    """`ok` None: not checked here."""

    def __init__(self, number, lot):
        self.number, self.lot, self.ok, self.detail, self.is_idle = number, lot, True, [], False

    def fail(self, detail):
        self.ok = False
        self.detail.append(detail)

    def gap(self, detail):
        self.ok, self.is_idle = self.ok and None, False
        self.detail.append(detail)

    def idle(self, detail):
        """There is nothing of the kind, and there will be none: open, and no reason to come again."""
        was_ok = self.ok is True
        self.gap(detail)
        self.is_idle = was_ok

    def say(self, detail):
        self.detail.append(detail)

    def require(self, condition, detail):
        if not condition:
            self.fail(detail)

    @contextmanager
    def trial(self, where=''):
        """Whatever is malformed inside makes the check false, whatever is missing leaves it open; then life goes on."""
        before = f'{where}: ' if where else ''
        try:
            yield
        except Gap as gap:
            self.gap(f'{before}{gap}')
        except (Malformed, KeyError, TypeError, AttributeError) as error:
            self.fail(f'{before}{error!r}' if not isinstance(error, Malformed) else f'{before}{error}')


class Report:
    def __init__(self, never=NEVER):
        self.checks, self.stopped, self.never = {}, None, never

    def check(self, number, lot=None):
        return self.checks.setdefault((lot or 0, number), Check(number, lot))

    def lines(self):
        for _, one in sorted(self.checks.items()):
            mark = {True: 'ok', False: 'FAIL', None: 'not checked here'}[one.ok]
            lot = '' if one.lot is None else f' [lot {one.lot}]'
            told = list(dict.fromkeys(one.detail))
            more = [f'{len(told) - 4} more'] if len(told) > 4 else []
            detail = f' ({"; ".join([*told[:4], *more])})' if told else ''
            yield f'{one.number} {mark}{lot} {WORDS[one.number]}{detail}'
        for number, what in sorted(self.never.items()):
            yield f'{number} not checked here {what}'

    def count(self, ok):
        return sum(one.ok is ok for one in self.checks.values())
