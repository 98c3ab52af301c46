import { add, compare, decimal, divide, multiply, rational, sum, toShortest } from '../../../../api/law/decimal.ts'
import type { Method, ObjectKind, Regime } from '../../../../api/law/rows/schema.ts'
import { amount, list, percent, type Say, say, shown } from '../say.ts'
import { type Presenter, ruleFor, type Step } from '../working.ts'

type Reduction = { kind: 'sme' | 'consortium' | 'domestic'; rate: string }
type PriceBody = {
  regime: Regime
  object: ObjectKind
  weight: string
  reserved?: boolean | undefined
  domesticRate?: string | undefined
  bids: { id: string; price: string; domesticShare?: string | undefined }[]
}
type PriceAnswer = {
  base: string
  bids: { id: string; evaluatedPrice: string; score: string; reductions: Reduction[] }[]
}

const points = (weight: string): string => toShortest(multiply(decimal(weight), decimal('100')))

const reductionSteps = (body: PriceBody, answer: PriceAnswer): Step[] => {
  const kinds = (['sme', 'consortium', 'domestic'] as const).filter((kind) =>
    answer.bids.some((bid) => bid.reductions.some((one) => one.kind === kind)),
  )
  const who = (kind: Reduction['kind']) =>
    answer.bids.filter((bid) => bid.reductions.some((one) => one.kind === kind)).map(({ id }) => id)
  const rate = (kind: Reduction['kind']) =>
    answer.bids.flatMap((bid) => bid.reductions).find((one) => one.kind === kind)?.rate ?? '0'
  const rules = { sme: 'SME-7', consortium: 'SME-8', domestic: 'PRC-6' } as const
  const told = body.bids.filter((bid) => bid.domesticShare !== undefined).length
  return [
    ...(body.reserved ? [{ text: say('calc.price.reserved'), rule: 'SME-10' }] : []),
    ...kinds.map((kind) => ({
      text: say(`calc.price.${kind}`, { who: list(who(kind)), rate: percent(rate(kind)) }),
      rule: rules[kind],
    })),
    ...(kinds.length === 0 && !body.reserved ? [{ text: say('calc.price.plain') }] : []),
    ...(told > 0 && !kinds.includes('domestic') ? [{ text: say('calc.price.no-domestic') }] : []),
  ]
}

/** 'P × (1 − 10% − 20%) = …': every deduction on the original quote. */
const evaluation = (price: string, reductions: readonly Reduction[], evaluated: string): Say =>
  reductions.length === 0
    ? say('calc.price.unreduced', { price: amount(price) })
    : say('calc.price.reduced', {
        price: amount(price),
        rates: reductions.map(({ rate }) => `${toShortest(multiply(decimal(rate), decimal('100')))}%`).join(' − '),
        evaluated: amount(evaluated),
      })

export const priceScore: Presenter<PriceBody, PriceAnswer> = ({ body, answer }) => {
  const full = points(body.weight)
  const best = answer.bids.filter(({ evaluatedPrice }) => evaluatedPrice === answer.base).map(({ id }) => id)
  return {
    head: say('calc.price.head', {
      base: amount(answer.base),
      who: list(best),
      score: answer.bids.find(({ evaluatedPrice }) => evaluatedPrice === answer.base)?.score ?? '',
    }),
    steps: [
      ...reductionSteps(body, answer),
      { text: say('calc.price.base', { base: amount(answer.base), who: list(best) }), rule: 'PRC-2' },
      { text: say('calc.price.formula', { full }), rule: 'PRC-2' },
    ],
    grid: {
      caption: say('calc.price.grid'),
      columns: [
        { label: say('calc.col.bidder') },
        { label: say('calc.col.evaluated') },
        { label: say('calc.col.formula') },
        { label: say('calc.col.score'), money: true },
      ],
      rows: answer.bids.map(({ id, evaluatedPrice, score, reductions }) => ({
        strong: best.includes(id),
        cells: [
          id,
          evaluation(body.bids.find((bid) => bid.id === id)?.price ?? '', reductions, evaluatedPrice),
          `${shown(answer.base)} ÷ ${shown(evaluatedPrice)} × ${full}`,
          score,
        ],
      })),
    },
    notes: [say('calc.price.contract')],
  }
}

type WeightBody = { regime: Regime; method: Method; object: ObjectKind; weight: string }
type WeightAnswer = { lawful: boolean; needsApproval: boolean; reasons: { code: string; article: string }[] }

