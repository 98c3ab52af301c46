import * as z from 'zod'
import { basisOf, calculator, idText, positiveMoney, refuseField, ruleFor } from './contract.ts'
import { compare, decimal, divide, type Rational, subtract } from './decimal.ts'

const clockText = z.string().regex(/^\d{2}:[0-5]\d:[0-5]\d(\.\d{1,3})?$/, { message: 'not HH:MM:SS.sss' })
const seconds = z.number().min(0).max(1e9)
const instant = z.union([seconds, clockText])
type Instant = z.output<typeof instant>

const request = z.strictObject({
  startPrice: positiveMoney,
  increment: positiveMoney,
  reserve: positiveMoney.optional(),
  current: positiveMoney.optional(),
  startAt: instant.optional(),
  freeUntil: instant.optional(),
  window: z.number().positive().max(1e7),
  bids: z.array(z.strictObject({ id: idText, at: instant, price: positiveMoney })).max(10000),
})
type Request = z.output<typeof request>
export type TimedReason = 'not-a-step' | 'not-higher' | 'after-end' | 'below-start'

/** Whole milliseconds: a float of seconds would make 670.000 sometimes earlier than the end at 670. */
const toMs = (value: Instant): number => {
  if (typeof value === 'number') return Math.round(value * 1000)
  const [hours = '0', minutes = '0', rest = '0'] = value.split(':')
  return (Number(hours) * 60 + Number(minutes)) * 60_000 + Math.round(Number(rest) * 1000)
}

const clock = (ms: number, withFraction: boolean): string => {
  const two = (n: number) => String(n).padStart(2, '0')
  const whole = Math.floor(ms / 1000)
  const text = `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return withFraction || ms % 1000 !== 0 ? `${text}.${String(ms % 1000).padStart(3, '0')}` : text
}

/** Answers in the form that was asked: seconds, or wall time with milliseconds where any were given. */
const printer = (asked: Request): ((ms: number) => Instant) | null => {
  const given = [asked.startAt, asked.freeUntil, ...asked.bids.map((bid) => bid.at)].filter(
    (value) => value !== undefined,
  )
  const clocks = given.filter((value) => typeof value === 'string')
  if (clocks.length === 0) return (ms) => ms / 1000
  if (clocks.length < given.length) return null
  const withFraction = clocks.some((value) => value.includes('.'))
  return (ms) => clock(ms, withFraction)
}

type State = { current: Rational | null; leader: string | null; end: number }

/** LAND-9: current price plus a whole number of increments; the first bid may equal the start price. */
const refusal = (
  price: Rational,
  at: number,
  state: State,
  start: Rational,
  increment: Rational,
): TimedReason | null => {
  if (at >= state.end) return 'after-end'
  if (compare(price, start) < 0) return 'below-start'
  if (state.current && compare(price, state.current) <= 0) return 'not-higher'
  return divide(subtract(price, state.current ?? start), increment).d === 1n ? null : 'not-a-step'
}

/** `POST /api/calculators/timed-bidding`: a bid holds iff it comes before the end, and in the last window it moves the end. */
export const timedBidding = calculator(request, (asked, context) => {
  const print = printer(asked)
  if (!print) return refuseField('bids', 'mixed-instants', 'use seconds or HH:MM:SS.sss throughout')
  const [start, increment] = [decimal(asked.startPrice), decimal(asked.increment)]
  const startAt = toMs(asked.startAt ?? 0)
  const window = toMs(asked.window)
  const early = asked.bids.findIndex((bid) => toMs(bid.at) < startAt)
  if (early >= 0) return refuseField(`bids.${early}.at`, 'before-start', 'earlier than startAt')
  const freeUntil = toMs(asked.freeUntil ?? asked.startAt ?? 0)
  if (freeUntil < startAt) return refuseField('freeUntil', 'before-start', 'earlier than startAt')

  const state: State = {
    current: asked.current === undefined ? null : decimal(asked.current),
    leader: null,
    end: freeUntil > startAt ? freeUntil : startAt + window,
  }
  const accepted: string[] = []
  const rejected: { id: string; reason: TimedReason }[] = []
  // Array.sort is stable: of two bids in the same millisecond the one listed (received) first counts first.
  for (const bid of [...asked.bids].sort((a, b) => toMs(a.at) - toMs(b.at))) {
    const [price, at] = [decimal(bid.price), toMs(bid.at)]
    const reason = refusal(price, at, state, start, increment)
    if (reason) {
      rejected.push({ id: bid.id, reason })
      continue
    }
    accepted.push(bid.id)
    state.current = price
    state.leader = bid.id
    if (at >= state.end - window) state.end = Math.max(state.end, at + window)
  }
  const reached =
    asked.reserve === undefined || (state.current !== null && compare(state.current, decimal(asked.reserve)) >= 0)
  return {
    accepted,
    rejected,
    end: print(state.end),
    ...(state.leader !== null && reached ? { winner: state.leader } : {}),
    basis: basisOf(ruleFor('LAND-9', context), ruleFor('LAND-10', context)),
  }
})
