"""What probes outside said of each minute: V-94, on which V-91 to V-93 stand (docs/sealing.md, "Probe", "Red and green")."""
import ed25519
from events import Event
from note import PLAIN, Key, decimal
from wire import (Malformed, base64url, is_count, milliseconds, must, one_of, parse_json, sha256, shaped, unbase64url)

MINUTE = 60_000
CLAUSE = 'outage'
# What was handed over by a probe itself and never told: at no instant did the platform say that it knew.
UNTOLD = float('inf')
PROBE = {
    'v': 'sunlit/v1', 'type': 'probe', 'origin': str, 'probe': str, 'minute': is_count, 'state': one_of('up', 'down'),
    'from': is_count, 'to': is_count, 'looks': is_count, 'failed': [one_of('ready', 'desk', 'log')],
}


class Policy:
    """The probes by name, and how many of them must agree."""

    def __init__(self, text):
        lines = [line.split() for line in text.split('\n')]
        lines = [words for words in lines if words and not words[0].startswith('#')]
        must(all(len(words) == 2 and words[0] in ('probe', 'quorum') for words in lines), 'probes: an unknown line')
        keys = [Key(words[1]) for words in lines if words[0] == 'probe']
        quorums = [words[1] for words in lines if words[0] == 'quorum']
        must(len(quorums) == 1, 'probes: not one quorum')
        self.keys, self.quorum = {key.name: key for key in keys}, decimal(quorums[0])
        must(all(key.type == PLAIN for key in keys), 'probes: not a plain Ed25519 key')
        must(len({key.public for key in keys}) == len(self.keys) == len(keys), 'probes: a name or a key twice')
        must(len(keys) >= self.quorum > len(keys) / 2, 'probes: a quorum of half or less')


def read_file(raw):
    """[(statement, signature)] of a probe's own state file."""
    return [(unbase64url(one['statement']), unbase64url(one['signature'])) for one in parse_json(raw)['statements']]


def _digest(text):
    """What a notice says of a list: null for one that names nobody."""
    return base64url(sha256(text.encode())) if text else None


def last_minute(instant):
    """The last whole minute before it."""
    return instant // MINUTE * MINUTE - MINUTE


