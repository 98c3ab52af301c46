import { toCapitals } from '../../../api/law/capitals.ts'
import { type OpeningRecord, openingRecordSchema } from '../../../api/seal/opening-record.ts'
import { yuan } from '../i18n/amount.ts'

/** One bid of the announced table. Money in 分; `share` in per cent of the ceiling with one decimal. */
export type OpenedBid = {
  id: string
  name: string
  uscc: string
  organisationId: string
  /** 联合体 members besides the leader; null for one the register does not know. */
  members: (string | null)[]
  price: string | null
  capitals: string | null
  share: string | null
  /** The other typed answers, in the order of the notice's fields. */
  others: string[]
  deposit: string
  how: string
  treatedAs: string
}
export type OpenedLot = {
  lotId: string
  no: number
  title: string
  ceiling: string
  openedAt: string
  outcome: 'continue' | 'failed'
  priceLabel: string
  otherLabels: string[]
  bids: OpenedBid[]
}

/** The opening record of a lot as it is shown; null before names are out. */
export const openedLot = async (fetcher: typeof fetch, lotId: string): Promise<OpenedLot | null> => {
  const response = await fetcher(`/api/lots/${lotId}/opening-record`)
  if (!response.ok) return null
  return viewOf(openingRecordSchema.parse(await response.json()))
}

const viewOf = (record: OpeningRecord): OpenedLot => {
  const price = record.summaryFields.find(({ type }) => type === 'money')
  const others = record.summaryFields.filter((field) => field !== price)
  const bids = record.bids.map((bid): OpenedBid => {
    const typed = price ? bid.form?.[price.key] : undefined
    const fen = typeof typed === 'string' && /^\d{1,15}$/.test(typed) ? typed : null
    return {
      id: bid.bidId,
      name: bid.name,
      uscc: bid.uscc,
      organisationId: bid.organisationId,
      members: bid.consortium.map(({ name, uscc }) => (name === null ? null : `${name}　${uscc}`)),
      price: fen,
      capitals: fen && toCapitals(yuan(fen).replaceAll(',', '')),
      share: fen && shareOf(BigInt(fen), BigInt(record.ceiling)),
      others: others.map(({ key, type }) => {
        const value = bid.form?.[key]
        if (value === undefined || value === null) return ''
        return type === 'money' && typeof value === 'string' ? yuan(value) : String(value)
      }),
      deposit: bid.deposit,
      how: bid.how,
      treatedAs: bid.treatedAs,
    }
  })
  return {
    lotId: record.lotId,
    no: record.lotNo,
    title: record.lotTitle,
    ceiling: record.ceiling,
    openedAt: record.openedAt,
    outcome: record.outcome,
    priceLabel: price?.label ?? '',
    otherLabels: others.map(({ label }) => label),
    bids: bids.sort(byPrice),
  }
}

const shareOf = (price: bigint, ceiling: bigint): string | null =>
  ceiling > 0n ? (Number((price * 10_000n + ceiling / 2n) / ceiling) / 100).toFixed(1) : null

/** Lowest first; what could not be read last. */
const byPrice = (a: OpenedBid, b: OpenedBid): number => {
  if (a.price === null || b.price === null) return (a.price === null ? 1 : 0) - (b.price === null ? 1 : 0)
  const gap = BigInt(a.price) - BigInt(b.price)
  return gap < 0n ? -1 : gap > 0n ? 1 : 0
}
