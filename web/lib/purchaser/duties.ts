import { beijingClock, beijingDate } from '../i18n/instant.ts'

/** What waits for the purchaser's side, nearest first. `due` is an ISO instant: the end of the last lawful day. */
export type Duty = {
  key: string
  kind:
    | 'approve'
    | 'returned'
    | 'draft'
    | 'correction'
    | 'dates'
    | 'dates-short'
    | 'intention-check'
    | 'intention-publish'
    | 'intention-draft'
    | 'committee'
    | 'qualification'
    | 'award'
    | 'result'
    | 'contract'
  title: string
  number: string
  lotNo?: number
  href: string
  due: string | null
  late: boolean
}
export type LotDuty = {
  id: string
  title: string
  number: string
  lotId: string
  lotNo: number
  kind: 'committee' | 'qualification' | 'award' | 'result' | 'contract'
  /** Beijing date. */
  due: string | null
}

type Tender = {
  id: string
  number: string
  title: string
  status: string
  returnedReason: string | null
  correctionAt: string | null
  waitsForMe: boolean
  deadline: string | null
  datesMoved: { toldAt: string; faults: number } | null
}
type Intention = {
  id: string
  number: string | null
  status: string
  content: { projectName: string }
  due: string
  changedBy: string
}
type Known = {
  tenders: readonly Tender[]
  intentions: readonly Intention[]
  afterOpening: readonly LotDuty[]
  role: string
  personId: string | null
}

/** '2026-11-18 24:00' for a period that ends with its day, else the instant to the minute (Beijing). */
export const dueWords = (due: string): string => {
  const clock = beijingClock(due, 'minute')
  return clock === '00:00' ? `${beijingDate(Date.parse(due) - 1)} 24:00` : `${beijingDate(due)} ${clock}`
}

/** A period ends with its last day (RULES §0): 24:00 Beijing. */
const endOf = (date: string): string => new Date(Date.parse(`${date}T00:00:00+08:00`) + 86_400_000).toISOString()

const tenderDuties = ({ tenders }: Known): Omit<Duty, 'late'>[] =>
  tenders.flatMap((one): Omit<Duty, 'late'>[] => {
    const base = { title: one.title, number: one.number }
    const at = `/purchaser/tenders/${one.id}`
    if (one.datesMoved && !one.correctionAt)
      return one.datesMoved.faults > 0
        ? [{ ...base, key: `m${one.id}`, kind: 'dates-short', href: `${at}/correction`, due: one.deadline }]
        : [{ ...base, key: `m${one.id}`, kind: 'dates', href: `/tenders/${one.id}`, due: null }]
    if (one.correctionAt && one.waitsForMe)
      return [{ ...base, key: `c${one.id}`, kind: 'correction' as const, href: `${at}/correction`, due: one.deadline }]
    if (one.status === 'in-review')
      return one.waitsForMe
        ? [{ ...base, key: `a${one.id}`, kind: 'approve' as const, href: `${at}/review`, due: null }]
        : []
    if (one.status !== 'draft') return []
    const kind = one.returnedReason ? ('returned' as const) : ('draft' as const)
    return [{ ...base, key: `d${one.id}`, kind, href: at, due: null }]
  })

const intentionDuties = ({ intentions, personId }: Known): Omit<Duty, 'late'>[] =>
  intentions.flatMap((one): Omit<Duty, 'late'>[] => {
    if (one.status !== 'draft' && one.status !== 'checked') return []
    const kind =
      one.status === 'checked'
        ? 'intention-publish'
        : one.changedBy === personId
          ? 'intention-draft'
          : 'intention-check'
    return [
      {
        key: `i${one.id}`,
        kind: kind as Duty['kind'],
        title: one.content.projectName,
        number: one.number ?? '',
        href: `/purchaser/intentions/${one.id}`,
        due: endOf(one.due),
      },
    ]
  })

const lotDuty = (one: LotDuty): Omit<Duty, 'late'> => {
  const page = one.kind === 'result' ? 'award' : one.kind
  return {
    key: `${one.kind}${one.lotId}`,
    kind: one.kind,
    title: one.title,
    number: one.number,
    lotNo: one.lotNo,
    href: `/purchaser/tenders/${one.id}/lots/${one.lotId}/${page}`,
    due: one.due ? endOf(one.due) : null,
  }
}

/** Late first, then by what is due next; what has no term comes last. */
export const dutiesOf = (known: Known, now: string): Duty[] =>
  [...tenderDuties(known), ...intentionDuties(known), ...known.afterOpening.map(lotDuty)]
    .map((duty) => ({ ...duty, late: duty.due !== null && duty.due <= now }))
    .sort((a, b) => (a.due ?? '9999').localeCompare(b.due ?? '9999'))
