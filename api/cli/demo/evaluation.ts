import type { Http } from '../../client/http.ts'
import { beijingDate } from '../../law/beijing.ts'
import type { City } from './city.ts'
import { scannedPaper, signPaper } from './papers.ts'
import type { DemoPerson } from './people.ts'
import { clockOf } from './tender.ts'

type Item = { stage: 'qualification' | 'conformity'; id: string }
type Room = {
  status: string
  bidders: { organisationId: string }[]
  reviewItems: { purchaser: Item[]; committee: Item[] }
  scoringItems: {
    id: string
    max: string
    kind: 'objective' | 'subjective'
    intervals: { from: string; to: string }[]
  }[]
}
type Bids = { bids: { bidId: string; letter: string; price: string | null; standing: boolean }[] }

export const roomOf = (http: Http, lotId: string) => http.json<Room>('GET', `/api/lots/${lotId}/evaluation/room`)
export const bidsOf = async (http: Http, lotId: string) =>
  (await http.json<Bids>('GET', `/api/lots/${lotId}/evaluation/bids`)).bids.filter((bid) => bid.standing)

const review = async (http: Http, lotId: string, items: readonly Item[]): Promise<void> => {
  for (const { bidId } of await bidsOf(http, lotId)) {
    for (const { stage, id } of items) {
      await http.json('PUT', `/api/lots/${lotId}/evaluation/reviews`, { stage, bidId, itemId: id, passed: true })
    }
  }
}

/** Four experts and the purchaser's representative; the first is the chair. */
export const membersOf = (city: City): DemoPerson[] => [...city.experts.slice(0, 4), city.representative]

export const formCommittee = async (city: City, lotId: string, members: readonly DemoPerson[]): Promise<void> => {
  await city.purchaser.http.json('POST', `/api/lots/${lotId}/evaluation/committee`, {
    members: members.map(({ personId, organisationId }, at) => ({
      personId,
      organisationId,
      isExpert: at < 4,
      isChair: at === 0,
    })),
  })
}

/** Signs in, sees the bidders' names, and declares no conflict with any of them. */
export const declareNone = async ({ http }: DemoPerson, lotId: string): Promise<void> => {
  await http.json('POST', `/api/lots/${lotId}/evaluation/sign-in`)
  const { bidders } = await roomOf(http, lotId)
  await http.json('POST', `/api/lots/${lotId}/evaluation/declaration`, {
    conflict: 'none',
    bidders: bidders.map(({ organisationId }) => organisationId),
  })
}

/** Five people sign in, see the bidders' names, and declare; then the purchaser's side reviews qualification. */
export const openEvaluation = async (
  city: City,
  lotId: string,
  members: readonly DemoPerson[] = membersOf(city),
): Promise<readonly DemoPerson[]> => {
  const { http } = city.purchaser
  await formCommittee(city, lotId, members)
  for (const member of members) await declareNone(member, lotId)
  await review(http, lotId, (await roomOf(http, lotId)).reviewItems.purchaser)
  await http.json('POST', `/api/lots/${lotId}/evaluation/qualification/close`)
  return members
}

export const reviewConformity = async ({ http }: DemoPerson, lotId: string): Promise<void> =>
  review(http, lotId, (await roomOf(http, lotId)).reviewItems.committee)

/** Points of a member in its seat; objective ones are the same with all (87号令 64). */
export const pointsOf = (item: { max: string; kind: string }, bid: number, seat: number): number =>
  item.kind === 'objective' ? Number(item.max) - bid : Number(item.max) - 2 - bid - (seat % 3)

export const scoreBids = async ({ http }: DemoPerson, lotId: string, seat: number): Promise<void> => {
  const { scoringItems } = await roomOf(http, lotId)
  for (const [at, { bidId }] of (await bidsOf(http, lotId)).entries()) {
    for (const item of scoringItems) {
      const points = String(pointsOf(item, at, seat))
      await http.json('PUT', `/api/lots/${lotId}/evaluation/scores`, { bidId, itemId: item.id, points })
    }
  }
  await http.json('POST', `/api/lots/${lotId}/evaluation/scores/finish`)
}

/** Each member reviews and scores alone. */
export const scoreAlone = async (members: readonly DemoPerson[], lotId: string): Promise<void> => {
  for (const member of members) await reviewConformity(member, lotId)
  const { http } = members[0]!
  await http.json('POST', `/api/lots/${lotId}/evaluation/conformity/close`, {})
  if ((await roomOf(http, lotId)).scoringItems.length === 0) return
  for (const [seat, member] of members.entries()) await scoreBids(member, lotId, seat)
}

/** A member signs the report's PDF with a key that stays with the member. */
export const signReportAs = ({ http, signer }: DemoPerson, lotId: string) =>
  signPaper(http, signer, `/api/lots/${lotId}/evaluation/report`)

/** The chair has the report made; each member signs it. */
export const signReport = async (members: readonly DemoPerson[], lotId: string): Promise<string> => {
  const { outcome } = await members[0]!.http.json<{ outcome: string }>('POST', `/api/lots/${lotId}/evaluation/close`)
  for (const member of members) await signReportAs(member, lotId)
  return outcome
}

/** The purchaser takes the first in order and publishes the result. */
export const publishAward = async (city: City, lotId: string): Promise<{ name: string; price: bigint }> => {
  const { http } = city.approver
  type Award = {
    candidates: { bidId: string; name: string; price: string; rank: number; needsSmeDeclaration: boolean }[]
  }
  const { candidates } = await http.json<Award>('GET', `/api/lots/${lotId}/award`)
  const first = candidates.find(({ rank }) => rank === 1)!
  await http.json('POST', `/api/lots/${lotId}/award`, { bidId: first.bidId, passedOver: [] })
  await http.json('POST', `/api/lots/${lotId}/award/publication`, {
    subject: [
      { name: '主要标的', spec: '详见投标文件', quantity: '1套', unitPrice: first.price, requirement: '按采购文件' },
    ],
    ...(first.needsSmeDeclaration ? { smeDeclaration: { kind: 'qualification', index: 0 } } : {}),
  })
  return { name: first.name, price: BigInt(first.price) }
}

export const signLetter = ({ approver: { http, signer } }: City, lotId: string) =>
  signPaper(http, signer, `/api/lots/${lotId}/award/letter`)

/** The same, and the letter that goes out with it is signed. */
export const award = async (city: City, lotId: string): Promise<{ name: string; price: bigint }> => {
  const first = await publishAward(city, lotId)
  await signLetter(city, lotId)
  return first
}

/** The contract as signed on paper or by seals, handed in and published at once. */
export const handInContract = async (city: City, lotId: string, price: bigint): Promise<void> => {
  const form = new FormData()
  const bytes = await scannedPaper(1)
  form.set('file', new File([bytes as Uint8Array<ArrayBuffer>], '合同.pdf', { type: 'application/pdf' }))
  form.set('amount', price.toString())
  form.set('signedOn', beijingDate((await clockOf(city.purchaser.http)).getTime()))
  await city.purchaser.http.form(`/api/lots/${lotId}/contract/files`, form)
}
