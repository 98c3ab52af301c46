import { type Basis, basisOf, type LawContext, ruleFor } from './contract.ts'
import type { Regime } from './rows/schema.ts'

export type PriceRejection = { reason: 'above-budget' | 'above-ceiling' | 'below-floor'; basis: Basis[] }

/**
 * 87号令 63: is a price invalid by itself? Money in 分. `date` is the day of the notice. Null = it stands. A floor only counts where
 * the rows in use allow one at all, which no Chinese set does.
 */
export const priceRejection = (
  asked: { regime: Regime; date: string; price: bigint; budget?: bigint; ceiling?: bigint; floor?: bigint },
  context: LawContext,
): PriceRejection | null => {
  const upper = ruleFor('BND-1', context, asked)
  const lower = ruleFor('BND-2', context, asked)
  if (upper?.params.aboveCeiling === 'invalid') {
    if (asked.ceiling !== undefined && asked.price > asked.ceiling)
      return { reason: 'above-ceiling', basis: basisOf(upper) }
    if (asked.budget !== undefined && asked.price > asked.budget)
      return { reason: 'above-budget', basis: basisOf(upper) }
  }
  const counts = lower?.params.floorAllowed && lower.params.belowFloor === 'invalid'
  if (counts && asked.floor !== undefined && asked.price < asked.floor)
    return { reason: 'below-floor', basis: basisOf(lower) }
  return null
}
