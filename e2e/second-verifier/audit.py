"""The log as a whole: V-01 to V-09, and the leaves for everybody else."""
from disclosure import ZERO, Leaf, open_bundle
from merkle import (WIDTH, Missing, Range, Tiles, bundles, check_upper_tiles, leaf_hash, left_of,
                    push_subtrees)
from report import Gap
from wire import beijing_day, iso, must, parse_json, shaped

# SEALING.md section 3: "a leaf is never later, and at most 5 s earlier, than the first checkpoint covering it".
LEAF_LAG, WITNESS_LAG, SKEW = 5_000, 60_000, 2_000
DAY = 86_400_000


class Log:
    """What the audit learned. `leaves` None: not all of the log is here."""

    def __init__(self, source, judge):
        self.source, self.judge = source, judge
        self.newest, self.history, self.leaves, self.told = None, [], None, {}
        self.subjects, self.roots = {}, {}

    def first_witnessed(self, index):
        """The first recorded checkpoint with a quorum that covers a leaf. Raises Malformed."""
        for one in self.history:
            if one.size > index and one.quorum:
                return one
        must(self.newest is not None and self.newest.size > index, f'no witnessed checkpoint covers entry {index}')
        return self.newest

    def window(self, first, last):
        """{index: (leaf, told)} from `first` to `last`, proven under a witnessed checkpoint. Raises Gap, Malformed."""
        if self.leaves is not None:
            return {at: (self.leaves[at], self.told.get(at)) for at in range(first, last + 1)}
        if not self.source.partial:
            raise Gap('the log does not hold together: V-03')
        start, checkpoint = first // WIDTH * WIDTH, self.first_witnessed(last)
        tiles, out = Tiles(self.source, checkpoint.size), {}
        try:
            tree = left_of(tiles, start)
            for number, entries in bundles(tiles, start):
                leaves = [Leaf(entry) for entry in entries]
                for leaf in leaves:
                    tree.push(leaf_hash(leaf.raw))
                if number * WIDTH <= last:
                    told = self.disclosed(number, leaves)
                    out.update({number * WIDTH + at: pair for at, pair in enumerate(zip(leaves, told))})
        except Missing as missing:
            raise Gap('the leaves are not all here') from missing
        must(tree.root() == checkpoint.root, 'the leaves do not give the root of the checkpoint')
        return {at: out[at] for at in range(first, last + 1)}

    def disclosed(self, number, leaves):
        raw = self.source.get(f'/log/disclosures/{number}')
        must(raw is not None, f'disclosure {number} is missing')
        return open_bundle(raw, number, leaves)


def audit(source, judge, report, remembered=None):
    """Makes V-01 to V-09; gives what the other checks stand on."""
    log = Log(source, judge)
    with report.check('V-01').trial():
        log.newest = _newest(source, judge, report.check('V-01'))
    with report.check('V-04').trial():
        _history(log, report.check('V-04'))
    with report.check('V-03').trial():
        try:
            _scan(log, report)
        except Missing as missing:
            if not source.partial:
                raise
            raise Gap(f'not all of the log is here: {missing}') from missing
    if log.leaves is None:
        for number in ('V-05', 'V-06'):
            report.check(number).gap('the leaves are not all here')
    _remembered(log, report.check('V-02'), remembered)
    _witnesses(log, report.check('V-07'))
    with report.check('V-08').trial():
        _disclosures(log, report)
    return log


def _newest(source, judge, check):
    raw = source.get('/log/checkpoint')
    must(raw is not None, 'no checkpoint')
    one = judge.checkpoint(raw.decode('utf-8', 'replace'))
    witnesses = judge.policy.witnesses
    check.require(not one.forged, f'a false cosignature of {", ".join(one.forged)}')
    check.require(one.quorum and one.size > 0, 'too few cosignatures')
    check.say(f'{one.size} leaves; cosigned by {len(one.cosigned)} of {len(witnesses)}')
    return one


