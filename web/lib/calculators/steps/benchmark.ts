import {
  compare,
  decimal,
  divide,
  multiply,
  one,
  type Rational,
  subtract,
  toShortest,
} from '../../../../api/law/decimal.ts'
import { amount, list, type Say, say, shown } from '../say.ts'
import type { Presenter, Step } from '../working.ts'
import { meanOf, sumText } from './price.ts'

type Formula = {
  kind: 'average' | 'average-down' | 'composite' | 'lowest'
  trim?: { high: number; low: number } | 'standard'
  delta?: string
  k1?: string
  ceilingDelta?: string
}
type Scoring = { kind: 'linear' | 'ratio' | 'piece'; steps?: { upTo: string; perPercent: string }[] }
type Bid = { id: string; price: string }
type Body = {
  full: string
  up: string
  down: string
  ceiling?: string
  formula: Formula
  scoring?: Scoring
  bids: Bid[]
}
type Answer = { base: string; rejected: string[]; bids: { id: string; score: string }[] }

const RULES = { average: 'BM-AVG', 'average-down': 'BM-AVG-DOWN', composite: 'BM-AB', lowest: 'BM-MIN' } as const
const SCORINGS = { linear: 'SC-LINEAR', piece: 'SC-PIECE', ratio: 'SC-RATIO' } as const

/** RULES §5.4: below 5 bids none is dropped at each end, from 5 one, from 10 two; else as the document says. */
const trimmed = (trim: Formula['trim'], n: number): { high: number; low: number } => {
  if (trim === 'standard') return n < 5 ? { high: 0, low: 0 } : n < 10 ? { high: 1, low: 1 } : { high: 2, low: 2 }
  return trim ?? { high: 0, low: 0 }
}

/** The bids that enter the mean, cheapest first, and those that are dropped at each end, by name. */
export const keptOf = (bids: readonly Bid[], trim: Formula['trim']) => {
  const sorted = [...bids].sort((a, b) => compare(decimal(a.price), decimal(b.price)))
  const { high, low } = trimmed(trim, bids.length)
  return {
    kept: sorted.slice(low, sorted.length - high),
    low: sorted.slice(0, low),
    high: high === 0 ? [] : sorted.slice(-high),
  }
}

const named = (bids: readonly Bid[]) =>
  list(bids.map(({ id, price }) => say('calc.benchmark.named', { id, price: amount(price) })))

const trimSteps = (kept: ReturnType<typeof keptOf>, formula: Formula): Step[] => {
  if (formula.kind === 'lowest') return []
  if (kept.low.length + kept.high.length === 0) return [{ text: say('calc.benchmark.no-trim') }]
  return [
    ...(kept.high.length > 0
      ? [{ text: say('calc.benchmark.high', { n: kept.high.length, who: named(kept.high) }) }]
      : []),
    ...(kept.low.length > 0 ? [{ text: say('calc.benchmark.low', { n: kept.low.length, who: named(kept.low) }) }] : []),
  ]
}

const shareText = (fraction: string): string => `${toShortest(multiply(decimal(fraction), decimal('100')))}%`

/** The formula of the base with the figures of the case in it. */
const baseFormula = ({ formula, ceiling }: Body, mean: Rational, base: string): string => {
  const average = shown(toShortest(mean))
  if (formula.kind === 'average-down') return `${average} × (1 − ${shareText(formula.delta ?? '0')}) = ${shown(base)}`
  if (formula.kind !== 'composite') return ''
  const k1 = formula.k1 ?? '0'
  const k2 = toShortest(subtract(one, decimal(k1)), 8)
  return `${shown(ceiling ?? '0')} × (1 − ${shareText(formula.ceilingDelta ?? '0')}) × ${k1} + ${average} × ${k2} = ${shown(base)}`
}

