import { sql } from 'kysely'
import { pino } from 'pino'
import { awardProblems } from '../awards/problems.ts'
import { awardRoutes } from '../awards/routes.ts'
import { addMembership, createPerson, demoSeal, issueDemoCertificate } from '../identity/service.ts'
import { type Actor, SYSTEM } from '../kernel/actor.ts'
import type { Deps } from '../kernel/deps.ts'
import { createRouter } from '../kernel/http.ts'
import { createJobs } from '../kernel/jobs.ts'
import { signCades } from '../kernel/pdf/cades.ts'
import { isUnforeseen, problemResponse } from '../kernel/problem-response.ts'
import { loadSeal } from '../kernel/seal.ts'
import { testDatabase } from '../kernel/testing.ts'
import { fromBase64url, toBase64url } from '../log/bytes.ts'
import { problems } from '../problems.ts'
import { makeKeyPair, spkiOf } from '../seal/ca.ts'
import type { Signer } from '../seal/cms.ts'
import type { TenderDraft } from '../tenders/contract/content.ts'
import { type Answer, type Cast, makeCast, makeTenderWorld, publishTender } from '../tenders/world.testing.ts'
import { type Bidder, type BidSpec, openedLot } from './opened-lot.testing.ts'
import { evaluationProblems } from './problems.ts'
import { evaluationRoutes } from './routes.ts'

const table = { ...problems, ...evaluationProblems, ...awardProblems }
const NOBODY: Actor = { personId: null, organisationId: null, role: 'public', via: 'none', networkAddress: null }

/** The address of the world's own database: another one of the same server tells host and port. */
const addressOf = async (db: Deps['db']): Promise<string> => {
  const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(db)
  const neighbour = await testDatabase()
  await neighbour.close()
  return neighbour.url.replace(/sunlit_test_[0-9a-f]+/, rows[0]!.name)
}

/** A platform up to the contract: real database, store, jobs and seal; who acts is told by the test. */
export const makeEvaluationWorld = async () => {
  const base = await makeTenderWorld()
  const { db, settings, keys } = base.deps
  const jobs = createJobs(await addressOf(db), pino({ level: 'silent' }))
  const refunds: string[] = []
  await jobs.start({ 'send-refund': async ({ refundId }: { refundId: string }) => void refunds.push(refundId) })
  const seal = await loadSeal(keys.folder, '云城市公共资源交易中心', () => demoSeal(settings))
  // The log's sequencer has no part in these features: their events wait in the queue, as they do when it is slow.
  const deps = {
    ...base.deps,
    jobs,
    seal: (pdf: Uint8Array, reason: string, at: Date) => seal.put(pdf, reason, at),
  } as unknown as Deps
  let acting: Actor = NOBODY
  const app = createRouter()
  app.onError((error, c) => {
    if (isUnforeseen(error)) throw error
    return problemResponse(c, error, table)
  })
  app.use(async (c, next) => {
    c.set('actor', acting)
    c.set('requestId', 'test')
    await next()
  })
  app.route('/api', evaluationRoutes(deps))
  app.route('/api', awardRoutes(deps))
  const call = async (actor: Actor | null, method: string, path: string, body?: unknown): Promise<Answer> => {
    acting = actor ?? NOBODY
    const isForm = body instanceof FormData
    const headers: Record<string, string> = body === undefined || isForm ? {} : { 'content-type': 'application/json' }
    const request = { method, headers, ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }) }
    const response = await app.request(`/api${path}`, request as RequestInit)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes,
    }
  }
  const close = async () => {
    await jobs.stop()
    await base.close()
  }
  return { base, deps, call, refunds, close, cast: await makeCast(base) }
}
export type EvaluationWorld = Awaited<ReturnType<typeof makeEvaluationWorld>>

export type Evaluator = Actor & { personId: string; organisationId: string; name: string; signer: Signer }

let count = 0
/** An evaluator with a personal certificate of the demo authority. */
export const makeEvaluator = async (
  world: EvaluationWorld,
  organisationId: string,
  name: string,
): Promise<Evaluator> => {
  const { deps } = world
  const email = `evaluator${++count}@example.cn`
  const { id: personId } = await createPerson(deps)({ name, email, password: '云城-Sunlit-2026' })
  await addMembership(deps)(SYSTEM, { organisationId, personId, role: 'evaluator' })
  const pair = await makeKeyPair('EC')
  const spki = await spkiOf(pair.publicKey)
  const issued = await issueDemoCertificate(deps)(SYSTEM, { personId, organisationId: null, spki })
  const signer = {
    certificateDer: new Uint8Array(issued.certificate.der),
    chainDer: issued.chain,
    privateKey: pair.privateKey,
  }
  return { personId, organisationId, role: 'evaluator', via: 'certificate', networkAddress: null, name, signer }
}

/** Four experts of the centre and the purchaser's representative; the first is to be the chair. */
export const makeEvaluators = async (world: EvaluationWorld) => {
  const centre = await world.base.organisation('centre', '云城市公共资源交易中心')
  const names = ['蒋专家', '沈专家', '韩专家', '杨专家', '朱专家']
  const [chair, ...others] = await Promise.all(names.map((name) => makeEvaluator(world, centre.id, name)))
  const representative = await makeEvaluator(world, world.cast.purchaser.id, '吴代表')
  const members = [chair!, ...others.slice(0, 3), representative]
  return { centre, chair: chair!, members, spare: others[3]!, representative }
}

