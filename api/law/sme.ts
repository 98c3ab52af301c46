import * as z from 'zod'
import {
  basisOf,
  calculator,
  dateText,
  type LawContext,
  moneyText,
  object,
  refuseField,
  refuseMissing,
  ruleFor,
} from './contract.ts'
import { compare, decimal, multiply, type Rational, toShortest } from './decimal.ts'
import type { ObjectKind, Row } from './rows/schema.ts'

const request = z.strictObject({
  suitableAmount: moneyText.optional(),
  object: object.optional(),
  date: dateText.optional(),
  item: z.strictObject({ object, amount: moneyText }).optional(),
})

/** SME-4: is a suitable item so small that it is reserved entirely? Null when no row is in force. */
export const isWhollyReserved = (
  item: { object: ObjectKind; amount: Rational; date: string },
  context: LawContext,
): { whole: boolean; row: Row<'SME-4'> } | null => {
  const row = ruleFor('SME-4', context, { object: item.object, date: item.date, regime: 'GP' })
  return row && { whole: compare(item.amount, decimal(row.params.amount)) <= 0, row }
}

/** `POST /api/calculators/sme-reservation`: the shares of a year's suitable total, or whether one item is reserved entirely. */
export const smeReservation = calculator(request, (asked, context) => {
  const date = asked.date ?? context.today
  if ((asked.item === undefined) === (asked.suitableAmount === undefined))
    return refuseMissing('suitableAmount', 'item')
  if (asked.item) {
    const found = isWhollyReserved({ object: asked.item.object, amount: decimal(asked.item.amount), date }, context)
    return found
      ? { whole: found.whole, basis: basisOf(found.row) }
      : refuseField('date', 'no-rule-in-force', 'no rule was in force on that date')
  }
  const row = ruleFor('SME-5', context, { object: asked.object, date })
  if (!row) return refuseField('date', 'no-rule-in-force', 'no rule was in force on that date')
  const sme = multiply(decimal(asked.suitableAmount ?? '0'), decimal(row.params.sme))
  return {
    sme: toShortest(sme),
    smallMicro: toShortest(multiply(sme, decimal(row.params.smallMicro))),
    basis: basisOf(row),
  }
})
