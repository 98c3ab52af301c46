import type { Fault, LawFinding } from './findings.ts'
import { sectionOf } from './sections.ts'

export type TaskState = 'empty' | 'unlawful' | 'started' | 'done'

type Tender = {
  draft: { lots?: readonly { title?: string | undefined }[] | undefined }
  errors: readonly Fault[]
  findings: readonly LawFinding[]
  trustees: { seats: number; stated: number; drilled: number; signed: boolean }
}

/** How far each section is: a missing field, an unlawful one, or done. */
export const sectionStates = (
  tender: Tender,
  documents: number,
): { section: string; state: TaskState; n: number }[] => {
  const lots = tender.draft.lots ?? []
  const sections = [
    'facts',
    'timetable',
    'lots',
    ...lots.flatMap((_, i) => [`requirements-${i + 1}`, `scoring-${i + 1}`]),
  ]
  const rows = sections.map((section) => {
    const missing = tender.errors.filter((one) => sectionOf(one.field) === section).length
    const unlawful = tender.findings.filter(
      (one) => one.severity === 'block' && sectionOf(one.field) === section,
    ).length
    const state: TaskState = unlawful > 0 ? 'unlawful' : missing > 0 ? 'empty' : 'done'
    return { section, state, n: unlawful || missing }
  })
  const { seats, stated, drilled, signed } = tender.trustees
  const trusted = signed && seats > 0 && stated === seats && drilled === seats
  return [
    ...rows,
    { section: 'files', state: documents > 0 ? 'done' : 'empty', n: documents > 0 ? 0 : 1 },
    { section: 'trustees', state: trusted ? 'done' : seats > 0 ? 'started' : 'empty', n: trusted ? 0 : 1 },
  ]
}
