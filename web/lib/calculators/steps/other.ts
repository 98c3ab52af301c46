import type { LawContext } from '../../../../api/law/contract.ts'
import { decimal, multiply, toShortest } from '../../../../api/law/decimal.ts'
import type { Bilingual, ObjectKind, RuleId } from '../../../../api/law/rows/schema.ts'
import { type UsccReason, usccCheckDigit } from '../../../../api/law/uscc.ts'
import { amount, date, percent, say, shown } from '../say.ts'
import { type Mark, type Presenter, ruleFor, type Step } from '../working.ts'

type Reserve = {
  suitableAmount?: string
  object?: ObjectKind
  date?: string
  item?: { object: ObjectKind; amount: string }
}
type Reserved = { sme?: string; smallMicro?: string; whole?: boolean }

export const smeReservation: Presenter<Reserve, Reserved> = ({ body, answer, context }) => {
  const day = body.date ?? context.today
  if (body.item) {
    const limit = ruleFor('SME-4', context, { object: body.item.object, date: day, regime: 'GP' })?.params.amount ?? ''
    return {
      head: say(answer.whole ? 'calc.reserve.whole' : 'calc.reserve.not-whole'),
      steps: [
        {
          text: say('calc.reserve.limit', {
            object: say(`calc.o.object.${body.item.object as 'goods'}`),
            limit: amount(limit),
          }),
          rule: 'SME-4',
        },
        {
          text: say(answer.whole ? 'calc.reserve.within' : 'calc.reserve.above', {
            amount: amount(body.item.amount),
            limit: amount(limit),
          }),
          state: 'done',
        },
      ],
      notes: [say('calc.reserve.exceptions')],
    }
  }
  const law = ruleFor('SME-5', context, { object: body.object, date: day })?.params
  return {
    head: say('calc.reserve.head', { sme: amount(answer.sme ?? ''), small: amount(answer.smallMicro ?? '') }),
    steps: law
      ? [
          {
            text: say('calc.reserve.sme', {
              rate: percent(law.sme),
              formula: `${shown(body.suitableAmount ?? '')} × ${toShortest(multiply(decimal(law.sme), decimal('100')))}% = ${shown(answer.sme ?? '')}`,
            }),
            rule: 'SME-5',
          },
          {
            text: say('calc.reserve.small', {
              rate: percent(law.smallMicro),
              formula: `${shown(answer.sme ?? '')} × ${toShortest(multiply(decimal(law.smallMicro), decimal('100')))}% = ${shown(answer.smallMicro ?? '')}`,
            }),
            rule: 'SME-5',
          },
          { text: say('calc.reserve.date', { date: date(day) }) },
        ]
      : [],
  }
}

export const capitalAmount: Presenter<{ amount: string }, { capitals: string }> = ({ body, answer }) => ({
  head: say('calc.capitals.head', { capitals: answer.capitals }),
  steps: [
    { text: say('calc.capitals.read', { amount: amount(body.amount), capitals: answer.capitals }), rule: 'CAP-1' },
    { text: say('calc.capitals.zero') },
    { text: say(/(元|角)整$/.test(answer.capitals) ? 'calc.capitals.whole' : 'calc.capitals.cents'), rule: 'CAP-1' },
  ],
})

const USCC_CHECKS = ['length', 'character', 'region', 'check-digit'] as const

/** GB 32100, in the order of its checks: what comes after the first fault was not looked at. */
export const uscc: Presenter<{ code: string }, { valid: boolean; reason?: UsccReason }> = ({ body, answer }) => {
  const { code } = body
  const until = answer.reason ? USCC_CHECKS.indexOf(answer.reason) : USCC_CHECKS.length
  const steps = USCC_CHECKS.slice(0, until + 1).map((check, i): Step => {
    const bad = i === until
    const digit = check === 'check-digit' ? usccCheckDigit(code.slice(0, 17)) : ''
    return {
      text: say(`calc.uscc.${check}.${bad ? 'bad' : 'ok'}`, {
        n: code.length,
        digit,
        typed: code.slice(17),
        region: code.slice(2, 8),
      }),
      rule: 'USCC-1',
      state: bad ? 'stop' : 'done',
    }
  })
  return {
    head: say(answer.valid ? 'calc.uscc.head.ok' : 'calc.uscc.head.bad', { code }),
    ...(answer.valid ? { tone: 'open' as const } : { tone: 'stop' as const }),
    steps,
    notes: [say('calc.uscc.note')],
  }
}

