import * as z from 'zod'
import {
  basisOf,
  calculator,
  type LawContext,
  method,
  moneyText,
  refuseField,
  refuseUnknown,
  regime,
  ruleFor,
} from './contract.ts'
import { compare, decimal } from './decimal.ts'
import { citation } from './regulations.ts'
import type { Row } from './rows/schema.ts'

export const committeeRequest = z.strictObject({
  regime,
  method,
  size: z.int().min(1).max(99),
  experts: z.int().min(0).max(99),
  budget: moneyText.optional(),
  complex: z.boolean().optional(),
  aboveOpenThreshold: z.boolean().optional(),
  chairIs: z.enum(['expert', 'purchaser']).optional(),
  agencyStaff: z.int().min(0).max(99).optional(),
})
type Request = z.output<typeof committeeRequest>
export type CommitteeCode =
  | 'size-too-small'
  | 'size-even'
  | 'experts-below-two-thirds'
  | 'chair-purchaser'
  | 'agency-staff'

type SizeRow = Row<'COM-1'> | Row<'COM-3'> | Row<'TBC-1'>

const sizeRow = (asked: Pick<Request, 'regime' | 'method'>, context: LawContext): SizeRow | null => {
  if (asked.regime === 'TB')
    return asked.method === 'open' || asked.method === 'invited' ? ruleFor('TBC-1', context, asked) : null
  return ruleFor('COM-1', context, asked) ?? ruleFor('COM-3', context, asked)
}

/** 87号令 47: seven where the budget is at least 10 000 000 or the matter is complex. */
const largeRow = (asked: Request, context: LawContext): Row<'COM-2'> | null => {
  const row = ruleFor('COM-2', context, asked)
  if (!row) return null
  const dear = asked.budget !== undefined && compare(decimal(asked.budget), decimal(row.params.budget)) >= 0
  return dear || asked.complex ? row : null
}

/** The least size of the committee for a case, with the row that says so; null where no committee evaluates. */
export const committeeSize = (asked: Request, context: LawContext): { least: number; row: Row } | null => {
  const row = sizeRow(asked, context)
  if (!row) return null
  const large = largeRow(asked, context)
  if (large) return { least: large.params.size, row: large }
  return { least: asked.aboveOpenThreshold ? row.params.aboveThreshold : row.params.size, row }
}

/** `POST /api/calculators/committee`. */
export const committee = calculator(committeeRequest, (asked, context) => {
  const row = sizeRow(asked, context)
  const size = committeeSize(asked, context)
  if (!row || !size) return refuseUnknown('method', 'no-committee', asked, context)
  if (asked.experts > asked.size) return refuseField('experts', 'more-than-size', 'experts are part of the committee')
  const chair = asked.chairIs === 'purchaser' ? ruleFor('COM-5', context, asked) : null
  const staff = (asked.agencyStaff ?? 0) > 0 ? ruleFor('COM-6', context, asked) : null
  const { numerator, denominator } = row.params.experts
  const reasons: { code: CommitteeCode; article: string }[] = []
  if (asked.size < size.least) reasons.push({ code: 'size-too-small', article: citation(size.row) })
  if (asked.size % 2 === 0) reasons.push({ code: 'size-even', article: citation(row) })
  if (asked.experts * denominator < asked.size * numerator)
    reasons.push({ code: 'experts-below-two-thirds', article: citation(row) })
  if (chair) reasons.push({ code: 'chair-purchaser', article: citation(chair) })
  if (staff) reasons.push({ code: 'agency-staff', article: citation(staff) })
  return { lawful: reasons.length === 0, reasons, basis: basisOf(row, size.row, chair, staff) }
})
