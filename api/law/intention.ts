import * as z from 'zod'
import { addDays } from './beijing.ts'
import { basisOf, calculator, dateText, type LawContext, ruleFor } from './contract.ts'
import type { Row } from './rows/schema.ts'

export type IntentionTarget = { rule: string; date: string; row: Row }

/**
 * When an intention is due: 60 days after the budget approval (municipal plan) and 30 days before the start (财库〔2020〕10号);
 * the earlier counts and neither rolls off a holiday, which is the stricter reading.
 */
export const intentionTargets = (
  asked: { budgetApprovedOn?: string | undefined; plannedStart: string },
  context: LawContext,
): IntentionTarget[] => {
  const afterApproval = ruleFor('INT-7', context, { date: asked.budgetApprovedOn ?? asked.plannedStart, regime: 'GP' })
  const beforeStart = ruleFor('INT-6', context, { date: asked.plannedStart, regime: 'GP' })
  return [
    ...(afterApproval && asked.budgetApprovedOn
      ? [
          {
            rule: afterApproval.id,
            date: addDays(asked.budgetApprovedOn, afterApproval.params.days),
            row: afterApproval,
          },
        ]
      : []),
    ...(beforeStart
      ? [{ rule: beforeStart.id, date: addDays(asked.plannedStart, -beforeStart.params.days), row: beforeStart }]
      : []),
  ]
}

const request = z.strictObject({
  budgetApprovedOn: dateText.optional(),
  plannedStart: dateText.refine((date) => date >= '2020-07-01', { message: 'intentions exist since 2020-07-01' }),
})

/** `POST /api/calculators/intention-due`. */
export const intentionDue = calculator(request, (asked, context) => {
  const targets = intentionTargets(asked, context)
  return {
    due: targets.map((target) => target.date).sort()[0] ?? asked.plannedStart,
    targets: targets.map(({ rule, date }) => ({ rule, date })),
    basis: basisOf(...targets.map((target) => target.row)),
  }
})
