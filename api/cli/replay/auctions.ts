import { z } from 'zod'

/** One recorded auction; amounts in yen, taken as whole yuan. */
export type Auction = {
  id: string
  title: string
  detail: string
  ceiling: bigint
  floor: bigint | null
  bids: { bidder: string; price: bigint }[]
  /** The recorded winner; null where nobody won. */
  winner: string | null
}

const HEAD = 'auction_id,date,title,detail,ceiling,floor,bidder_id,bid,winner'
const whole = z.string().regex(/^\d{1,12}(\.0+)?$/)

/** RFC 4180 without line breaks inside fields. */
const cells = (line: string): string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
  )

const yen = (text: string): bigint => BigInt(whole.parse(text).split('.')[0]!)

/** @throws Error naming the line that is not one of the columns' */
export const parseAuctions = (csv: string): Auction[] => {
  const [head, ...lines] = csv.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (head !== HEAD) throw new Error(`expected the columns ${HEAD}`)
  const auctions = new Map<string, Auction>()
  for (const [at, line] of lines.entries()) {
    if (line === '') continue
    const [id, , title, detail, ceiling, floor, bidder, bid, winner, ...more] = cells(line)
    if (!id || !bidder || !ceiling || more.length > 0 || winner === undefined)
      throw new Error(`line ${at + 2}: not a row`)
    const auction = auctions.get(id) ?? {
      id,
      title: title ?? '',
      detail: detail ?? '',
      ceiling: yen(ceiling),
      floor: floor ? yen(floor) : null,
      bids: [],
      winner: null,
    }
    auctions.set(id, auction)
    if (!bid) continue
    // A bidder that stands twice in one auction: the last word counts, as a replaced bid would.
    auction.bids = [...auction.bids.filter((one) => one.bidder !== bidder), { bidder, price: yen(bid) }]
    if (winner === '1') auction.winner = bidder
  }
  return [...auctions.values()].filter((auction) => auction.bids.length > 0)
}

/** Why the recorded winner need not be the lowest valid bid; null when it should have been. */
export const explanation = ({ bids, ceiling, floor, winner }: Auction): string | null => {
  const valid = bids.filter(({ price }) => price <= ceiling && (floor === null || price >= floor))
  if (winner === null) return 'the record names no winner'
  if (valid.length === 0) return 'no recorded bid is valid'
  const lowest = valid.reduce((a, b) => (b.price < a.price ? b : a)).price
  const recorded = valid.find(({ bidder }) => bidder === winner)
  if (!recorded) return 'the recorded winner bid above the ceiling or under the floor'
  if (recorded.price !== lowest) return `the lowest valid bid was ${lowest}, the recorded winner's ${recorded.price}`
  // Equal lowest bids were decided by lot in the record, and are by the document's method here.
  return valid.filter(({ price }) => price === lowest).length > 1 ? 'several bids stood at the lowest price' : null
}
