"""What the log tells of the time between STORED and OPENING: V-59, V-80, V-81 (docs/sealing.md, "After CLOSED")."""
from wire import milliseconds

NEVER = 2**53 - 1
# docs/sealing.md, "Windows, stops and outages": the first three outages since STORED count.
MOST_OUTAGES = 3
# An act is decided by the clock at its beginning and logged at its end, some moments later; no text says how many.
MOMENTS = 5_000


class Windows:
    """The ends of both windows in unix ms, moved by every stop and outage since CLOSED."""

    def __init__(self, lot):
        events, closed = lot.tender.events, lot.closed
        resumed = {one.data['n']: one for one in events.of('tender.resumed/1')}
        self.stops = []
        for stop in events.of('tender.suspended/1'):
            if stop.index > closed.index:
                end = resumed.get(stop.data['n'])
                self.stops.append((stop.time, end.time if end else NEVER, stop.index, end.index if end else NEVER))
        self.bidders = milliseconds(lot.store['windowEndsAt'])
        self.trustees = milliseconds(lot.store['fallbackEndsAt'])
        self._move(lot.stored.time, [one.time for one in events.of('outage.declared/1')])

    def _move(self, start, outages):
        """What was left when the tender stood still is given back; an outage begins the window it fell into anew.

        `begin` is where the bidders' window began last.
        """
        self.begin = start
        first, second = self.bidders - start, self.trustees - self.bidders
        restarts = [(at, None) for at in sorted(at for at in outages if at >= start)[:MOST_OUTAGES]]
        stops = [(begin, end) for begin, end, _, _ in self.stops if begin >= start]
        for at, end in sorted(stops + restarts, key=lambda one: one[0]):
            if end is not None:
                self.bidders += end - at if at < self.bidders else 0
                self.trustees += end - at if at < self.trustees else 0
            elif at < self.bidders:
                self.begin, self.bidders = at, max(self.bidders, at + first)
                self.trustees = max(self.trustees, self.bidders + second)
            else:
                self.trustees = max(self.trustees, at + second)

    def held(self, begin, end):
        """Whether a span of time lies wholly in one stop, so that no window ran in it."""
        return any(start <= begin and end <= stop for start, stop, _, _ in self.stops)

    def ran_since(self, until, length):
        """The instant from which the windows ran for so long up to another, stops left out."""
        for start, stop, _, _ in sorted(self.stops, reverse=True):
            if start < until:
                ran = until - min(stop, until)
                if ran >= length:
                    break
                until, length = start, length - ran
        return until - length

    def stands_still(self, index):
        return any(begin < index < end for _, _, begin, end in self.stops)


def verify_windows(lot, record, bids):
    opening = lot.tender.events.first('lot.opened/1', lot.id)
    checks = decided, released, supplied = [lot.check(number) for number in ('V-59', 'V-80', 'V-81')]
    if opening is None or record is None:
        for one in checks:
            one.gap('not opened yet')
        return
    windows = Windows(lot)
    accepted = lot.tender.events.of('release.accepted/1', lot.id)
    with decided.trial():
        due = {'failed': windows.trustees, 'trustees': windows.bidders, 'bidder': lot.stored.time}
        for one in record['bids']:
            decided.require(opening.time >= due[one['how']], f'bid {one["manifestHash"][:8]} was decided too early')
        decided.require(opening.time >= lot.stored.time, 'opened before STORED')
        decided.require(not windows.stands_still(opening.index), 'decided while suspended')
    with released.trial():
        known = {(one.data['manifestHash'], one.data['kind'], one.data['source']) for one in accepted}
        for bid in bids:
            for one in bid.row['releases']:
                logged = (bid.hash, 'summary', one['source']) in known
                released.require(logged, f'{bid.where}: the release of source {one["source"]} is not logged')
        for one in accepted:
            begin = lot.stored.time if one.data['source'] == 0 else windows.bidders
            timely = one.time >= begin and lot.stored.index < one.index < opening.index
            released.require(timely and not windows.stands_still(one.index), f'entry {one.index} is not in its window')
    with supplied.trial():
        _supplied(lot, supplied, record, accepted, windows)


def _supplied(lot, check, record, accepted, windows):
    missing, whole = lot.store['missing'], set()
    first_key = min([NEVER, *(one.index for one in accepted)])
    for one in lot.tender.events.of('part.resupplied/1', lot.id):
        in_time = lot.stored.index < one.index < first_key and one.time < windows.bidders + MOMENTS
        check.require(one.data['manifestHash'] in missing and in_time, f'entry {one.index}: not lost, or too late')
        if one.data['whole'] is True:
            whole.add(one.data['manifestHash'])
    for one in record['bids']:
        if one['manifestHash'] in missing and one['how'] != 'failed':
            check.require(one['manifestHash'] in whole, f'{one["manifestHash"]} was opened and never supplied again')
    check.say(f'{len(missing)} lost')
