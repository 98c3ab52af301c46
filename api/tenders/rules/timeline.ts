import { beijingDate, beijingInstant } from '../../law/beijing.ts'
import type { LawContext } from '../../law/contract.ts'
import { citation } from '../../law/regulations.ts'
import { statutoryDate, type TimetableEvent } from '../../law/timetable.ts'
import type { Notice } from '../../seal/notice.ts'

export type Step = {
  key: string
  /** Exact instant, or the last day of a period (its end is 24:00 Beijing time). */
  at: string | null
  day: string | null
  article: string
  state: 'done' | 'now' | 'next'
  /** Derived from the law's periods, not yet fixed by an act. */
  isForecast: boolean
  n?: number
}
export type Act = {
  act: string
  who: 'public' | 'supplier' | 'purchaser' | 'supervisor' | 'trustee'
  until: string | null
}

type Facts = {
  status: string
  suspended: boolean
  notice: Notice
  history: readonly { n: number; publishedAt: Date; affecting: boolean }[]
  endedAt: Date | null
  now: Date
}

const endOfDay = (date: string): number => beijingInstant(date, '00:00') + 86_400_000

/** After the deadline the dates are the latest the law allows, each step counted from the one before. */
const AFTER: readonly (readonly [key: string, event: TimetableEvent])[] = [
  ['evaluation-report', 'evaluation-report'],
  ['award-decided', 'report-received'],
  ['result-notice', 'award-decided'],
  ['contract', 'award-notice'],
]

const forecast = (notice: Notice, context: LawContext): Step[] => {
  const scope = { regime: notice.regime, method: notice.method }
  let day = beijingDate(Date.parse(notice.deadline))
  return AFTER.flatMap(([key, event]) => {
    const found = statutoryDate({ ...scope, event, date: day }, context)
    if (!found) return []
    day = found.date
    return [{ key, at: null, day, article: citation(found.row), state: 'next' as const, isForecast: true }]
  })
}

const REACHED: Record<string, readonly string[]> = {
  closed: ['deadline'],
  opened: ['deadline', 'opening'],
  evaluated: ['deadline', 'opening', 'evaluation-report'],
  awarded: ['deadline', 'opening', 'evaluation-report', 'award-decided', 'result-notice'],
  contracted: ['deadline', 'opening', 'evaluation-report', 'award-decided', 'result-notice', 'contract'],
  'not-opened': ['deadline'],
}

const plain = (key: string, state: Step['state'], article: string, when: { at?: string; day?: string }): Step => ({
  key,
  at: when.at ?? null,
  day: when.day ?? null,
  article,
  state,
  isForecast: false,
})

/** What is fixed by acts already done: the intention, each notice. */
const published = ({ notice, history }: Facts): Step[] => [
  ...(notice.intention ? [plain('intention', 'done', '10号 四', { day: notice.intention.publishedOn })] : []),
  ...history.map((one) => {
    const [key, article] = one.n === 0 ? ['notice', '87号令 13'] : ['correction', '87号令 27']
    return { ...plain(key!, 'done', article!, { at: one.publishedAt.toISOString() }), n: one.n }
  }),
]

/** The dates that the notice itself fixes, up to the deadline. */
const announced = (facts: Facts, context: LawContext, isClosed: boolean): Step[] => {
  const { notice, history, status, suspended, now } = facts
  const past = (ms: number): 'done' | 'next' => (ms <= now.getTime() ? 'done' : 'next')
  const articleOf = (event: TimetableEvent, date: string): string => {
    const found = statutoryDate({ regime: notice.regime, method: notice.method, event, date }, context)
    return found ? citation(found.row) : ''
  }
  const firstDay = beijingDate(history[0]?.publishedAt.getTime() ?? Date.parse(notice.publishedAt))
  const isOver = isClosed || now.getTime() >= Date.parse(notice.deadline)
  const deadline = isOver ? 'done' : status === 'published' && !suspended ? 'now' : 'next'
  const { noticeEnds, documentsFrom, documentsTo } = notice
  return [
    plain('notice-ends', past(endOfDay(noticeEnds)), articleOf('notice-period', firstDay), { day: noticeEnds }),
    plain('documents-end', past(endOfDay(documentsTo)), articleOf('documents', documentsFrom), { day: documentsTo }),
    plain('deadline', deadline, articleOf('notice', documentsFrom), { at: notice.deadline }),
  ]
}

/**
 * The spine of the project page: what happened, what runs, what is to come, each with its article.
 * @param context the law of the day of the newest notice
 */
export const timelineOf = (facts: Facts, context: LawContext): Step[] => {
  const { status, notice, endedAt } = facts
  const reached = new Set(REACHED[status] ?? [])
  const isClosed = reached.has('deadline')
  const steps = [...published(facts), ...announced(facts, context, isClosed)]
  if (status === 'cancelled') {
    const ended = endedAt ? { at: endedAt.toISOString() } : {}
    return [...steps.filter((step) => step.state === 'done'), plain('cancelled', 'done', '87号令 29', ended)]
  }
  const at = { at: notice.deadline }
  if (status === 'not-opened') return [...steps, plain('not-opened', 'done', '87号令 41', at)]
  const opening = plain('opening', reached.has('opening') ? 'done' : isClosed ? 'now' : 'next', '87号令 39', at)
  const later = forecast(notice, context).map((step) => ({
    ...step,
    state: reached.has(step.key) ? ('done' as const) : step.state,
  }))
  return [...steps, opening, ...later]
}

/** What can be done now, and by whom; nothing here depends on who did it. */
export const openActs = ({ status, suspended, notice, now }: Omit<Facts, 'history' | 'endedAt'>): Act[] => {
  const everybody: Act[] = [{ act: 'read-and-verify', who: 'public', until: null }]
  if (status !== 'published' || now.getTime() >= Date.parse(notice.deadline)) {
    if (status !== 'closed') return everybody
    if (suspended) return [...everybody, { act: 'resume', who: 'supervisor', until: null }]
    return [
      ...everybody,
      { act: 'attend-opening', who: 'public', until: null },
      { act: 'release-keys', who: 'supplier', until: null },
      { act: 'release-shares', who: 'trustee', until: null },
      { act: 'suspend', who: 'supervisor', until: null },
    ]
  }
  const correct: Act = { act: 'correct-or-cancel', who: 'purchaser', until: notice.deadline }
  if (suspended) return [...everybody, correct, { act: 'resume', who: 'supervisor', until: null }]
  const isOffered = now.getTime() < endOfDay(notice.documentsTo)
  return [
    ...everybody,
    ...(isOffered
      ? [
          {
            act: 'obtain-documents',
            who: 'supplier' as const,
            until: new Date(endOfDay(notice.documentsTo)).toISOString(),
          },
        ]
      : []),
    { act: 'submit-bid', who: 'supplier', until: notice.deadline },
    correct,
    { act: 'suspend', who: 'supervisor', until: notice.deadline },
  ]
}
