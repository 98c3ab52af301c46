import { addDays, daysBetween } from './beijing.ts'
import { type LawContext, ruleFor } from './contract.ts'
import { yuanOf } from './decimal.ts'
import { type Finding, finding } from './findings.ts'
import { intentionTargets } from './intention.ts'

export type IntentionDraft = {
  /** Beijing date of publication (today for a draft). */
  publishedOn: string
  /** First day of the planned procurement: 'YYYY-MM', as the notice gives it, or a date. */
  plannedStart: string
  budgetApprovedOn?: string | undefined
  projectName: string
  requirement: string
  /** 分. */
  budget: bigint
}

const firstDay = (planned: string): string => (planned.length === 7 ? `${planned}-01` : planned)

/** What an intention lacks (财库〔2020〕10号 三) and whether it comes in time (四; the city's 60 days). */
export const checkIntention = (draft: IntentionDraft, context: LawContext): Finding[] => {
  const fields = ruleFor('INT-4', context, { date: draft.publishedOn, regime: 'GP' })
  const lacking = [
    ...(draft.projectName.trim() === '' ? [['projectName', '采购项目名称', 'the name of the project'] as const] : []),
    ...(draft.requirement.trim() === ''
      ? [['requirement', '采购需求概况', 'an outline of the requirement'] as const]
      : []),
    ...(draft.budget <= 0n ? [['budget', '预算金额', 'a budget above 0'] as const] : []),
  ]
  const late = intentionTargets(
    { budgetApprovedOn: draft.budgetApprovedOn, plannedStart: firstDay(draft.plannedStart) },
    context,
  ).filter((target) => draft.publishedOn > target.date)
  return [
    ...(fields
      ? lacking.map(([field, zh, en]) =>
          finding(fields, {
            code: 'intention-field-missing',
            field,
            message: { zh: `缺少${zh}`, en: `${en} is missing` },
            satisfy: { zh: `填写${zh}`, en: `fill in ${en}` },
          }),
        )
      : []),
    ...late.map((target) =>
      finding(target.row, {
        code: target.rule === 'INT-7' ? 'intention-after-target' : 'intention-too-late',
        field: target.rule === 'INT-7' ? 'publishedOn' : 'plannedStart',
        message: {
          zh: `${target.row.title.zh}：应于 ${target.date} 前公开，公开日期为 ${draft.publishedOn}`,
          en: `${target.row.title.en}: due on ${target.date}, published on ${draft.publishedOn}`,
        },
        satisfy: { zh: '说明理由并留痕，或推后采购活动', en: 'record the reason, or start the procurement later' },
      }),
    ),
  ]
}

export type NoticeIntention = {
  noticeDate: string
  projectName: string
  /** 分. */
  budget: bigint
  intention?: { publishedOn: string; projectName: string; budget: bigint } | undefined
  /** INT-3: recorded with reason and approver. */
  exemption?: { reason: string; approver: string } | undefined
}

type Intention = NonNullable<NoticeIntention['intention']>

/** INT-10: lawful, but a reader should see what changed since the intention. */
const differences = (notice: NoticeIntention, intention: Intention, context: LawContext): Finding[] => {
  const row = ruleFor('INT-10', context, { date: notice.noticeDate, regime: 'GP' })
  if (!row) return []
  const satisfy = { zh: '仅供核对', en: 'for information' }
  const [now, then] = [yuanOf(notice.budget), yuanOf(intention.budget)]
  return [
    ...(intention.budget === notice.budget
      ? []
      : [
          finding(row, {
            code: 'budget-differs-from-intention',
            field: 'budget',
            message: { zh: `预算 ${now} 元，意向为 ${then} 元`, en: `budget ${now} yuan, the intention said ${then}` },
            satisfy,
          }),
        ]),
    ...(intention.projectName.trim() === notice.projectName.trim()
      ? []
      : [
          finding(row, {
            code: 'name-differs-from-intention',
            field: 'projectName',
            message: {
              zh: `意向中的名称为“${intention.projectName}”`,
              en: `the intention was named “${intention.projectName}”`,
            },
            satisfy,
          }),
        ]),
  ]
}

/** INT-3, INT-9, INT-10: unless exempted with reason and approver, a notice follows a linked intention by 30 days (原则上: a warning that needs a reason) and stays consistent. */
export const checkNoticeIntention = (notice: NoticeIntention, context: LawContext): Finding[] => {
  const row = ruleFor('INT-9', context, { date: notice.noticeDate, regime: 'GP' })
  const exemption = ruleFor('INT-3', context, { date: notice.noticeDate, regime: 'GP' })
  const { reason = '', approver = '' } = notice.exemption ?? {}
  if (!row || (exemption && reason.trim() !== '' && approver.trim() !== '')) return []
  const { intention, noticeDate } = notice
  const { days } = row.params
  if (!intention)
    return [
      finding(row, {
        code: 'intention-missing',
        field: 'intentionId',
        message: { zh: '没有关联的采购意向', en: 'no linked intention' },
        satisfy: {
          zh: '关联采购意向，或登记免于公开的理由和审批人',
          en: 'link an intention, or record the exemption with reason and approver',
        },
      }),
    ]
  const changed = differences(notice, intention, context)
  if (daysBetween(intention.publishedOn, noticeDate) >= days) return changed
  const earliest = addDays(intention.publishedOn, days)
  const recent = finding(row, {
    code: 'intention-too-recent',
    field: 'noticeDate',
    message: {
      zh: `意向于 ${intention.publishedOn} 公开，距公告不足 ${days} 日`,
      en: `the intention of ${intention.publishedOn} is less than ${days} days old`,
    },
    satisfy: { zh: `公告不早于 ${earliest}，或说明理由`, en: `a notice on ${earliest} or later, or a recorded reason` },
    value: earliest,
  })
  return [recent, ...changed]
}