export const priceWeight: Presenter<WeightBody, WeightAnswer> = ({ body, answer, context }) => {
  const range = ruleFor('PRC-1', context, body)?.params
  const code = answer.reasons[0]?.code
  const verdict = code === 'weight-too-low' ? 'low' : code === 'weight-too-high' ? 'high' : 'ok'
  return {
    head: say(`calc.weight.${verdict}`, { weight: percent(body.weight) }),
    ...(answer.lawful ? {} : { tone: 'stop' as const }),
    steps: [
      ...(range
        ? [
            {
              text: say(range.most === '1' ? 'calc.weight.least' : 'calc.weight.range', {
                object: say(`calc.o.object.${body.object as 'goods'}`),
                method: say(`calc.o.method.${body.method}`),
                least: percent(range.least),
                most: percent(range.most),
              }),
              rule: 'PRC-1',
            },
          ]
        : []),
      {
        text: say('calc.weight.compare', {
          weight: percent(body.weight),
          verdict: say(`calc.weight.verdict.${verdict}`),
        }),
        state: answer.lawful ? 'done' : 'stop',
      },
      ...(answer.needsApproval ? [{ text: say('calc.weight.approval'), rule: 'PRC-1' }] : []),
    ],
  }
}

type LowTest = 'average' | 'second' | 'ceiling'
type LowBody = {
  prices: { id: string; price: string }[]
  ceiling: string
  averageRate?: string
  secondRate?: string
  ceilingRate?: string
}
type LowAnswer = {
  thresholds: { average: string; second: string | null; ceiling: string }
  hits: { id: string; tests: LowTest[] }[]
}

export const abnormallyLow: Presenter<LowBody, LowAnswer> = ({ body, answer, context }) => {
  const law = ruleFor('PRC-5', context, { regime: 'GP' })?.params
  const prices = body.prices.map(({ price }) => decimal(price))
  const mean = divide(sum(prices), rational(BigInt(prices.length)))
  const sorted = [...body.prices].sort((a, b) => compare(decimal(a.price), decimal(b.price)))
  const of: Record<LowTest, string | undefined> = {
    average: toShortest(mean),
    second: sorted[1]?.price,
    ceiling: body.ceiling,
  }
  const tests = (['average', 'second', 'ceiling'] as const).filter((test) => answer.thresholds[test] !== null)
  const hit = (id: string, test: LowTest) => answer.hits.some((one) => one.id === id && one.tests.includes(test))
  return {
    head:
      answer.hits.length > 0
        ? say('calc.low.head', { who: list(answer.hits.map(({ id }) => id)) })
        : say('calc.low.head.none'),
    ...(answer.hits.length > 0 ? { tone: 'warn' as const } : {}),
    steps: [
      ...tests.map((test) => ({
        text: say(`calc.low.${test}`, {
          of: amount(of[test] ?? ''),
          rate: percent(body[`${test}Rate`] ?? law?.[test] ?? '0'),
          threshold: amount(answer.thresholds[test] ?? ''),
        }),
        rule: 'PRC-5',
      })),
      ...(answer.thresholds.second === null ? [{ text: say('calc.low.single') }] : []),
      { text: say('calc.low.strict') },
    ],
    grid: {
      caption: say('calc.low.grid'),
      columns: [
        { label: say('calc.col.bidder') },
        { label: say('calc.col.price'), money: true },
        ...tests.map((test) => ({ label: say(`calc.low.col.${test}`, { n: amount(answer.thresholds[test] ?? '') }) })),
      ],
      rows: body.prices.map(({ id, price }) => ({
        strong: answer.hits.some((one) => one.id === id),
        cells: [id, shown(price), ...tests.map((test) => say(hit(id, test) ? 'calc.low.below' : 'calc.low.not-below'))],
      })),
    },
    notes: answer.hits.length > 0 ? [say('calc.low.note')] : [],
  }
}

/** 'a + b + …', shortened in the middle where many are added. */
export const sumText = (values: readonly string[]): string =>
  values.length <= 8
    ? values.map(shown).join(' + ')
    : `${values.slice(0, 4).map(shown).join(' + ')} + … + ${values.slice(-2).map(shown).join(' + ')}`

/** The mean of decimal strings, exact. */
export const meanOf = (values: readonly string[]) =>
  divide(values.map(decimal).reduce(add), rational(BigInt(values.length)))
