import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  type EvaluationWorld,
  evaluate,
  makeEvaluationWorld,
  makeEvaluators,
  must,
  type OpenTender,
  openTender,
  paperSignature,
} from '../evaluations/world.testing.ts'
import { issueDemoCertificate } from '../identity/service.ts'
import { type Actor, SYSTEM } from '../kernel/actor.ts'
import { verifyPdfSignatures } from '../kernel/pdf/verify.ts'
import { sha256, toBase64url } from '../log/bytes.ts'
import { makeKeyPair, spkiOf } from '../seal/ca.ts'
import type { Signer } from '../seal/cms.ts'
import { signedRevisions } from '../seal/pdf-signatures.ts'
import { giveMandate, refused } from '../tenders/world.testing.ts'

const BIDS = [
  { name: '甲医疗器械有限公司', price: 350_000_000n, size: 'large' as const },
  { name: '乙康健设备有限公司', price: 340_000_000n, size: 'large' as const },
  { name: '丙影像技术有限公司', price: 345_000_000n, size: 'medium' as const },
]
const SUBJECT = [
  { name: 'CT主机', spec: 'XCT-128', quantity: '1台', unitPrice: '340000000', requirement: '整机质保三年' },
]

/** One letter, from before it is issued to its last signature; each test goes on from the one before. */
let world: EvaluationWorld
let lot: OpenTender
let approverSigner: Signer
let agent: Actor
let evaluator: Actor
/** The letter as the winner got it after the seal and after each signature. */
const versions: Uint8Array[] = []
before(async () => {
  world = await makeEvaluationWorld()
  const staff = await makeEvaluators(world)
  evaluator = staff.chair
  lot = await openTender(world, BIDS)
  const [, b] = lot.bidders
  await evaluate(world, lot, staff.members, (bidId, itemId) =>
    itemId === 's1' ? '45' : bidId === b!.bidId ? '18' : '10',
  )
  const { call, cast, base } = world
  must(await call(cast.clerk, 'POST', at('/award'), { bidId: b!.bidId }))
  approverSigner = await base.enrol(cast.approver)
  const office = await base.organisation('agency', '云城招标代理有限公司')
  agent = await base.member(office.id, 'agency')
  await base.deps.db.updateTable('tender').set({ agency_id: office.id }).where('id', '=', lot.tenderId).execute()
})
after(() => world.close())

const at = (path: string) => `/lots/${lot.lotId}${path}`
const LETTER = '/award/letter'
const shown = async (actor: Actor) => must(await world.call(actor, 'GET', at(`${LETTER}.pdf`))).body as Uint8Array
const signersFor = async (actor: Actor) => must(await world.call(actor, 'GET', at(`${LETTER}/signatures`))).body
const signed = (actor: Actor, signer: Signer) => paperSignature(world, actor, signer, at(LETTER))
const handIn = (actor: Actor, signature: { version: number; cms: string }) =>
  world.call(actor, 'PUT', at(`${LETTER}/signature`), signature)
const winner = () => lot.bidders[1]!.actor

type Told = { type: string; body: string }
/** What everybody may read of the signatures. */
const events = async () => {
  const told: Told[] = must(await world.base.call(null, 'GET', `/tenders/${lot.tenderId}/events`)).body.events
  return told
    .filter(({ type }) => type === 'award-letter.signed/1')
    .map(({ body }) => JSON.parse(Buffer.from(body, 'base64url').toString()))
}

test('there is nothing to sign before the result is published', async () => {
  const { call, cast } = world
  refused(await call(cast.clerk, 'POST', at(`${LETTER}/signature`)), 409, 'award-not-published')
  refused(await call(cast.clerk, 'GET', at(`${LETTER}/signatures`)), 404, 'not-found')
  refused(await call(winner(), 'GET', at(`${LETTER}/signatures`)), 404, 'not-found')
  must(await call(cast.clerk, 'POST', at('/award/publication'), { subject: SUBJECT }))
  versions.push(await shown(winner()))
  assert.deepEqual(await signersFor(winner()), { signers: [], mine: null })
})

test('nobody signs but the purchaser and whoever holds its mandate', async () => {
  const { call, cast, base } = world
  const other = await base.member((await base.organisation('purchaser', '别的医院')).id, 'purchaser')
  const cms = 'A'.repeat(100)
  world.deps.stamp = () => assert.fail('an authority was asked for a stranger')
  for (const stranger of [other, agent]) {
    refused(await call(stranger, 'POST', at(`${LETTER}/signature`)), 404, 'not-found')
    refused(await call(stranger, 'GET', at(`${LETTER}/prepared.pdf`)), 404, 'not-found')
    refused(await handIn(stranger, { version: 0, cms }), 404, 'not-found')
    refused(await call(stranger, 'GET', at(`${LETTER}/signatures`)), 404, 'not-found')
  }
  for (const actor of [winner(), evaluator]) {
    refused(await call(actor, 'POST', at(`${LETTER}/signature`)), 403, 'role-not-allowed')
    refused(await handIn(actor, { version: 0, cms }), 403, 'role-not-allowed')
  }
  world.deps.stamp = undefined
  refused(await call(lot.bidders[0]!.actor, 'GET', at(`${LETTER}/signatures`)), 404, 'not-found')
  refused(await handIn(cast.clerk, { version: 0, cms }), 409, 'signature-not-prepared')
})