def _history(log, check):
    """Every recorded checkpoint. In a bundle only some pages are there."""
    size = log.newest.size if log.newest else float('inf')
    count = shaped(parse_json(log.source.get('/log/checkpoints')), {'count': int})['count']
    for page in range(-(-count // 256)):
        raw = log.source.get(f'/log/checkpoints/{page}')
        if raw is None and log.source.partial:
            check.gap(f'page {page} is not here')
            continue
        must(raw is not None, f'page {page} of the history is missing')
        notes = shaped(parse_json(raw), [str], f'page {page}')
        for at, note in enumerate(notes):
            with check.trial(f'recorded checkpoint {page * 256 + at}'):
                one = log.judge.checkpoint(note)
                # A platform that goes on meanwhile may record more than /log/checkpoint told.
                log.history += [one] if one.size <= size else []
    for before, one in zip([None, *log.history], log.history):
        check.require(one.time is not None, f'the checkpoint of {one.size} leaves has no time')
        check.require(not one.forged, f'the checkpoint of {one.size} leaves has a false cosignature')
        if before and one.time is not None and before.time is not None:
            check.require(before.size < one.size, f'checkpoints do not grow at {one.size} leaves')
            check.require(before.time <= one.time, f'times go back at {one.size} leaves')
    check.say(f'{len(log.history)} checkpoints')


def _scan(log, report):
    """One pass over all leaves: the tree, every recorded root, times, subjects."""
    must(log.newest is not None, 'no checkpoint to compare with')
    tiles, tree, hashes, leaves = Tiles(log.source, log.newest.size), Range(), [], []
    late, growing = report.check('V-05'), []
    for one in [*log.history, log.newest]:
        growing += [one] if not growing or one.size > growing[-1].size else []
    history, since = iter(growing), 0
    covering = next(history)
    for _, entries in bundles(tiles, 0):
        for raw in entries:
            leaf, index = Leaf(raw), tree.size
            hashes.append(leaf_hash(raw))
            tree.push(hashes[-1])
            leaves.append(leaf)
            if covering.time is not None and not covering.time - LEAF_LAG <= leaf.time <= covering.time:
                late.fail(f'entry {index} says {iso(leaf.time)}, its checkpoint {iso(covering.time)}')
            if leaf.subject != ZERO:
                log.subjects.setdefault(leaf.subject, []).append(index)
            if tree.size == covering.size:
                log.roots[tree.size] = tree.root()
                must(log.roots[tree.size] == covering.root, f'another root at {tree.size} leaves: {since} to {index}')
                since, covering = tree.size, next(history, covering)
    must(tree.root() == log.newest.root, 'the leaves do not give the root')
    check_upper_tiles(tiles, hashes)
    log.leaves = leaves
    report.check('V-03').say(f'{tree.size} entries, {len(log.roots)} roots recomputed')
    once = report.check('V-06')
    for places in log.subjects.values():
        once.require(len(places) == 1, f'entry {places[-1]} repeats the subject of entry {places[0]}')


def _remembered(log, check, note):
    if note is None:
        check.idle('nothing remembered')
        return
    with check.trial():
        old = log.judge.checkpoint(note)
        must(log.leaves is not None and old.size <= len(log.leaves), 'the log shrank, or is not all here')
        must(root_at(log, old.size) == old.root, 'two histories: the roots do not agree')


def root_at(log, size):
    """Root of the first `size` leaves. Raises Gap where they are not all here."""
    if log.leaves is None:
        raise Gap('the leaves are not all here')
    must(size <= len(log.leaves), f'a tree of {size} leaves, which the log never had')
    if size not in log.roots:
        tree = Range()
        for leaf in log.leaves[:size]:
            tree.push(leaf_hash(leaf.raw))
        log.roots[size] = tree.root()
    return log.roots[size]


def earlier_root(log, size):
    """Root of the first `size` leaves of the log that the newest checkpoint is of, from its leaves or its tiles alone."""
    if log.leaves is not None:
        return root_at(log, size)
    tiles, tree = Tiles(log.source, log.newest.size), Range()
    try:
        push_subtrees(tiles, tree, size)
        root = tree.root()
        push_subtrees(tiles, tree, log.newest.size)
    except Missing as missing:
        raise Gap('the tiles are not all here') from missing
    if tree.root() != log.newest.root:
        raise Gap('the tiles do not give the root')
    return root


def _witnesses(log, check):
    """V-07: how long each recorded checkpoint waited until a quorum had seen it or a later one."""
    seen_by, worst = None, 0
    for one in reversed([*log.history, *([log.newest] if log.newest else [])]):
        seen_by = one.seen_by if one.seen_by is not None else seen_by
        if seen_by is None or one.time is None:
            continue
        gap = seen_by * 1000 - one.time
        worst = max(worst, gap)
        check.require(gap <= WITNESS_LAG, f'{gap / 1000:.0f} s at {one.size} leaves')
        check.require(gap >= -SKEW, f'the checkpoint of {one.size} leaves is dated after its cosignatures')
    if seen_by is None:
        check.gap('no witnessed checkpoint')
    check.say(f'longest wait {worst / 1000:.1f} s')


def _disclosures(log, report):
    check, overdue = report.check('V-08'), report.check('V-09')
    if log.leaves is None:
        for one in (check, overdue):
            one.gap('the leaves are not all here')
        return
    hidden = set()
    for number in range(-(-len(log.leaves) // WIDTH)):
        leaves = log.leaves[number * WIDTH : (number + 1) * WIDTH]
        for at, told in enumerate(log.disclosed(number, leaves)):
            log.told[number * WIDTH + at] = told
            if told is None:
                hidden.add(beijing_day(leaves[at].time))
    # Never a number of leaves: what is left over would count the bids of a tender that is still closed.
    check.say(f'days not yet disclosed: {", ".join(sorted(hidden))}' if hidden else 'every leaf is disclosed')
    limit = beijing_day((log.newest.not_before or 0) * 1000 - 180 * DAY)
    late = sorted(day for day in hidden if day < limit)
    overdue.require(not late, ', '.join(late))


