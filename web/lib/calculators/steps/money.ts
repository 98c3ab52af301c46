import { compare, decimal, multiply, toShortest } from '../../../../api/law/decimal.ts'
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

export const depositCap: Presenter<Cap, Capped> = ({ body, answer, context }) => {
  const found = capOf({ ...body, amount: decimal(body.amount) }, context)
  const share = found?.row.params as { rate: string; absolute: string | null } | undefined
  const part = share ? toShortest(multiply(decimal(body.amount), decimal(share.rate))) : ''
  const over = answer.lawful === false
  return {
    head: say(over ? 'calc.cap.head.over' : 'calc.cap.head', {
      cap: amount(answer.cap),
      asked: amount(body.asked ?? ''),
      kind: say(`calc.o.kind.${body.kind}`),
    }),
    ...(over ? { tone: 'stop' as const } : {}),
    steps: [
      ...(share
        ? [
            {
              text: say('calc.cap.share', {
                of: say(`calc.cap.of.${body.kind}`),
                formula: `${shown(body.amount)} × ${toShortest(multiply(decimal(share.rate), decimal('100')))}% = ${shown(part)}`,
              }),
              rule: found?.row.id,
            },
          ]
        : []),
      ...(share?.absolute
        ? [
            {
              text: say(compare(decimal(part), decimal(share.absolute)) > 0 ? 'calc.cap.absolute' : 'calc.cap.below', {
                n: amount(share.absolute),
              }),
              rule: found?.row.id,
            },
          ]
        : []),
      ...(answer.lawful === undefined
        ? []
        : [
            {
              text: say(answer.lawful ? 'calc.cap.lawful' : 'calc.cap.unlawful', {
                asked: amount(body.asked ?? ''),
                cap: amount(answer.cap),
              }),
              state: answer.lawful ? ('done' as const) : ('stop' as const),
            },
          ]),
      ...(answer.due === undefined
        ? []
        : [
            {
              text: say('calc.cap.due', {
                asked: amount(body.asked ?? ''),
                rate: percent(body.reductionRate ?? '0'),
                due: amount(answer.due),
              }),
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