test("the purchaser's own certificate signs it: neither another person's nor a personal one", async () => {
  const { cast, deps } = world
  refused(await handIn(cast.clerk, await signed(cast.clerk, approverSigner)), 403, 'certificate-foreign')
  const { publicKey, privateKey } = await makeKeyPair('EC')
  const holder = { personId: cast.clerk.personId!, organisationId: null, spki: await spkiOf(publicKey) }
  const { certificate, chain } = await issueDemoCertificate(deps)(SYSTEM, holder)
  const personal = { certificateDer: new Uint8Array(certificate.der), chainDer: chain, privateKey }
  refused(await handIn(cast.clerk, await signed(cast.clerk, personal)), 403, 'organisation-certificate-needed')
  assert.deepEqual([await shown(winner()), await events()], [versions[0], []])
})

test('87号令 69: signed by the purchaser, the newest version is what the winner gets', async () => {
  const { cast } = world
  const signature = await signed(cast.clerk, cast.purchaserSigner)
  assert.deepEqual(must(await handIn(cast.clerk, signature)).body, { version: 1, signed: 1 })
  versions.push(await shown(winner()))
  assert.deepEqual(await shown(cast.approver), versions[1])
  const { signers, mine } = await signersFor(winner())
  assert.deepEqual(
    [mine, signers.map((one: { organisationId: string; name: string }) => [one.organisationId, one.name])],
    [null, [[cast.purchaser.id, '云城市第一人民医院 李雷']]],
  )
  assert.deepEqual([(await signersFor(cast.clerk)).mine, (await signersFor(cast.approver)).mine], [true, false])
  // Handed in again: no version, no event.
  assert.deepEqual(must(await handIn(cast.clerk, signature)).body, { version: 1, signed: 1 })
  refused(await world.call(cast.clerk, 'POST', at(`${LETTER}/signature`)), 409, 'document-signed-already')
  assert.deepEqual([await shown(winner()), (await events()).length], [versions[1], 1])
})

test('by its agency, too, under the mandate; who prepared before that prepares again', async () => {
  const { cast, base } = world
  await giveMandate(base, cast, agent.organisationId!)
  const early = await signed(cast.approver, approverSigner)
  must(await handIn(agent, await signed(agent, await base.enrol(agent))))
  versions.push(await shown(winner()))
  refused(await handIn(cast.approver, early), 409, 'document-moved-on')
  const again = await signed(cast.approver, approverSigner)
  // Twice at once, as an impatient hand does it: one version, one event.
  for (const answer of await Promise.all([handIn(cast.approver, again), handIn(cast.approver, again)]))
    assert.deepEqual(must(answer).body, { version: 3, signed: 3 })
  versions.push(await shown(winner()))
})

test('who works for both sides signs once for each, by the certificate of each', async () => {
  const { cast, base } = world
  const asAgent = await base.member(agent.organisationId!, 'agency')
  const forPurchaser: Actor = { ...asAgent, organisationId: cast.purchaser.id, role: 'purchaser' }
  const [agencySigner, purchaserSigner] = [await base.enrol(asAgent), await base.enrol(forPurchaser)]
  // The prepared file names the agency: it is no signature of the purchaser.
  const named = await signed(asAgent, purchaserSigner)
  refused(await handIn(forPurchaser, named), 409, 'signature-not-prepared')
  refused(await handIn(asAgent, named), 403, 'organisation-certificate-needed')
  must(await handIn(forPurchaser, await signed(forPurchaser, purchaserSigner)))
  versions.push(await shown(winner()))
  assert.deepEqual([(await signersFor(forPurchaser)).mine, (await signersFor(asAgent)).mine], [true, false])
  refused(await world.call(forPurchaser, 'POST', at(`${LETTER}/signature`)), 409, 'document-signed-already')
  assert.deepEqual(must(await handIn(asAgent, await signed(asAgent, agencySigner))).body, { version: 5, signed: 5 })
  versions.push(await shown(winner()))
})

test('each signature leaves those before it valid, and all of the file is signed', async () => {
  const last = versions.at(-1)!
  for (const earlier of versions) assert.deepEqual(last.subarray(0, earlier.length), earlier)
  // The strict reader of V-72, by which anybody who has the letter reads it.
  assert.deepEqual(
    signedRevisions(last)?.map(({ end }) => end),
    versions.map(({ length }) => length),
  )
  const found = await verifyPdfSignatures(last)
  assert.deepEqual(
    found.map(({ ok, coversWholeDocument, claimed }) => [ok, coversWholeDocument, claimed.reason]),
    [[true, false, '中标通知书'], ...Array(4).fill([true, false, '签发中标通知书']), [true, true, '签发中标通知书']],
  )
})

test('one event for each signature, with the hash of the very version; its body, which is public, names no desk', async () => {
  const { cast } = world
  const told = await events()
  const [by, agency] = [cast.purchaser.id, agent.organisationId]
  const hashes = await Promise.all(versions.slice(1).map(async (one) => toBase64url(await sha256(one))))
  assert.deepEqual(
    told.map(({ data, from }) => [data.organisationId, data.pdfSha256, from]),
    [by, agency, by, by, agency].map((id, n) => [id, hashes[n], null]),
  )
})
