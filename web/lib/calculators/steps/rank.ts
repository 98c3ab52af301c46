import { amount, list, type Say, say, shown } from '../say.ts'
import type { Presenter, Step } from '../working.ts'

type RankBody = {
  method: 'lowest-price' | 'comprehensive'
  minimum?: number
  candidates?: number
  bids: { id: string; total?: string; price?: string; brand?: string; technical?: string }[]
}
type RankAnswer = {
  order: string[][]
  invalid: { id: string }[]
  notCandidate: { id: string }[]
  undecided: string[][]
  effective: number
  outcome: 'continue' | 'failed'
}

const joined = (group: readonly string[]): Say | string =>
  group.length === 1 ? (group[0] ?? '') : say('calc.rank.equal', { who: list(group) })

const brandSteps = (body: RankBody, answer: RankAnswer): Step[] => {
  const brands = new Map<string, string[]>()
  for (const { id, brand } of body.bids) if (brand) brands.set(brand, [...(brands.get(brand) ?? []), id])
  const shared = [...brands].filter(([, ids]) => ids.length > 1)
  const out = [...answer.invalid, ...answer.notCandidate].map(({ id }) => id)
  return shared.map(([brand, ids]) => {
    const lost = ids.filter((id) => out.includes(id))
    const text =
      lost.length < ids.length - 1
        ? say('calc.rank.brand.tied', { brand, who: list(ids) })
        : say(body.method === 'lowest-price' ? 'calc.rank.brand.invalid' : 'calc.rank.brand.out', {
            brand,
            who: list(ids),
            best: list(ids.filter((id) => !out.includes(id))),
            lost: list(lost),
          })
    return { text, rule: 'PRC-4' }
  })
}

const placeOf = (id: string, { order }: RankAnswer): number | null => {
  let place = 1
  for (const group of order) {
    if (group.includes(id)) return place
    place += group.length
  }
  return null
}

export const ranking: Presenter<RankBody, RankAnswer> = ({ body, answer }) => {
  const least = body.minimum ?? 3
  const failed = answer.outcome === 'failed'
  const first = answer.order[0]
  const standing = (id: string): Say => {
    const place = placeOf(id, answer)
    if (place !== null) return say('calc.rank.place', { n: place })
    if (answer.invalid.some((one) => one.id === id)) return say('calc.rank.invalid')
    if (answer.notCandidate.some((one) => one.id === id)) return say('calc.rank.out')
    return say(answer.undecided.some((group) => group.includes(id)) ? 'calc.rank.undecided' : 'calc.rank.none')
  }
  const rows = [...body.bids].sort((a, b) => (placeOf(a.id, answer) ?? 9999) - (placeOf(b.id, answer) ?? 9999))
  return {
    head: failed
      ? say('calc.rank.head.failed', { n: answer.effective, least })
      : first
        ? say('calc.rank.head', { who: joined(first) })
        : say('calc.rank.head.undecided'),
    ...(failed ? { tone: 'stop' as const } : {}),
    steps: [
      ...brandSteps(body, answer),
      {
        text: say(failed ? 'calc.rank.too-few' : 'calc.rank.enough', { n: answer.effective, least }),
        rule: failed ? 'CNT-3' : undefined,
        state: failed ? 'stop' : 'done',
      },
      ...(failed ? [] : [{ text: say(`calc.rank.order.${body.method}`), rule: 'PRC-3' }]),
      ...answer.undecided.map((group) => ({
        text: say('calc.rank.draw', { who: list(group) }),
        rule: 'PRC-3',
        state: 'warn' as const,
      })),
    ],
    grid: {
      caption: say('calc.rank.grid'),
      columns: [
        { label: say('calc.col.bidder') },
        { label: say('calc.f.bids.brand') },
        { label: say('calc.f.bids.total'), money: true },
        { label: say('calc.col.price'), money: true },
        { label: say('calc.col.result') },
      ],
      rows: rows.map(({ id, brand, total, price }) => ({
        strong: first?.includes(id) ?? false,
        cells: [id, brand ?? null, total ?? null, price === undefined ? null : shown(price), standing(id)],
      })),
    },
  }
}

type TimedBody = {
  startPrice: string
  increment: string
  reserve?: string
  current?: string
  startAt?: number | string
  freeUntil?: number | string
  window: number
  bids: { id: string; at: number | string; price: string }[]
}
type TimedAnswer = {
  accepted: string[]
  rejected: { id: string; reason: 'not-a-step' | 'not-higher' | 'after-end' | 'below-start' }[]
  end: number | string
  winner?: string
}

const instantText = (value: number | string): Say | string =>
  typeof value === 'number' ? say('calc.timed.second', { n: value }) : value

const timedSteps = (body: TimedBody, { winner }: TimedAnswer, end: Say | string): Step[] => [
  {
    text: say('calc.timed.step', {
      from: amount(body.current ?? body.startPrice),
      increment: amount(body.increment),
    }),
    rule: 'LAND-9',
  },
  {
    text:
      body.freeUntil === undefined
        ? say('calc.timed.first', { window: body.window })
        : say('calc.timed.free', { until: instantText(body.freeUntil), window: body.window }),
    rule: 'LAND-10',
  },
  { text: say('calc.timed.extend', { window: body.window }), rule: 'LAND-10' },
  { text: say('calc.timed.end', { end }), rule: 'LAND-10' },
  ...(body.reserve === undefined
    ? []
    : [
        {
          text: say(winner === undefined ? 'calc.timed.below' : 'calc.timed.reached', {
            reserve: amount(body.reserve),
          }),
          state: winner === undefined ? ('stop' as const) : ('done' as const),
        },
      ]),
]

export const timedBidding: Presenter<TimedBody, TimedAnswer> = ({ body, answer }) => {
  const end = instantText(answer.end)
  const refused = (id: string) => answer.rejected.find((one) => one.id === id)?.reason
  const head =
    answer.winner !== undefined
      ? say('calc.timed.head', { who: answer.winner, end })
      : say(answer.accepted.length > 0 ? 'calc.timed.head.reserve' : 'calc.timed.head.none', { end })
  return {
    head,
    ...(answer.winner === undefined ? { tone: 'stop' as const } : {}),
    steps: timedSteps(body, answer, end),
    grid: {
      caption: say('calc.timed.grid'),
      columns: [
        { label: say('calc.col.bidder') },
        { label: say('calc.f.bids.at') },
        { label: say('calc.col.price'), money: true },
        { label: say('calc.col.result') },
      ],
      rows: body.bids.map(({ id, at, price }) => {
        const reason = refused(id)
        return {
          strong: id === answer.winner,
          cells: [id, instantText(at), shown(price), say(reason ? `calc.timed.${reason}` : 'calc.timed.accepted')],
        }
      }),
    },
  }
}
