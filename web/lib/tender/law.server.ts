import { type LawChanges, lawUnder } from '../../../api/law/changes.ts'
import { type LawContext, ruleFor } from '../../../api/law/contract.ts'
import { citation } from '../../../api/law/regulations.ts'
import type { RuleSet } from '../../../api/law/rows/schema.ts'
import { statutoryDate, type TimetableEvent } from '../../../api/law/timetable.ts'
import { daysBetween } from '../i18n/date.ts'
import { beijingDate } from '../i18n/instant.ts'
import type { Lang } from '../i18n/text.ts'
import { articleText } from './article.ts'
import type { Said, Tender } from './types.ts'

type Step = Tender['timeline'][number]

/** Steps counted from the one before, and the event of the law that gives their period. */
const LATER: Readonly<Record<string, TimetableEvent>> = {
  'evaluation-report': 'evaluation-report',
  'award-decided': 'report-received',
  'result-notice': 'award-decided',
  contract: 'award-notice',
}

/** The legal minimum (or maximum) of each step of the spine with its article, computed from the rows of `api/law` as the city changed them. */
export const legalWords = (tender: Tender, lang: Lang, changes: LawChanges): (Said | null)[] => {
  const { notice } = tender
  const context = lawUnder(changes, Date.parse(notice.publishedAt), notice.rowSets as RuleSet[])
  return tender.timeline.map((step) => wordsOf(step, tender, context, lang))
}

const wordsOf = (step: Step, tender: Tender, context: LawContext, lang: Lang): Said | null => {
  const { notice } = tender
  const article = step.article ? articleText(step.article, lang) : ''
  const plain: Said | null = article ? { key: 'plain', params: { article } } : null
  const spanFor = (event: TimetableEvent, date: string) => {
    const found = statutoryDate({ regime: notice.regime, method: notice.method, event, date }, context)
    return found && { ...found.span, article: articleText(citation(found.row), lang) }
  }
  const deadline = beijingDate(notice.deadline)
  if (step.key === 'intention' && step.day) return intentionWords(step.day, tender, context, lang) ?? plain
  if (step.key === 'correction' && step.at) {
    const own = tender.notices.find(({ n }) => n === step.n)
    const span = own?.affecting ? spanFor('affecting-clarification', beijingDate(step.at)) : null
    const days = daysBetween(beijingDate(step.at), beijingDate(own?.deadline ?? notice.deadline))
    return span ? { key: 'before', params: { days, n: span.n, article: span.article } } : plain
  }
  if (step.key === 'notice-ends' || step.key === 'documents-end') {
    const first = tender.notices[0]?.publishedAt ?? notice.publishedAt
    const span =
      step.key === 'notice-ends'
        ? spanFor('notice-period', beijingDate(first))
        : spanFor('documents', notice.documentsFrom)
    return span ? { key: 'working', params: { n: span.n, article: span.article } } : plain
  }
  if (step.key === 'deadline') {
    const from = notice.documentsFrom
    const span = spanFor('notice', from)
    const days = daysBetween(from, deadline)
    return span ? { key: 'days', params: { from, days, n: span.n, article: span.article } } : plain
  }
  const event = LATER[step.key]
  const span = event ? spanFor(event, step.day ?? deadline) : null
  return span
    ? { key: span.unit === 'working-day' ? 'within.working' : 'within', params: { n: span.n, article: span.article } }
    : plain
}

/** 财库〔2020〕10号: the intention stands public for so many days before the procurement begins. */
const intentionWords = (publishedOn: string, tender: Tender, context: LawContext, lang: Lang): Said | null => {
  const begins = beijingDate(tender.notices[0]?.publishedAt ?? tender.notice.publishedAt)
  const row = ruleFor('INT-6', context, { date: begins, regime: tender.notice.regime })
  if (!row) return null
  const params = {
    days: daysBetween(publishedOn, begins),
    n: row.params.days,
    article: articleText(citation(row), lang),
  }
  return { key: 'ahead', params }
}
