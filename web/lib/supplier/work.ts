import { type BidView, type HallView, lotBid, type TenderView, validBid, waitsForKeys } from './bids.ts'
import { unanswered } from './corrections.ts'

/** What a supplier has to do in its tenders, by when: pure, so that home and workspace say the same. */
export type TenderWork = { tender: TenderView; bids: readonly BidView[]; hall: HallView | null }

export type Duty = {
  key: string
  kind: 'submit' | 'confirm' | 'open'
  tenderId: string
  number: string
  title: string
  /** ISO UTC. */
  due: string
  lots: readonly number[]
  done: number
  total: number
  /** Where the act is done. */
  href: string
  /** The window for it is open now. */
  isNow: boolean
}

/** Lots that still take part; a lot of its own fate is not waited for. */
const lotsOf = ({ tender }: TenderWork) =>
  tender.lots.filter((lot) => !['cancelled', 'failed', 'not-opened'].includes(lot.status))

export const submitted = (work: TenderWork): number =>
  lotsOf(work).filter((lot) => validBid(work.bids, lot.id) !== null).length

/** Lots whose window runs and waits for keys of one's own. */
const closedNow = ({ hall }: TenderWork) =>
  (hall?.lots ?? []).filter((lot) => lot.windowEndsAt !== null && lot.decidedAt === null && lot.own.some(waitsForKeys))

/** Names are out, or everything was decided without. */
const isOver = ({ tender }: TenderWork): boolean =>
  tender.namesOutAt !== null || !['published', 'closed'].includes(tender.status)

/** A correction that may affect a bid which was handed in already asks its bidder to keep or to replace it. */
const confirmDuties = ({ tender, bids }: TenderWork, lots: readonly { id: string; no: number }[]): Duty[] =>
  lots.flatMap((lot): Duty[] => {
    const bid = validBid(bids, lot.id)
    if (!bid || !unanswered(tender.notices, bid)) return []
    return [
      {
        key: `confirm-${lot.id}`,
        kind: 'confirm',
        tenderId: tender.id,
        number: tender.number,
        title: tender.title,
        due: tender.deadline,
        lots: [lot.no],
        done: 0,
        total: 1,
        href: `/supplier/bids/${bid.id}`,
        isNow: true,
      },
    ]
  })

export const dutiesOf = (work: TenderWork, now: number): Duty[] => {
  const { tender, bids } = work
  if (tender.suspended || isOver(work)) return []
  const common = { tenderId: tender.id, number: tender.number, title: tender.title }
  const lots = lotsOf(work)
  const waiting = lots.filter((lot) => validBid(bids, lot.id) === null)
  const total = lots.length
  const done = total - waiting.length
  const duties: Duty[] = []
  const isOpen = tender.status === 'published' && now < Date.parse(tender.deadline)
  if (isOpen && waiting.length > 0 && waiting.every((lot) => lotBid(bids, lot.id).head?.kind !== 'withdraw')) {
    const [only] = waiting
    duties.push({
      ...common,
      key: `submit-${tender.id}`,
      kind: 'submit',
      due: tender.deadline,
      lots: waiting.map((lot) => lot.no),
      done,
      total,
      href:
        waiting.length === 1 && only
          ? `/supplier/tenders/${tender.id}/lots/${only.id}/bid`
          : `/supplier/tenders/${tender.id}`,
      isNow: true,
    })
  }
  if (isOpen) duties.push(...confirmDuties(work, lots))
  if (done > 0) {
    const closed = closedNow(work)
    const due = closed.map((lot) => lot.windowEndsAt ?? '').sort()[0]
    const allOpen =
      !isOpen && closed.length === 0 && (work.hall?.lots ?? []).every((lot) => !lot.own.some(waitsForKeys))
    if (!allOpen) {
      duties.push({
        ...common,
        key: `open-${tender.id}`,
        kind: 'open',
        due: due ?? tender.deadline,
        lots: lots.filter((lot) => validBid(bids, lot.id) !== null).map((lot) => lot.no),
        done,
        total,
        href: `/supplier/tenders/${tender.id}/opening`,
        isNow: closed.length > 0,
      })
    }
  }
  return duties
}

export const byDue = (duties: readonly Duty[]): Duty[] => [...duties].sort((a, b) => a.due.localeCompare(b.due))
