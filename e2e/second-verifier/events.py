"""The public events of a tender: V-30 and V-31."""
from disclosure import ZERO, Leaf, body_of, parse_outer, subject_of
from report import Gap
from wire import must, parse_json, unbase64url

# Which event carries which once-only subject, and whether it is of the tender or of a lot, stands in no text.
SUBJECTS = {
    'notice.published/1': ('NOTICE', False),
    'trustees.signed/1': ('TRUSTEES', False),
    'tender.suspended/1': ('SUSPENDED', False),
    'tender.resumed/1': ('RESUMED', False),
    'outage.declared/1': ('OUTAGE', False),
    'lot.closed/1': ('CLOSED', True),
    'lot.stored/1': ('STORED', True),
    'lot.not-opened/1': ('NOT_OPENED', True),
    'lot.opened/1': ('OPENING', True),
}
NUMBERED = ('NOTICE', 'SUSPENDED', 'RESUMED', 'OUTAGE')


class Event:
    """An event whose two layers give its leaf. `index` and `checkpoint` are None until the log has it."""

    def __init__(self, tender, row):
        self.type, self.lot = row['type'], row['lotId']
        leaf = Leaf(unbase64url(row['leaf']))
        outer_raw = unbase64url(row['outer'])
        must(leaf.commits(unbase64url(row['outerSalt']), outer_raw), 'the leaf does not commit to the outer layer')
        outer = parse_outer(outer_raw)
        body = body_of(outer, unbase64url(row['bodySalt']), unbase64url(row['body']))
        self.data, self.leaf, self.time = body['data'], leaf, leaf.time
        must(outer['type'] == self.type == body['schema'] and outer['tenderId'] == tender, 'of another type or tender')
        must(isinstance(self.data, dict), 'no data')
        must(self.lot == self.data.get('lotId'), 'told as of another lot than its body says')
        self.index = self.checkpoint = None
        self._check_subject(tender)

    def _check_subject(self, tender):
        name, of_lot = SUBJECTS.get(self.type, (None, False))
        if name is None:
            must(self.leaf.subject == ZERO, 'a subject on an event that has none')
            return
        n = self.data['n'] if name in NUMBERED else 0
        must(isinstance(n, int) and n >= 0, 'no number')
        must(not of_lot or self.lot is not None, 'of no lot')
        expected = subject_of(tender, self.lot if of_lot else None, name, n)
        must(self.leaf.subject == expected, f'not the subject of {name} {n}')

    def place(self, index, log):
        """Takes the witnessed proof of the log, and the leaf itself where all leaves are here."""
        size = log.newest.size if log.newest else 0
        if index is None or index >= size > 0:
            raise Gap('waits for the witnesses')
        self.index, self.checkpoint = log.judge.proof(log.source.get(f'/log/proof/{index}'), self.leaf.raw)
        must(self.index == index, f'the proof is of entry {self.index}')
        if log.leaves is not None:
            must(index < len(log.leaves) and log.leaves[index].raw == self.leaf.raw, f'entry {index} is another leaf')


class Events:
    """Events that hold, in the order of the log."""

    def __init__(self, tender, log, report):
        rows = parse_json(log.source.get(f'/api/tenders/{tender}/events'))['events']
        self.all = []
        commits, placed = report.check('V-30'), report.check('V-31')
        for at, row in enumerate(rows):
            where = f'event {at} {row.get("type")}'
            event = None
            with commits.trial(where):
                event = Event(tender, row)
            if event is None:
                continue
            with placed.trial(where):
                event.place(row['leafIndex'], log)
                self.all.append(event)
        self.all.sort(key=lambda event: event.index)
        commits.say(f'{len(rows)} events')

    def of(self, type_, lot=None):
        return [one for one in self.all if one.type == type_ and lot in (None, one.lot)]

    def first(self, type_, lot):
        """"The first leaf with a subject is the only valid one": None where there is none; V-06, V-46 tell of two."""
        return next(iter(self.of(type_, lot)), None)
