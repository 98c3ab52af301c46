import type { Refusal } from '../kernel/problem.ts'
import type { LawContext } from '../law/contract.ts'
import type { Finding } from '../law/findings.ts'
import { intentionTargets } from '../law/intention.ts'
import { checkIntention } from '../law/intention-check.ts'
import { regulationName } from '../law/regulations.ts'
import type { IntentionContent } from './contract.ts'

/** 财库〔2020〕10号 二: what stands under every intention. */
export const DISCLAIMER =
  '本次公开的采购意向是本单位政府采购工作的初步安排，具体采购项目情况以相关采购公告和采购文件为准。'

/** Where an intention stands and where it may go; a published one comes back to `draft` for a change, its public text stays. */
export const INTENTION_MOVES = {
  draft: ['checked', 'withdrawn'],
  checked: ['draft', 'published', 'withdrawn'],
  published: ['draft', 'withdrawn'],
  withdrawn: [],
} as const satisfies Record<string, readonly string[]>
export type IntentionStatus = keyof typeof INTENTION_MOVES

type Standing = { status: string; version: number; changed_by: string; public_version: number }

export const mayMove = (intention: Pick<Standing, 'status'>, to: IntentionStatus): Refusal | null =>
  (INTENTION_MOVES[intention.status as IntentionStatus] as readonly string[]).includes(to)
    ? null
    : { code: 'intention-status-conflict', params: { status: intention.status, wanted: to } }

/** Text is written by one hand at a time. */
export const isCurrent = (intention: Standing, version: number): Refusal | null =>
  intention.version === version
    ? null
    : { code: 'intention-changed', params: { version: intention.version, yours: version } }

/** Only a draft is written; a public one first says why it changes. */
export const mayEdit = (intention: Standing, version: number): Refusal | null => {
  if (intention.status === 'withdrawn' || intention.status === 'published')
    return { code: 'intention-not-draft', params: { status: intention.status } }
  return isCurrent(intention, version)
}

/** 政采法 第六十一条: making and checking are different persons' work. */
export const mayCheck = (intention: Standing, version: number, personId: string): Refusal | null =>
  mayMove(intention, 'checked') ??
  isCurrent(intention, version) ??
  (intention.changed_by === personId ? { code: 'same-checker' } : null)

/** INT-7 and INT-6: the earlier of 60 days after the budget approval and 30 days before the procurement starts. */
export const dueOf = (
  plannedMonth: string,
  budgetApprovedOn: string | null,
  context: LawContext,
): { due: string; targets: { rule: string; date: string; regulation: string; article: string }[] } => {
  const plannedStart = `${plannedMonth}-01`
  const targets = intentionTargets({ plannedStart, budgetApprovedOn: budgetApprovedOn ?? undefined }, context)
  return {
    due: [plannedStart, ...targets.map((target) => target.date)].sort()[0]!,
    targets: targets.map(({ rule, date, row }) => ({
      rule,
      date,
      regulation: regulationName(row),
      article: row.article,
    })),
  }
}

/** What the law says to an intention published today: missing fields stop it, lateness asks for a recorded reason. */
export const judge = (content: IntentionContent, budgetApprovedOn: string | null, context: LawContext): Finding[] => {
  const { subject, purpose, quantity, requirements } = content.outline
  const isOutlined = [subject, purpose, quantity, requirements].every((text) => text.trim() !== '')
  return checkIntention(
    {
      publishedOn: context.today,
      plannedStart: content.plannedMonth,
      budgetApprovedOn: budgetApprovedOn ?? undefined,
      projectName: content.projectName,
      requirement: isOutlined ? subject : '',
      budget: BigInt(content.budget),
    },
    context,
  )
}

export const isLate = (findings: readonly Finding[]): boolean => findings.some((one) => one.severity === 'warn')
