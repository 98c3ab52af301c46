import { beijingDate } from '../../law/beijing.ts'
import type { LawContext } from '../../law/contract.ts'
import { checkNoticeIntention } from '../../law/intention-check.ts'
import { checkNotice } from '../../law/notice-check.ts'
import { allRows, ordinarySets } from '../../law/rows.ts'
import { checkTimetable } from '../../law/timetable-plan.ts'
import type { TenderContent } from '../contract/content.ts'
import { missingClauses } from './clauses.ts'
import { block, type Finding } from './findings.ts'
import { CASE, checkLot, hasTwice, ORDER, twice } from './lots.ts'

/** `national` is always among the row sets; a named set (a replay) is for demo and sandbox only. */
const checkRowSets = (rowSets: readonly string[], isProduction: boolean): Finding[] => {
  const known = new Set<string>(allRows.map((row) => row.set))
  const wrong = rowSets.some((set) => !known.has(set) || (isProduction && !(ordinarySets as string[]).includes(set)))
  if (!wrong && rowSets.includes('national')) return []
  const words = {
    zh: '适用规则集有误',
    en: 'the rule sets are wrong',
    satisfyZh: '使用 national、city',
    satisfyEn: 'use national and city',
  }
  return [block('row-set-unknown', 'rowSets', null, words)]
}

const budgetOf = (content: TenderContent): bigint => content.lots.reduce((all, lot) => all + BigInt(lot.budget), 0n)

/** 87号令 47: one committee for the tender, so the whole budget decides its size. */
const checkCommittee = (content: TenderContent, context: LawContext): Finding[] =>
  checkNotice(
    {
      ...CASE,
      object: content.object,
      date: context.today,
      budget: budgetOf(content),
      evaluation: 'lowest-price',
      committee: content.committee,
    },
    context,
  ).filter(({ field }) => field.startsWith('committee'))

/** The intention a tender rests on, as the intentions feature knows it. */
export type KnownIntention = { number: string; publishedOn: string; projectName: string; budget: bigint }

/** INT-9 says 原则上: what it warns of goes on only with a reason that stays on record. */
const checkIntention = (content: TenderContent, known: KnownIntention | null, context: LawContext): Finding[] => {
  const isExplained = content.intentionReason.trim().length >= 5
  return checkNoticeIntention(
    { noticeDate: context.today, projectName: content.title, budget: budgetOf(content), intention: known ?? undefined },
    context,
  ).map((one) =>
    one.severity === 'warn' && !isExplained ? { ...one, severity: 'block' as const, field: 'intentionReason' } : one,
  )
}

const checkDates = (content: TenderContent, context: LawContext, at: Date): Finding[] => {
  const deadlineDate = beijingDate(Date.parse(content.deadline))
  const { noticeEnds, documentsFrom, documentsTo, lastClarification } = content
  const findings = checkTimetable(
    {
      ...CASE,
      noticeDate: context.today,
      deadlineDate,
      noticeEnds,
      documentsFrom,
      documentsTo,
      clarificationDate: lastClarification,
    },
    context,
  ).map((one) =>
    one.field === 'deadlineDate'
      ? { ...one, field: one.code === 'clarification-too-late' ? 'lastClarification' : 'deadline' }
      : one,
  )
  return [...findings, ...checkDocumentDates(content, deadlineDate, context.today), ...checkDeadline(content, at)]
}

const checkDocumentDates = (
  { documentsFrom, documentsTo }: TenderContent,
  deadlineDate: string,
  today: string,
): Finding[] => {
  const order = { regulation: '87号令', article: '18' } as const
  const findings: Finding[] = []
  if (documentsFrom < today)
    findings.push(
      block('documents-before-notice', 'documentsFrom', order, {
        zh: '文件提供日早于公告日',
        en: 'documents would be issued before the notice',
        satisfyZh: `不早于 ${today}`,
        satisfyEn: `${today} or later`,
        value: today,
      }),
    )
  if (documentsTo > deadlineDate)
    findings.push(
      block('documents-after-deadline', 'documentsTo', order, {
        zh: '文件提供期限晚于投标截止',
        en: 'documents would be offered after the deadline',
        satisfyZh: `不晚于 ${deadlineDate}`,
        satisfyEn: `${deadlineDate} or earlier`,
        value: deadlineDate,
      }),
    )
  return findings
}

const checkDeadline = (content: TenderContent, at: Date): Finding[] =>
  Date.parse(content.deadline) > at.getTime()
    ? []
    : [
        block('deadline-passed', 'deadline', null, {
          zh: '截止时间已过',
          en: 'the deadline has passed',
          satisfyZh: '改为以后的时间',
          satisfyEn: 'choose a later instant',
        }),
      ]

const checkDocument = (content: TenderContent, files: number): Finding[] => [
  ...missingClauses(content.clauses).map((id) =>
    block(
      'clause-missing',
      'clauses',
      { regulation: '20号令', article: '31' },
      {
        zh: `缺少或改动了必备条款：${id}`,
        en: `a mandatory clause is missing or reworded: ${id}`,
        satisfyZh: '恢复必备条款原文',
        satisfyEn: 'restore the clause word for word',
        value: id,
      },
    ),
  ),
  ...(files > 0
    ? []
    : [
        block(
          'document-missing',
          'files',
          { ...ORDER, article: '20' },
          {
            zh: '没有招标文件',
            en: 'no tender document is attached',
            satisfyZh: '上传招标文件',
            satisfyEn: 'upload the tender document',
          },
        ),
      ]),
]

/**
 * Everything the law says about a notice published at `at`: money, weights, policy, committee, dates, clauses.
 * @param files how many tender documents (kind `document`) are attached
 * @param context the law of that instant under the content's own row sets
 */
export const checkContent = (
  content: TenderContent,
  known: KnownIntention | null,
  files: number,
  at: Date,
  context: LawContext,
  isProduction: boolean,
): Finding[] => {
  const sets = checkRowSets(content.rowSets, isProduction)
  if (sets.length > 0) return sets
  return [
    ...content.lots.flatMap((lot, no) => checkLot(lot, no, content, context)),
    ...(hasTwice(content.lots.map((lot) => lot.lotId)) ? [twice('lots')] : []),
    ...checkCommittee(content, context),
    ...checkIntention(content, known, context),
    ...checkDates(content, context, at),
    ...checkDocument(content, files),
  ]
}