export const seatOf = (one: Evaluator, purchaserId: string, chair = false) => ({
  personId: one.personId,
  organisationId: one.organisationId,
  isExpert: one.organisationId !== purchaserId,
  isChair: chair,
})

export const must = (answer: Answer, status = 200): Answer => {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

/** Publish a tender by its own functions and open these bids in its only lot. */
export const openTender = async (
  world: EvaluationWorld,
  specs: readonly BidSpec[],
  change?: (draft: TenderDraft) => TenderDraft,
) => {
  const { id: tenderId } = await publishTender(world.base, world.cast as Cast, change)
  const { lotId, bidders } = await openedLot(world, tenderId, specs)
  return { tenderId, lotId, bidders, at: (path: string) => `/lots/${lotId}/evaluation${path}` }
}
export type OpenTender = Awaited<ReturnType<typeof openTender>>

/** Formed, signed in, declared without conflict. */
export const convene = async (world: EvaluationWorld, lot: OpenTender, members: readonly Evaluator[]) => {
  const { clerk, purchaser } = world.cast
  const seats = members.map((one, at) => seatOf(one, purchaser.id, at === 0))
  must(await world.call(clerk, 'POST', lot.at('/committee'), { members: seats }))
  const room = must(await world.call(clerk, 'GET', lot.at('/room'))).body
  const bidders = room.bidders.map((bidder: { organisationId: string }) => bidder.organisationId)
  for (const one of members) {
    must(await world.call(one, 'POST', lot.at('/sign-in')))
    must(await world.call(one, 'POST', lot.at('/declaration'), { conflict: 'none', bidders }))
  }
}

/** The purchaser's verdicts on the sample's one item, and the stage closed. */
export const qualify = async (world: EvaluationWorld, lot: OpenTender, fails: readonly Bidder[] = []) => {
  for (const { bidId, treatedAs, organisationId } of lot.bidders) {
    if (treatedAs !== 'valid') continue
    const passed = !fails.some((one) => one.organisationId === organisationId)
    const body = { stage: 'qualification', bidId, itemId: 'q1', passed, reason: passed ? '' : '营业执照已过有效期' }
    must(await world.call(world.cast.clerk, 'PUT', lot.at('/reviews'), body))
  }
  return must(await world.call(world.cast.clerk, 'POST', lot.at('/qualification/close'))).body
}

/** Every member votes on conformity of these bids; who votes against is told by seat. */
export const voteConformity = async (
  world: EvaluationWorld,
  lot: OpenTender,
  members: readonly Evaluator[],
  bidIds: readonly string[],
  against: (bidId: string, seat: number) => boolean = () => false,
) => {
  for (const bidId of bidIds) {
    for (const [at, one] of members.entries()) {
      const passed = !against(bidId, at + 1)
      const body = { stage: 'conformity', bidId, itemId: 'c1', passed, reason: passed ? '' : '探测器宽度仅64毫米' }
      must(await world.call(one, 'PUT', lot.at('/reviews'), body))
    }
  }
}

export const score = async (
  world: EvaluationWorld,
  lot: OpenTender,
  members: readonly Evaluator[],
  points: (bidId: string, itemId: string, seat: number) => string,
  bidIds: readonly string[],
) => {
  for (const [at, one] of members.entries()) {
    for (const bidId of bidIds) {
      for (const itemId of ['s1', 's2']) {
        const body = { bidId, itemId, points: points(bidId, itemId, at + 1), opinion: '' }
        must(await world.call(one, 'PUT', lot.at('/scores'), body))
      }
    }
    must(await world.call(one, 'POST', lot.at('/scores/finish')))
  }
}

/** What a signer's own software does before it hands in: have the paper prepared, and sign the digest. */
export const paperSignature = async (world: EvaluationWorld, actor: Actor, signer: Signer, path: string) => {
  const prepared = must(await world.call(actor, 'POST', `${path}/signature`)).body
  const cms = await signCades({ ...signer, chainDer: [...signer.chainDer], digest: fromBase64url(prepared.digest) })
  return { version: prepared.version as number, cms: toBase64url(cms) }
}

export const signReport = (world: EvaluationWorld, lot: OpenTender, one: Evaluator, signer = one.signer) =>
  paperSignature(world, one, signer, lot.at('/report'))

/** A whole evaluation, from the opened lot to the last signature. */
export const evaluate = async (
  world: EvaluationWorld,
  lot: OpenTender,
  members: readonly Evaluator[],
  points: (bidId: string, itemId: string, seat: number) => string,
) => {
  await convene(world, lot, members)
  await qualify(world, lot)
  const bidIds = lot.bidders.filter((bidder) => bidder.treatedAs === 'valid').map((bidder) => bidder.bidId)
  await voteConformity(world, lot, members, bidIds)
  must(await world.call(members[0]!, 'POST', lot.at('/conformity/close'), {}))
  await score(world, lot, members, points, bidIds)
  must(await world.call(members[0]!, 'POST', lot.at('/close')))
  for (const one of members)
    must(await world.call(one, 'PUT', lot.at('/report/signature'), await signReport(world, lot, one)))
}
