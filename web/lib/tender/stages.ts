import { beijingDate } from '../i18n/instant.ts'
import type { Tender } from './types.ts'

export const STAGES = [
  'intention',
  'notice',
  'clarification',
  'bidding',
  'opening',
  'evaluation',
  'publicity',
  'contract',
  'performance',
] as const
export type StageName = (typeof STAGES)[number]

/** Which stage runs in which status; an ended tender has none. */
const NOW: Readonly<Record<string, number>> = {
  published: 3,
  closed: 4,
  opened: 5,
  evaluated: 6,
  awarded: 6,
  contracted: 8,
}
/** How far a tender had come when it ended. */
const REACHED: Readonly<Record<string, number>> = { 'not-opened': 4, failed: 5, cancelled: 2 }

export type StageFact = {
  name: StageName
  state: 'done' | 'now' | 'next'
  /** Beijing date of the stage; `none` = this tender has no such stage. */
  date: string | null
  edge: 'on' | 'until' | 'before' | 'none'
}

/** The nine stages in the order people know, from the status and the timeline. */
export const stagesOf = (
  tender: Pick<Tender, 'status' | 'timeline' | 'notices' | 'deadline'>,
  happened: Readonly<Record<string, string>> = {},
): StageFact[] => {
  const now = NOW[tender.status] ?? -1
  const reached = now >= 0 ? now : (REACHED[tender.status] ?? 0)
  const dayOf = (key: string) => {
    const step = tender.timeline.findLast((one) => one.key === key)
    return step ? (step.day ?? (step.at ? beijingDate(step.at) : null)) : null
  }
  /** The day it happened; else the last day the law allows, while it is still to come. */
  const later = (key: string): [string | null, StageFact['edge']] => {
    const at = happened[key]
    if (at) return [beijingDate(at), 'on']
    const step = tender.timeline.find((one) => one.key === key)
    return step?.state === 'done' ? [null, 'on'] : [dayOf(key), 'before']
  }
  const corrected = tender.notices.length > 1
  const dates: Record<StageName, [string | null, StageFact['edge']]> = {
    intention: [dayOf('intention'), dayOf('intention') ? 'on' : 'none'],
    notice: [dayOf('notice'), 'on'],
    clarification: [dayOf('correction'), corrected ? 'on' : 'none'],
    bidding: [beijingDate(tender.deadline), 'until'],
    opening: [beijingDate(tender.deadline), 'on'],
    evaluation: later('evaluation-report'),
    publicity: later('result-notice'),
    contract: later('contract'),
    performance: [null, 'on'],
  }
  return STAGES.map((name, i) => ({
    name,
    state: i === now ? 'now' : i < reached ? 'done' : 'next',
    date: dates[name][0],
    edge: dates[name][1],
  }))
}
