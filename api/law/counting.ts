import * as z from 'zod'
import { basisOf, calculator, type LawContext, method, refuseUnknown, regime, ruleFor } from './contract.ts'
import { citation } from './regulations.ts'
import type { Method, Regime, Row, RuleId } from './rows/schema.ts'

export const stages = ['deadline', 'decryption', 'qualification', 'conformity', 'final-quotes'] as const
export type Stage = (typeof stages)[number]
export type Decision =
  | 'continue'
  | 'no-opening'
  | 'no-evaluation'
  | 'failed'
  | 'terminate'
  | 'committee-decides'
  | 'rerun-non-reserved'
export type Remedy = 'correct-and-rerun' | 'may-apply-other-method' | 'rerun'

type CountRule = { [Id in RuleId]: Row<Id>['params'] extends { minimum: number } ? Id : never }[RuleId]
type Gate = { rule: CountRule; below: Decision }

const same = (gate: Gate): Record<Stage, Gate> => ({
  deadline: gate,
  decryption: gate,
  qualification: gate,
  conformity: gate,
  'final-quotes': gate,
})
const gpTender: Partial<Record<Stage, Gate>> = {
  deadline: { rule: 'CNT-1', below: 'no-opening' },
  decryption: { rule: 'SB-20', below: 'failed' },
  qualification: { rule: 'CNT-2', below: 'no-evaluation' },
  conformity: { rule: 'CNT-3', below: 'failed' },
}
const tbTender: Partial<Record<Stage, Gate>> = {
  deadline: { rule: 'TB-14', below: 'no-opening' },
  decryption: { rule: 'SB-20', below: 'no-evaluation' },
  qualification: { rule: 'TB-14', below: 'no-evaluation' },
  conformity: { rule: 'TB-14', below: 'committee-decides' },
}

/** What too few bidders lead to, by regime, method and stage; the number itself stands in the row. */
const gates: Record<Regime, Partial<Record<Method, Partial<Record<Stage, Gate>>>>> = {
  GP: {
    open: gpTender,
    invited: gpTender,
    negotiation: same({ rule: 'CNT-6', below: 'terminate' }),
    inquiry: same({ rule: 'CNT-7', below: 'terminate' }),
    consultation: same({ rule: 'CNT-8', below: 'terminate' }),
    'single-source': same({ rule: 'CNT-9', below: 'terminate' }),
  },
  TB: { open: tbTender, invited: tbTender },
}

const request = z.strictObject({
  regime,
  method,
  stage: z.enum(stages),
  count: z.int().min(0).max(100000),
  approvedFromFailedTender: z.boolean().optional(),
  serviceOrPpp: z.boolean().optional(),
  research: z.boolean().optional(),
  smeReserved: z.boolean().optional(),
  documentSound: z.boolean().optional(),
  aboveOpenThreshold: z.boolean().optional(),
})
type Request = z.output<typeof request>

type Floor = { minimum: number; row: Row }

/** CNT-5, CNT-8: where the law lets two suppliers go on. The reduced count of a consultation acts once the deadline has passed. */
const floorOf = (asked: Omit<Request, 'count'>, rule: CountRule, context: LawContext): Floor | null => {
  const scope = { regime: asked.regime, method: asked.method }
  const approved = asked.approvedFromFailedTender ? ruleFor('CNT-5', context, scope) : null
  if (approved) return { minimum: approved.params.minimum, row: approved }
  const row = ruleFor(rule, context, scope)
  if (!row) return null
  const reduced = (asked.serviceOrPpp || asked.research) && asked.stage !== 'deadline'
  return { minimum: reduced && 'reduced' in row.params ? row.params.reduced : row.params.minimum, row }
}

/** The number of bidders that a stage needs; null where the method does not know the stage. */
export const minimumCount = (asked: Omit<Request, 'count'>, context: LawContext): number | null => {
  const gate = gates[asked.regime][asked.method]?.[asked.stage]
  return gate ? (floorOf(asked, gate.rule, context)?.minimum ?? null) : null
}

/** 87号令 43: defective documents are corrected; sound ones above the open-tender threshold may change the method. */
const remedyOf = (asked: Request, decision: Decision): Remedy | null => {
  if (decision === 'continue' || decision === 'committee-decides' || decision === 'rerun-non-reserved') return null
  const tender = asked.regime === 'GP' && (asked.method === 'open' || asked.method === 'invited')
  if (tender && asked.documentSound === false) return 'correct-and-rerun'
  return tender && asked.documentSound && asked.aboveOpenThreshold ? 'may-apply-other-method' : 'rerun'
}

const decide = (asked: Request, gate: Gate, floor: Floor): Decision => {
  if (asked.count >= floor.minimum) return 'continue'
  // 12号令 27: the committee may only weigh competition while somebody is left.
  return gate.below === 'committee-decides' && asked.count === 0 ? 'failed' : gate.below
}

/** `POST /api/calculators/minimum-bidders`. */
export const minimumBidders = calculator(request, (asked, context) => {
  const gate = gates[asked.regime][asked.method]?.[asked.stage]
  const floor = gate ? floorOf(asked, gate.rule, context) : null
  if (!gate || !floor) return refuseUnknown('stage', 'stage-not-in-method', asked, context)
  const reserve = asked.smeReserved && stages.indexOf(asked.stage) >= stages.indexOf('qualification')
  const smes = reserve ? ruleFor('CNT-11', context, { regime: asked.regime }) : null
  const tooFewSmes = smes !== null && asked.count < smes.params.minimum
  const decision: Decision = tooFewSmes ? 'rerun-non-reserved' : decide(asked, gate, floor)
  const row = tooFewSmes ? smes : floor.row
  const remedy = remedyOf(asked, decision)
  const whatNext = ruleFor('CNT-4', context, { regime: asked.regime, method: asked.method })
  return {
    decision,
    ...(remedy ? { remedy } : {}),
    reasons: decision === 'continue' ? [] : [{ code: 'too-few' as const, article: citation(row) }],
    basis: basisOf(row, remedy && remedy !== 'rerun' ? whatNext : null),
  }
})

const failureRequest = z.strictObject({
  cause: z.enum(['bidder', 'escrow', 'platform', 'trustees', 'store']),
  fallback: z.enum(['opened', 'failed']),
})
export type DecryptionCause = z.output<typeof failureRequest>['cause']
export type Treatment = 'valid' | 'revoked' | 'withdrawn'

/**
 * 20号令 31: the bidder's own failure revokes the bid, anybody else's withdraws it with the deposit returned. A malformed escrow
 * is the bidder's doing even where the bid could be opened.
 */
export const treatmentOf = (cause: DecryptionCause, fallback: 'opened' | 'failed'): Treatment => {
  if (cause === 'escrow') return 'revoked'
  if (fallback === 'opened') return 'valid'
  return cause === 'bidder' ? 'revoked' : 'withdrawn'
}

/** `POST /api/calculators/decryption-failure`. */
export const decryptionFailure = calculator(failureRequest, ({ cause, fallback }, context) => {
  const treatedAs = treatmentOf(cause, fallback)
  return { treatedAs, depositReturned: treatedAs === 'withdrawn', basis: basisOf(ruleFor('SB-11', context)) }
})
