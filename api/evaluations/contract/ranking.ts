import { z } from 'zod'

const fen = z.string().regex(/^\d{1,15}$/)
const letter = z.string().regex(/^[A-Z]{1,3}$/)

/**
 * All that a ranking follows from; it stands in the report as it is, so that anybody recomputes the order with the
 * public calculators. Money in 分, rates as fractions, bids by letter.
 */
export const rankingInputSchema = z.strictObject({
  regime: z.enum(['GP', 'TB']),
  method: z.enum(['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source']),
  object: z.enum(['goods', 'services', 'works']),
  evaluationMethod: z.enum(['comprehensive', 'lowest-price']),
  rowSets: z.array(z.string()),
  /** Beijing date of the notice: it chooses the rules. */
  date: z.iso.date(),
  priceWeight: z.string(),
  smeRate: z.string(),
  smeReserved: z.boolean(),
  /** Of the notice, for consortia; absent where it grants none. */
  consortiumRate: z.string().optional(),
  /** Fewest bids with which the evaluation goes on. */
  minimum: z.int().min(1),
  items: z.array(z.strictObject({ id: z.string(), max: z.string(), kind: z.enum(['objective', 'subjective']) })),
  bids: z.array(
    z.strictObject({
      letter,
      price: fen,
      size: z.enum(['large', 'medium', 'small', 'micro']).nullable(),
      brand: z.string().nullable(),
      /** Of the contract, carried by the small and micro members of a consortium; absent where none is told. */
      smallShare: z.string().optional(),
    }),
  ),
  scores: z.array(z.strictObject({ letter, itemId: z.string(), seat: z.int(), points: z.string() })),
})
export type RankingInput = z.infer<typeof rankingInputSchema>

export const standingSchema = z.strictObject({
  letter,
  verdict: z.enum(['ranked', 'not-candidate', 'rejected']),
  reason: z.string(),
  /** Yuan, exact, after policy deductions. */
  evaluatedPrice: z.string(),
  reductions: z.array(z.strictObject({ kind: z.string(), rate: z.string() })),
  priceScore: z.string().nullable(),
  technicalScore: z.string().nullable(),
  total: z.string().nullable(),
  /** 1 = best; equal ranks share a number. */
  rank: z.int().nullable(),
})
export type Standing = z.infer<typeof standingSchema>
