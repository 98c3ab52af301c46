import type { LawContext } from '../../../../api/law/contract.ts'
import { decimal, multiply, toShortest } from '../../../../api/law/decimal.ts'
import { type CapKind, capOf, type RefundTrigger, refundDue } from '../../../../api/law/deposits.ts'
import { paymentDue } from '../../../../api/law/payment.ts'
import type { ObjectKind, Regime } from '../../../../api/law/rows/schema.ts'
import { amount, date, percent, type Say, say, shown } from '../say.ts'
import { type Presenter, ruleFor, type Step } from '../working.ts'
import { daySteps, provisionalNote } from './counting-days.ts'

type Cap = {
  kind: CapKind
  regime: Regime
  object?: ObjectKind | undefined
  amount: string
  asked?: string
  reductionRate?: string
}
type Capped = { cap: string; due?: string; lawful?: boolean }

const capSteps = (body: Cap, { cap }: Capped, context: LawContext): Step[] => {
  const found = capOf({ ...body, amount: decimal(body.amount) }, context)
  if (!found) return []
  const { rate, absolute } = found.row.params as { rate: string; absolute: string | null }
  const part = toShortest(multiply(decimal(body.amount), decimal(rate)))
  const formula = `${shown(body.amount)} × ${toShortest(multiply(decimal(rate), decimal('100')))}% = ${shown(part)}`
  const limited = part !== cap
  return [
    { text: say('calc.cap.share', { of: say(`calc.cap.of.${body.kind}`), formula }), rule: found.row.id },
    ...(absolute === null
      ? []
      : [
          {
            text: say(limited ? 'calc.cap.absolute' : 'calc.cap.below', { n: amount(absolute) }),
            rule: found.row.id,
          },
        ]),
  ]
}

export const depositCap: Presenter<Cap, Capped> = ({ body, answer, context }) => {
  const { cap, due, lawful } = answer
  const asked = amount(body.asked ?? '')
  return {
    head: say(lawful === false ? 'calc.cap.head.over' : 'calc.cap.head', {
      cap: amount(cap),
      asked,
      kind: say(`calc.o.kind.${body.kind}`),
    }),
    ...(lawful === false ? { tone: 'stop' as const } : {}),
    steps: [
      ...capSteps(body, answer, context),
      ...(lawful === undefined
        ? []
        : [
            {
              text: say(lawful ? 'calc.cap.lawful' : 'calc.cap.unlawful', { asked, cap: amount(cap) }),
              state: lawful ? ('done' as const) : ('stop' as const),
            },
          ]),
      ...(due === undefined
        ? []
        : [
            {
              text: say('calc.cap.due', { asked, rate: percent(body.reductionRate ?? '0'), due: amount(due) }),
              rule: 'DEP-14',
            },
          ]),
    ],
  }
}

type Late = { due: string; daysLate?: number; interest?: string }
const tone = (late: Late) => ((late.daysLate ?? 0) > 0 ? { tone: 'stop' as const } : {})

const lateStep = (late: Late, on: string | undefined): Step[] =>
  late.daysLate === undefined || on === undefined
    ? []
    : [
        {
          text: say(late.daysLate > 0 ? 'calc.late.days' : 'calc.late.none', {
            due: date(late.due),
            on: date(on),
            n: late.daysLate,
          }),
          state: late.daysLate > 0 ? 'stop' : 'done',
        },
      ]

const headOf = (late: Late, kind: 'refund' | 'payment'): Say =>
  (late.daysLate ?? 0) === 0
    ? say(`calc.${kind}.head`, { due: date(late.due) })
    : late.interest === undefined
      ? say(`calc.${kind}.head.late`, { n: late.daysLate ?? 0 })
      : say(`calc.${kind}.head.interest`, { n: late.daysLate ?? 0, interest: amount(late.interest) })

type Refund = {
  regime: Regime
  trigger: RefundTrigger
  date: string
  refundedOn?: string
  amount?: string
  rate?: string
}

export const depositRefund: Presenter<Refund, Late & { bankInterest?: true }> = ({ body, answer, context }) => {
  const found = refundDue(body, context)
  const span = found?.row.params as
    | { n: number; unit: 'day' | 'working-day'; direction: 'after' | 'before' }
    | undefined
  const interest = ruleFor('DEP-8', context, { regime: body.regime, date: body.date })?.params
  const rate = body.rate ?? interest?.benchmark ?? ''
  return {
    head: headOf(answer, 'refund'),
    ...tone(answer),
    steps: [
      ...(span
        ? [
            {
              text: say(`calc.refund.${body.trigger}`, { n: span.n, unit: say(`calc.unit.${span.unit}`) }),
              rule: found?.row.id,
            },
            ...daySteps({ ...span, start: body.date, end: answer.due }, context.calendar),
          ]
        : []),
      ...lateStep(answer, body.refundedOn),
      ...(answer.interest === undefined || !interest
        ? []
        : [
            {
              text: say('calc.refund.interest', {
                formula: `${shown(body.amount ?? '')} × ${rate}% × ${interest.factor} × ${answer.daysLate ?? 0} ÷ ${interest.dayBasis} = ${shown(answer.interest)}`,
              }),
              rule: 'DEP-8',
            },
          ]),
      ...(answer.bankInterest ? [{ text: say('calc.refund.bank'), rule: found?.row.id }] : []),
    ],
    notes: provisionalNote(found?.provisional ?? false),
    ...(span ? { days: { ...span, start: body.date, end: answer.due } } : {}),
  }
}

type Payment = {
  buyer: 'state' | 'large'
  delivered: string
  agreedDays?: number
  paidOn?: string
  amount?: string
  agreedRate?: string
}

export const latePayment: Presenter<Payment, Late> = ({ body, answer, context }) => {
  const found = paymentDue(body, context)
  const law = ruleFor('CON-8', context, { date: body.delivered })?.params
  const n = body.agreedDays ?? (body.buyer === 'state' ? found?.row.params.days : found?.row.params.most) ?? 0
  const count = { n, unit: 'day', direction: 'after' } as const
  const rate =
    body.agreedRate === undefined
      ? `${toShortest(multiply(decimal(law?.dailyRate ?? '0'), decimal('100')))}%`
      : `${body.agreedRate}% ÷ ${law?.dayBasis ?? 365}`
  return {
    head: headOf(answer, 'payment'),
    ...tone(answer),
    steps: [
      {
        text: say(body.agreedDays === undefined ? `calc.payment.${body.buyer}` : 'calc.payment.agreed', { n }),
        rule: 'CON-7',
      },
      ...daySteps({ ...count, start: body.delivered, end: answer.due }, context.calendar),
      ...lateStep(answer, body.paidOn),
      ...(answer.interest === undefined
        ? []
        : [
            {
              text: say(body.agreedRate === undefined ? 'calc.payment.interest' : 'calc.payment.interest.agreed', {
                formula: `${shown(body.amount ?? '')} × ${rate} × ${answer.daysLate ?? 0} = ${shown(answer.interest)}`,
              }),
              rule: 'CON-8',
            },
          ]),
    ],
    notes: provisionalNote(found?.provisional ?? false),
    days: { ...count, start: body.delivered, end: answer.due },
  }
}
