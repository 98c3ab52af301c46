import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import * as w from '../../api/bids/world.testing.ts'
import { type DemoPerson, registerSupplier, type Stage } from '../../api/cli/demo/people.ts'
import { prepareTender, publishTender } from '../../api/cli/demo/tender.ts'
import type { Http } from '../../api/client/http.ts'
import { usccCheckDigit } from '../../api/law/uscc.ts'
import { utf8 } from '../../api/log/bytes.ts'
import { certSha256 } from '../../api/seal/certificate.ts'

export type Bidder = DemoPerson & { cookie: string }

const uscc = (no: number): string => {
  const body = `91990000MA${String(no).padStart(7, '0')}`
  return body + usccCheckDigit(body)
}

/** A supplier with a certificate, and the session cookie that a process of its own can send. */
const enrol = async (stage: Stage, no: number): Promise<Bidder> => {
  let cookie = ''
  const carry = stage.fetch!
  const seen: Stage['fetch'] = (input, init) => {
    cookie = new Headers(init?.headers).get('cookie') ?? cookie
    return carry(input, init)
  }
  const facts = { uscc: uscc(no), name: `压测供应商${no}` }
  const person = { name: `压测${no}`, email: `load${no}@sunlit.example` }
  return { ...(await registerSupplier({ ...stage, fetch: seen }, facts, person)), cookie }
}

export const enrolAll = async ({ stage }: w.BiddingWorld, count: number): Promise<Bidder[]> => {
  const bidders: Bidder[] = []
  for (let at = 0; at < count; at++) bidders.push(await enrol(stage, 1000 + at))
  return bidders
}

/** The purchaser's own requests, its one lot made many: each bidder hands in one bid for each. */
const withLots = (http: Http, count: number): Http => ({
  ...http,
  json: (method, path, body) => {
    if (method !== 'PUT' || !path.endsWith('/draft')) return http.json(method, path, body)
    const asked = body as { draft: { lots: object[] } }
    const lots = Array.from({ length: count }, (_, at) => ({
      ...asked.draft.lots[0],
      title: `第${at + 1}标包`,
      lotId: randomUUID(),
    }))
    return http.json(method, path, { ...asked, draft: { ...asked.draft, lots } })
  },
})

const BARE_PDF = utf8('%PDF-1.4\n% 采购需求\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n')

/** A published tender of so many lots. */
export const publishLots = async (
  world: w.BiddingWorld,
  count: number,
): Promise<{ tenderId: string; lots: string[] }> => {
  const { city } = world
  const wide = { ...city, purchaser: { ...city.purchaser, http: withLots(city.purchaser.http, count) } }
  const purchase = { title: '云城市医疗设备集中采购', budget: 8_000_000n, ceiling: 7_800_000n, deposit: 0n }
  const tender = await prepareTender(wide, purchase, null, BARE_PDF)
  await publishTender(wide, tender)
  await world.flush()
  const { tender: verified } = await world.verified(world.visitor, tender.tenderId)
  return { tenderId: tender.tenderId, lots: verified.notice.lots.map((lot) => lot.lotId) }
}

/**
 * Every bidder's bid for every lot: signed, taken in by the platform, its parts counted as stored. The ciphertext is that
 * of one bid, since nobody but its opener could tell; what is measured is the act of bidding, not the upload.
 */
export const startAll = async (world: w.BiddingWorld, bidders: Bidder[], tenderId: string, lots: string[]) => {
  const [first] = bidders
  for (const { http } of bidders) await http.json('POST', `/api/tenders/${tenderId}/documents`)
  const pattern = await w.seal(world, first!, { tenderId, lotId: lots[0]! })
  const signed: { bidder: Bidder; sealed: w.Sealed }[] = []
  for (const bidder of bidders) {
    const own = { certSha256: await certSha256(bidder.signer.certificateDer), orgId: bidder.organisationId }
    for (const lot of lots)
      signed.push({ bidder, sealed: await w.rewritten(pattern, (m) => ({ ...m, lot, bidder: own }), bidder.signer) })
  }
  const began = performance.now()
  const waiting = [...signed]
  const bids = new Map<Bidder, string[]>(bidders.map((bidder) => [bidder, []]))
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { bidder, sealed } = next
      bids.get(bidder)!.push((await w.start(bidder, sealed)).bid.id)
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  const seconds = (performance.now() - began) / 1000
  await sql`update bid_part set stored_at = app_now() where stored_at is null`.execute(world.deps.db)
  return { bids, rate: signed.length / seconds }
}
