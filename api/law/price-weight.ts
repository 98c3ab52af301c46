import * as z from 'zod'
import { basisOf, calculator, fractionText, method, object, refuseUnknown, regime, ruleFor } from './contract.ts'
import { compare, decimal } from './decimal.ts'
import { citation } from './regulations.ts'

const request = z.strictObject({ regime, method, object, weight: fractionText })

/** `POST /api/calculators/price-weight`: above the range of a consultation the finance department must approve (214号 24). */
export const priceWeight = calculator(request, (asked, context) => {
  const row = ruleFor('PRC-1', context, asked)
  if (!row) return refuseUnknown('method', 'no-statutory-range', asked, context)
  const weight = decimal(asked.weight)
  const low = compare(weight, decimal(row.params.least)) < 0
  const high = compare(weight, decimal(row.params.most)) > 0
  const reasons = [
    ...(low ? [{ code: 'weight-too-low' as const, article: citation(row) }] : []),
    ...(high ? [{ code: 'weight-too-high' as const, article: citation(row) }] : []),
  ]
  return { lawful: reasons.length === 0, needsApproval: high, reasons, basis: basisOf(row) }
})