class ProbeLog:
    """`policy` None: the outage rule does not hold here. `told`: (probe, minute, down, since when it was known)."""

    def __init__(self, tender, report, handed=()):
        self.tender, self.check = tender, report.check('V-94')
        self.policy, self.told = None, []
        raw = tender.log.source.get(f'/api/tenders/{tender.id}/probe-log')
        with self.check.trial():
            answer = parse_json(raw) if raw is not None else {'policies': [], 'statements': []}
            self._name(answer['policies'])
            if self.policy is None:
                self.check.idle('no probes were named before the notice')
                return
            for at, row in enumerate(answer['statements']):
                with self.check.trial(f'statement {at}'):
                    self._take(row)
            self.check.say(f'{len(self.told)} minutes')
            for signed in handed:
                self._take_untold(*signed)

    def _name(self, rows):
        """The list that the first notice names by its hash, where that notice knows the rule."""
        notice, _, first = self.tender.notices[0]
        lists = {}
        for row in rows:
            with self.check.trial('a list of probes'):
                event = Event(None, {**row, 'type': 'probes.named/1', 'lotId': None})
                must(event.data['text'] == row['text'], 'not the logged one')
                if row['leafIndex'] is None or row['leafIndex'] >= first.index:
                    continue
                event.place(row['leafIndex'], self.tender.log)
                lists[event.index] = row['text']
        if not any(one['id'] == CLAUSE for one in notice['clauses']):
            return
        newest = lists[max(lists)] if lists else ''
        text = self._text(notice, newest, lists.values())
        self.policy = Policy(text) if text else None

    def _text(self, notice, newest, texts):
        """The list of that hash; in older notices, which name none, the newest that is told."""
        if 'probesSha256' not in notice:
            if newest:
                self.check.idle('the notice names no list of probes')
            return newest
        named = notice['probesSha256']
        for n, (later, _, _) in self.tender.notices.items():
            self.check.require(later.get('probesSha256', '') == named, f'NOTICE {n} names other probes')
        self.check.require(_digest(newest) == named, 'the newest list that is told is not the one of the notice')
        return next((text for text in texts if text and _digest(text) == named), '')

    def _read(self, raw, signature):
        """The statement; None where it is of no probe of this tender, of which nothing is asked. Raises Malformed."""
        try:
            told = shaped(parse_json(raw), PROBE)
        except Malformed:
            return None
        if told['probe'] not in self.policy.keys or not _is_minute(told):
            return None
        key = self.policy.keys[told['probe']]
        must(ed25519.verify(key.public, b'sunlit/v1/probe\n' + raw, signature), f'a false signature of {key.name}')
        must(told['origin'] == self.tender.log.judge.policy.log.name, f'{key.name} speaks of another log')
        return told

    def _take(self, row):
        raw = unbase64url(row['statement'])
        told = self._read(raw, unbase64url(row['signature']))
        if told is None:
            return
        down = told['state'] == 'down'
        must(row['event'] is not None or not down, f'{told["probe"]} says down, and the log does not')
        known = milliseconds(row['receivedAt']) if row['event'] is None else self._logged_at(row['event'], raw)
        self.told.append((told['probe'], told['minute'], down, known))

    def _logged_at(self, row, raw):
        """Leaf time of the event of a statement, proven in the log. Raises Gap while it waits, Malformed."""
        event = Event(None, {**row, 'type': 'probe.reported/1', 'lotId': None})
        must(event.data.get('statementSha256') == base64url(sha256(raw)), 'the event of another statement')
        event.place(row['leafIndex'], self.tender.log)
        return event.time

    def _take_untold(self, raw, signature):
        try:
            told = self._read(raw, signature)
        except Malformed:
            return
        if told is None or any((name, minute) == (told['probe'], told['minute']) for name, minute, _, _ in self.told):
            return
        self.check.gap(f'{told["probe"]} {told["minute"]}: handed over by the probe, not told by the platform')
        self.told.append((told['probe'], told['minute'], told['state'] == 'down', UNTOLD))

    def states(self, by=UNTOLD):
        """{minute: 'red', 'green' or 'unknown'}, in order, of what was known by an instant."""
        words = {}
        for name, minute, down, known in sorted(self.told):
            if known <= by:
                words.setdefault(minute, (set(), set()))[down].add(name)
        return {minute: self._state(up, down) for minute, (up, down) in sorted(words.items())}

    def _state(self, up, down):
        if len(down) >= self.policy.quorum:
            return 'red'
        return 'green' if len(up) > len(self.policy.keys) - self.policy.quorum else 'unknown'

    def runs(self, by=UNTOLD):
        """[from, to, is over] of each red run."""
        runs = []
        for minute, state in self.states(by).items():
            if state == 'green' and runs:
                runs[-1][2] = True
            if state != 'red':
                continue
            if runs and not runs[-1][2]:
                runs[-1][1] = minute + MINUTE
            else:
                runs.append([minute, minute + MINUTE, False])
        return runs

    def bears_out(self, begin, end):
        """Whether a claimed outage lies in a red run, and begins and ends red."""
        states = self.states() if self.policy else {}
        if (states.get(begin), states.get(end - MINUTE)) != ('red', 'red'):
            return False
        return any(run[0] <= begin and end <= run[1] for run in self.runs())


def _is_minute(told):
    """A whole minute that was up, or the part of it that was down."""
    minute, begin, end = told['minute'], told['from'], told['to']
    if minute % MINUTE or not 1 <= told['looks'] <= 600 or len(told['failed']) > 3:
        return False
    if told['state'] == 'up':
        return (begin, end) == (minute, minute + MINUTE) and not told['failed']
    return minute <= begin < end <= minute + MINUTE and len(told['failed']) > 0