const baseSteps = (body: Body, answer: Answer, kept: readonly Bid[]): Step[] => {
  const rule = RULES[body.formula.kind]
  if (body.formula.kind === 'lowest')
    return [{ text: say('calc.benchmark.lowest', { base: amount(answer.base) }), rule }]
  const prices = kept.map(({ price }) => price)
  const mean = meanOf(prices)
  const formula = baseFormula(body, mean, answer.base)
  return [
    {
      text: say('calc.benchmark.mean', {
        formula: `(${sumText(prices)}) ÷ ${prices.length} = ${shown(toShortest(mean))}`,
      }),
      rule,
    },
    ...(formula ? [{ text: say(`calc.benchmark.${body.formula.kind as 'composite'}`, { formula }), rule }] : []),
  ]
}

/** Percentage points above (+) or below (−) the base. */
const deviation = (price: string, base: string): Rational =>
  multiply(divide(subtract(decimal(price), decimal(base)), decimal(base)), decimal('100'))

const scoreFormula = (body: Body, price: string, base: string): string => {
  const kind = body.scoring?.kind ?? 'linear'
  if (kind === 'ratio') return `${body.full} × ${shown(base)} ÷ ${shown(price)}`
  const off = deviation(price, base)
  const size = toShortest(off.n < 0n ? { n: -off.n, d: off.d } : off)
  if (kind === 'piece') return ''
  return `${body.full} − ${size} × ${off.n > 0n ? body.up : body.down}`
}

const scoringStep = (body: Body): Step => {
  const kind = body.scoring?.kind ?? 'linear'
  const steps = body.scoring?.steps ?? []
  const text: Say =
    kind === 'piece'
      ? say('calc.benchmark.piece', {
          full: body.full,
          steps: list(steps.map(({ upTo, perPercent }) => say('calc.benchmark.piece.step', { upTo, perPercent }))),
        })
      : say(`calc.benchmark.${kind}`, { full: body.full, up: body.up, down: body.down })
  return { text, rule: SCORINGS[kind] }
}

export const benchmark: Presenter<Body, Answer> = ({ body, answer }) => {
  const valid = body.bids.filter(({ id }) => !answer.rejected.includes(id))
  const kept = keptOf(valid, body.formula.trim)
  const dropped = [...kept.low, ...kept.high].map(({ id }) => id)
  const isPiece = body.scoring?.kind === 'piece'
  return {
    head: say('calc.benchmark.head', { base: amount(answer.base) }),
    steps: [
      ...(answer.rejected.length > 0
        ? [
            {
              text: say('calc.benchmark.rejected', {
                who: list(answer.rejected),
                ceiling: amount(body.ceiling ?? ''),
              }),
              state: 'stop' as const,
            },
          ]
        : []),
      ...trimSteps(kept, body.formula),
      ...baseSteps(body, answer, kept.kept),
      scoringStep(body),
    ],
    grid: {
      caption: say('calc.benchmark.grid'),
      columns: [
        { label: say('calc.col.bidder') },
        { label: say('calc.col.price'), money: true },
        { label: say('calc.col.in-mean') },
        { label: say('calc.col.deviation'), money: true },
        ...(isPiece ? [] : [{ label: say('calc.col.formula') }]),
        { label: say('calc.col.score'), money: true },
      ],
      rows: valid.map(({ id, price }) => ({
        cells: [
          id,
          shown(price),
          say(body.formula.kind === 'lowest' || !dropped.includes(id) ? 'calc.benchmark.in' : 'calc.benchmark.out'),
          say('calc.benchmark.deviation', { n: signed(deviation(price, answer.base)) }),
          ...(isPiece ? [] : [scoreFormula(body, price, answer.base)]),
          answer.bids.find((bid) => bid.id === id)?.score ?? null,
        ],
      })),
    },
    notes: [say('calc.benchmark.fixed')],
  }
}

const signed = (value: Rational): string => `${value.n > 0n ? '+' : ''}${shown(toShortest(value))}`
