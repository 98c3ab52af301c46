"""The outage rule by the probes' own words: V-91 to V-93 (docs/sealing.md, "Windows, stops and outages")."""
from probes import MINUTE, last_minute
from windows import MOST_OUTAGES, Windows
from wire import milliseconds, must

HOUR = 60 * MINUTE
LEAST_MOVE, MOST_RED, MOST_SILENCE = 30 * MINUTE, 24 * HOUR, 2 * HOUR
# A notice is logged so long after the instant that it names at most; what was known so long before OPENING is acted on.
RENDERING, TO_ACT = MINUTE, 2 * MINUTE


def moved_deadline(deadline, begin, at):
    lost = min(MOST_RED, max(LEAST_MOVE, deadline - begin))
    return (at // MINUTE + 1) * MINUTE - -lost // MINUTE * MINUTE


def _span(event):
    return milliseconds(event.data['from']), milliseconds(event.data['to'])


def _is_suspended(events, index):
    stops, ends = (events.of(f'tender.{name}/1') for name in ('suspended', 'resumed'))
    return sum(one.index < index for one in stops) != sum(one.index < index for one in ends)


def verify_moves(tender, probes):
    """V-91: each notice that came when the deadline before it had passed."""
    check, late = tender.report.check('V-91'), 0
    for n in sorted(tender.notices)[1:]:
        before = milliseconds(tender.notices[n - 1][0]['deadline']) if n - 1 in tender.notices else None
        notice, _, event = tender.notices[n]
        if before is None or event.time < before or _is_suspended(tender.events, event.index):
            continue
        late += 1
        with check.trial(f'NOTICE {n}'):
            told = [one for one in tender.events.of('deadline.moved/1') if one.data['noticeN'] == n]
            must(told, 'after the deadline, and no outage is told')
            begin, end = _span(told[0])
            over = begin <= last_minute(before) < end
            must(over and probes.bears_out(begin, end), 'no quorum of probes saw that outage over the deadline')
            at = milliseconds(notice['publishedAt'])
            must(0 <= event.time - at <= RENDERING, 'published at another time than its leaf')
            must(milliseconds(notice['deadline']) == moved_deadline(before, begin, at), 'not the deadline of the rule')
    check.require(late <= MOST_OUTAGES, 'moved too often')
    check.say(f'{late}')


def verify_closing(lot, probes):
    """V-93: the minute before CLOSED, and how long it was waited for."""
    check, events, closed = lot.check('V-93'), lot.tender.events, lot.closed
    with check.trial():
        held = [one for one in events.of('closing.held/1') if one.index < closed.index]
        held = [one for one in held if one.data['noticeN'] == lot.list['noticeN']]
        if probes.policy is None:
            check.require(not held, 'held back, and no probes were named before the notice')
            check.idle('no probes were named before the notice')
            return
        resumed = [one.time for one in events.of('tender.resumed/1') if one.index < closed.index]
        wait = closed.time - max([lot.tender.deadline, *resumed])
        is_red = probes.states().get(last_minute(lot.tender.deadline)) == 'red'
        may_be = len(events.of('deadline.moved/1')) >= MOST_OUTAGES or wait >= MOST_RED
        check.require(not is_red or may_be, 'closed over a red minute')
        most = MOST_RED if is_red else MOST_SILENCE
        check.require(not held or wait <= most + MINUTE, f'held back for {wait / 1000:.0f} s')
        check.say(f'{wait / 1000:.1f} s')


def verify_outages(lot, probes, record):
    """V-92: the windows begun anew, those that were not, and whom nobody may blame."""
    check, events = lot.check('V-92'), lot.tender.events
    declared = events.of('outage.declared/1')
    with check.trial():
        if probes.policy is None:
            check.require(not declared, 'OUTAGE, and no probes were named before the notice')
            check.idle('no probes were named before the notice')
            return
        spans, windows = [_span(one) for one in declared], Windows(lot)
        for n, (one, span) in enumerate(zip(declared, spans), 1):
            holds = one.data['n'] == n <= MOST_OUTAGES and one.time >= span[1] and probes.bears_out(*span)
            check.require(holds, f'OUTAGE at entry {one.index}: no quorum of probes saw it')
            check.require(not windows.held(*span), f'OUTAGE at entry {one.index}: suspended, and no window ran')
        opening = events.first('lot.opened/1', lot.id)
        if opening is not None:
            _hidden(lot, check, probes, opening.time, spans, windows)
            _blamed(check, probes, opening.time, record, windows)
        check.say(f'{len(declared)}')


def _hidden(lot, check, probes, opening, spans, windows):
    if len(spans) >= MOST_OUTAGES:
        return
    for begin, end, is_over in probes.runs(windows.ran_since(opening, TO_ACT)):
        fell = is_over and end > lot.stored.time and begin < opening and not windows.held(begin, end)
        told = any(to >= end for _, to in spans)
        check.require(not fell or told, f'red from {begin}, and no window began anew')


def _blamed(check, probes, opening, record, windows):
    states = probes.states(opening - TO_ACT)
    red = [at for at, state in states.items() if state == 'red']
    if record is None or not any(windows.begin - MINUTE < at < windows.bidders for at in red):
        return
    for one in record['bids']:
        is_blamed = (one.get('decision') or {}).get('cause') == 'bidder'
        check.require(not is_blamed, f'{one["manifestHash"]} is blamed for an outage')