type Correction = { summary: string; words?: string; items: { unit: string; quantity: string; total: string }[] }
type Corrected = {
  corrected: string
  items: { unit: string; quantity: string; total: string }[]
  steps: { rule: string; from: string; to: string }[]
}
const CORRECTIONS = {
  'ARI-2': 'calc.arithmetic.words',
  'ARI-3': 'calc.arithmetic.slip',
  'ARI-4': 'calc.arithmetic.sum',
} as const

/** 87号令 59: the steps come from the law in its own order; here they are only said. */
export const arithmeticCorrection: Presenter<Correction, Corrected> = ({ body, answer }) => {
  const same = answer.steps.length === 0
  const totals = answer.items.map(({ total }) => shown(total))
  return {
    head: say(same ? 'calc.arithmetic.head.same' : 'calc.arithmetic.head', { amount: amount(answer.corrected) }),
    ...(same ? {} : { tone: 'warn' as const }),
    steps: [
      ...(same ? [{ text: say('calc.arithmetic.none'), rule: 'ARI-4', state: 'done' as const }] : []),
      ...answer.steps.map(({ rule, from, to }) => ({
        text: say(CORRECTIONS[rule as 'ARI-2'], { from: amount(from), to: amount(to) }),
        rule,
      })),
      {
        text: say('calc.arithmetic.total', {
          formula: `${totals.length > 8 ? shortened(totals) : totals.join(' + ')} = ${shown(answer.corrected)}`,
        }),
      },
      ...(same ? [] : [{ text: say('calc.arithmetic.confirm') }]),
    ],
    grid: {
      caption: say('calc.arithmetic.grid'),
      columns: [
        { label: say('calc.col.item') },
        { label: say('calc.f.items.unit'), money: true },
        { label: say('calc.f.items.quantity'), money: true },
        { label: say('calc.arithmetic.col.typed'), money: true },
        { label: say('calc.arithmetic.col.corrected'), money: true },
      ],
      rows: answer.items.map(({ unit, quantity, total }, i) => ({
        strong: decimalDiffers(total, body.items[i]?.total ?? total),
        cells: [String(i + 1), shown(unit), shown(quantity), shown(body.items[i]?.total ?? ''), shown(total)],
      })),
    },
  }
}

const shortened = (totals: readonly string[]): string =>
  `${totals.slice(0, 4).join(' + ')} + … + ${totals.at(-1) ?? ''}`
const decimalDiffers = (a: string, b: string): boolean => toShortest(decimal(a)) !== toShortest(decimal(b))

/** Why a phrase restricts, and what may be written instead, stand in the rule's row. */
const explained = (hit: Mark, context: LawContext): Mark => {
  const row = ruleFor(hit.rule as RuleId, context)
  const { why, offer } = (row?.params ?? {}) as { why?: Bilingual; offer?: Bilingual }
  return { ...hit, why: hit.why ?? why, wording: hit.wording ?? offer }
}

/** RULES §11: what the screen found, worst first; a person decides. */
export const fairCompetition: Presenter<{ text: string }, { hits: Mark[] }> = ({ body, answer, context }) => {
  const hits = answer.hits.map((hit) => explained(hit, context))
  const blocked = hits.filter(({ severity }) => severity === 'block').length
  return {
    head:
      hits.length === 0
        ? say('calc.fair.head.none')
        : blocked === hits.length
          ? say('calc.fair.head.all', { n: hits.length })
          : blocked > 0
            ? say('calc.fair.head.block', { n: hits.length, blocked })
            : say('calc.fair.head.look', { n: hits.length }),
    ...(hits.length === 0 ? {} : { tone: blocked > 0 ? ('stop' as const) : ('warn' as const) }),
    steps: [{ text: say('calc.fair.screen') }, { text: say('calc.fair.polarity') }, { text: say('calc.fair.person') }],
    marks: { text: body.text, hits },
  }
}
