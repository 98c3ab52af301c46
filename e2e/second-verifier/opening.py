"""CLOSED and STORED of a lot, and that no bid was dropped or added: V-10 to V-12, V-40 to V-49."""
from disclosure import subject_of
from report import Gap
from wire import beijing_day, bytes_of, is_count, is_id, milliseconds, must, shaped

INSTANT = lambda value: milliseconds(value) >= 0
# What CLOSED and STORED hold is told in words only; these are the members of their bodies' `data`.
CLOSED = {
    'lotId': is_id, 'deadline': INSTANT, 'noticeN': is_count, 'suspensionN': is_count, 'minimumBidders': is_count,
    'count': is_count, 'manifestHashes': [bytes_of(32)],
}
STORED = {'lotId': is_id, 'missing': [bytes_of(32)], 'windowEndsAt': INSTANT, 'fallbackEndsAt': INSTANT}
# Witnessed within 10 s after the deadline; cosignatures carry whole seconds.
CLOSING = 10_999


class Lot:
    """A lot of the last notice, as far as CLOSED and STORED hold. `bids`: {manifestHash: leaf} of the window."""

    def __init__(self, tender, told, report):
        self.tender, self.report, self.id, self.no = tender, report, told['lotId'], told['no']
        self.minimum, self.bids, self.closed, self.stored = told['minimumBidders'], {}, None, None
        with self.check('V-40').trial():
            self.closed = tender.events.first('lot.closed/1', self.id)
            if self.closed is None:
                raise Gap('not closed yet')
            self.list = shaped(self.closed.data, CLOSED, 'CLOSED')
        if self.closed is None:
            return
        self.hashes = self.list['manifestHashes']
        self.is_unopened = bool(tender.events.of('lot.not-opened/1', self.id))
        self._closed()
        with self.check('V-45').trial():
            self._stored(self.check('V-45'))
        with self.check('V-46').trial():
            self._absences(self.check('V-46'))
        self._complete()

    def check(self, number):
        return self.report.check(number, self.no)

    def _all(self, type_):
        return self.tender.events.of(type_, self.id)

    def _closed(self):
        tender, told, closed = self.tender, self.list, self.closed
        late = self.check('V-40')
        late.require(closed.time >= tender.deadline, 'earlier than the deadline')
        late.require(milliseconds(told['deadline']) == tender.deadline, 'names another deadline')
        late.require(len(self._all('lot.closed/1')) == 1, 'a second CLOSED was told')
        late.say(f'entry {closed.index}')
        named, events = self.check('V-42'), tender.events
        before = [one.data['n'] for one in events.of('tender.suspended/1') if one.index < closed.index]
        resumed = [one.data['n'] for one in events.of('tender.resumed/1') if one.index < closed.index]
        named.require(told['noticeN'] == max(tender.notices), f'NOTICE {told["noticeN"]} is not the last')
        named.require(told['suspensionN'] == max(before, default=0), 'not the last suspension')
        named.require(not before or told['suspensionN'] in resumed, 'closed while suspended')
        count = self.check('V-44')
        whole = told['count'] == len(self.hashes) == len(set(self.hashes))
        count.require(whole and told['lotId'] == self.id, 'the count is not that of the list')
        if self.is_unopened:
            count.require(told['count'] < self.minimum, 'NOT_OPENED with enough bids')
            count.require(not events.of('lot.opened/1', self.id), 'NOT_OPENED and opened')
        else:
            count.require(told['count'] >= self.minimum, f'{told["count"]} bids, {self.minimum} needed')
        count.say(f'{told["count"]}')
        with self.check('V-41').trial():
            seconds = closed.checkpoint.not_before
            must(seconds >= tender.deadline // 1000, 'the cosignatures are older than the deadline')
        with self.check('V-49').trial():
            first = tender.log.first_witnessed(closed.index)
            times = [one.time for one in events.of('tender.resumed/1') if one.index < closed.index]
            # A closing that the log says was held back is counted from its own leaf; whether rightly, V-93 says.
            held = [one for one in events.of('closing.held/1') if one.index < closed.index]
            times += [closed.time for one in held if one.data['noticeN'] == told['noticeN']]
            gap = first.seen_by * 1000 - max([tender.deadline, *times])
            must(gap <= CLOSING, f'{gap / 1000:.1f} s')
            self.check('V-49').say(f'{gap / 1000:.1f} s')

    def _stored(self, check):
        self.stored = self.tender.events.first('lot.stored/1', self.id)
        if self.stored is None:
            raise Gap('NOT_OPENED' if self.is_unopened else 'not yet')
        self.store = shaped(self.stored.data, STORED, 'STORED')
        must(self.stored.index > self.closed.index, 'STORED before CLOSED')
        check.require(len(self._all('lot.stored/1')) == 1, 'a second STORED was told')
        check.say(f'entry {self.stored.index}; missing {len(self.store["missing"])}')

    def _absences(self, check):
        """Over all leaves, disclosed or not: the subject alone tells."""
        tender, log = self.tender, self.tender.log
        if log.leaves is None:
            raise Gap('the leaves are not all here')

        def at(name, n=0, lot=None):
            return log.subjects.get(subject_of(tender.id, lot, name, n), [])

        check.require(at('CLOSED', lot=self.id) == [self.closed.index], 'another CLOSED')
        if self.stored is not None:
            check.require(at('STORED', lot=self.id) == [self.stored.index], 'another STORED')
        check.require(bool(at('NOT_OPENED', lot=self.id)) == self.is_unopened, 'NOT_OPENED is not what was told')
        # 87号令 41: no notice announces a second stage.
        check.require(not at('STAGE', lot=self.id), 'a second stage that no notice announces')
        for n, (_, _, event) in tender.notices.items():
            check.require(at('NOTICE', n) == [event.index], f'another NOTICE {n}')
        check.require(not at('NOTICE', max(tender.notices) + 1), 'a further NOTICE')
        n = self.list['suspensionN'] + 1
        while at('SUSPENDED', n):
            told = [one.index for one in tender.events.of('tender.suspended/1') if one.data['n'] == n]
            check.require(told == at('SUSPENDED', n), f'SUSPENDED {n} is not told')
            n += 1

    def _complete(self):
        """V-10 to V-12 from the disclosed leaves between the first NOTICE and CLOSED."""
        first, last = self.tender.notices[0][2].index, self.closed.index
        whole, kept, listed = self.check('V-10'), self.check('V-11'), self.check('V-12')
        window = {}
        with whole.trial():
            window = self.tender.log.window(first, last)
        if whole.ok is not True:
            for one in (kept, listed):
                one.gap('the leaves of the window are not proven')
            return
        hidden = {beijing_day(leaf.time) for leaf, told in window.values() if told is None}
        if hidden:
            for one in (whole, kept, listed):
                one.gap(f'days not yet disclosed: {", ".join(sorted(hidden))}')
        self._chains(window, kept, not hidden)
        if not hidden:
            for hash_ in self.hashes:
                listed.require(hash_ in self.ends, f'CLOSED lists {hash_}, which no leaf of the window ends with')

    def _chains(self, window, check, whole):
        replaced, withdrawn = {}, 0
        for index, (leaf, told) in sorted(window.items()):
            is_bid = isinstance(told, dict) and 'manifestHash' in told
            if not is_bid or (told['tenderId'], told['lotId']) != (self.tender.id, self.id):
                continue
            hash_, before = told['manifestHash'], told['prevManifest']
            check.require(hash_ not in self.bids, f'entry {index} hands in a manifest twice')
            if before is not None:
                # A hidden leaf may be the one before.
                check.require(before in self.bids or not whole, f'entry {index} replaces one that no leaf has')
                check.require(before not in replaced, f'entry {index} replaces a manifest that was already replaced')
                replaced[before] = index
            self.bids[hash_] = (index, leaf.time, told)
        self.ends = set()
        for hash_, (index, _, told) in self.bids.items():
            if hash_ in replaced:
                continue
            if told['type'].startswith('bid.withdrawn/'):
                withdrawn += 1
                continue
            self.ends.add(hash_)
            check.require(hash_ in self.hashes, f'the bid of entry {index} is neither in CLOSED nor replaced')
        check.say(f'{len(self.ends)} bids; {withdrawn} withdrawals not checked here')

