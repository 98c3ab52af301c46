import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Session } from '../cli/demo/people.ts'
import { createHttp } from '../client/http.ts'
import { demoCa } from '../identity/service/authorities.ts'
import { issueDemoCertificate, revokeDemoCertificate } from '../identity/service.ts'
import { SYSTEM } from '../kernel/actor.ts'
import { usccCheckDigit } from '../law/uscc.ts'
import { sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { nobodySees, readByAll } from '../openings/secrecy.testing.ts'
import { issueCertificate, makeCa, makeKeyPair, spkiOf } from '../seal/ca.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { HEAD } from '../seal/envelope.ts'
import { partsRoot } from '../seal/parts.ts'
import { DEMO_PASSWORD } from '../start/first-start.ts'
import * as w from './world.testing.ts'

const BODY = '91990000MA0000077'
const CONTACT = {
  address: '云城市人民路9号',
  contactName: '办公室',
  contactPhone: '0359-7654321',
  contactEmail: 'new@sunlit.example',
}

let world: w.BiddingWorld
let place: w.Place
before(async () => {
  world = await w.biddingWorld()
  place = await world.publish('云城市第一人民医院CT采购项目')
})
after(() => world.close())

const supplier = (at: number) => world.city.suppliers[at]!
const obtain = (at: number) => supplier(at).http.json('POST', `/api/tenders/${place.tenderId}/documents`)
const standing = (at: number) => w.standing(supplier(at), place.tenderId)

test('documents first: refused without them, and the very same manifest is taken afterwards', async () => {
  const sealed = await w.seal(world, supplier(0), place)
  await w.refused(w.start(supplier(0), sealed), 409, 'documents-not-obtained')
  const first = await obtain(0)
  assert.deepEqual(await obtain(0), first)
  assert.equal((await w.start(supplier(0), sealed)).parts.length, 4)
  assert.equal((await w.eventsOf(world, 'documents.obtained/1', place.tenderId)).length, 1)
})

test('20号令 20: registering is all it takes to obtain the documents: no sign-up, no certificate, nobody’s approval', async () => {
  const http = createHttp({ origin: world.stage.origin, fetch: world.stage.fetch!, cookies: new Map() })
  const documents = `/api/tenders/${place.tenderId}/documents`
  await w.refused(http.json('POST', documents), 401, 'sign-in-needed')
  const person = { name: '新人', email: 'newcomer@sunlit.example', password: DEMO_PASSWORD }
  await http.json('POST', '/api/auth/sign-up/email', person)
  await w.refused(http.json('POST', documents), 403, 'role-not-allowed')
  const { sha256: promiseSha256 } = await http.json<{ sha256: string }>('GET', '/api/organisations/promise')
  const facts = { uscc: `${BODY}${usccCheckDigit(BODY)}`, name: '新来医疗器械有限公司', size: 'micro', ...CONTACT }
  await http.json('POST', '/api/organisations', { ...facts, promiseSha256 })
  const { memberships } = await http.json<Session>('GET', '/api/session')
  await http.json('POST', '/api/session/membership', { membershipId: memberships[0]!.id })
  const { obtainedAt } = await http.json<{ obtainedAt: string }>('POST', documents)
  assert.ok(Math.abs(Date.parse(obtainedAt) - (await world.now()).getTime()) < 60_000, 'at once')
})

test('20号令 21: who obtained the documents, and how many did, nobody can see', async () => {
  /** Everything about this tender, without the instant of the answer; its bundle is these answers again, packed. */
  const seen = async () =>
    [...(await readByAll(world, place))]
      .filter(([where]) => / \/api\/(tenders|lots|notices|my\/tenders)/.test(where) && !where.endsWith('.zip'))
      .map(([where, text]) => `${where} ${text.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')}`)
  await world.flush()
  const before = await seen()
  const { organisation, organisationId, personId } = supplier(2)
  await obtain(2)
  await world.flush()
  await nobodySees(world, place, [organisation, organisationId, personId])
  assert.deepEqual(await seen(), before, 'no answer counts them either')
})

test('an unknown key and a broken manifest are named, field by field', async () => {
  const sealed = await w.seal(world, supplier(0), place)
  const extra = supplier(0).http.json('POST', '/api/bids', { ...w.bodyOf(sealed), price: '1' })
  const problem = await w.refused(extra, 422, 'invalid-input')
  assert.deepEqual(problem.errors, [{ field: 'price', code: 'unknown-key' }])
  const broken = { ...sealed, manifest: sealed.manifest.slice(1) }
  await w.refused(w.start(supplier(0), broken), 422, 'manifest-malformed')
  const swapped = {
    ...sealed,
    partHashes: sealed.partHashes.toReversed().map((one, at) => ({ ...one, envelopeNo: at + 1 })),
  }
  await w.refused(w.start(supplier(0), swapped), 422, 'envelope-altered')
})

test('电子招标投标办法 26: a client that does not encrypt is refused, and the sealed bid is taken afterwards', async () => {
  const sealed = await w.seal(world, supplier(0), place)
  const plain = new Uint8Array(await sealed.read(1, 0))
  plain.set(utf8('%PDF-1.7\n'))
  const hash = await sha256(plain)
  const head56 = toBase64url(plain.slice(0, HEAD))
  const root = toBase64url(await partsRoot([hash]))
  const open = await w.rewritten(
    sealed,
    (m) => ({ ...m, envelopes: m.envelopes.map((e) => (e.no === 1 ? { ...e, head56, partsRoot: root } : e)) }),
    supplier(0).signer,
  )
  const partHashes = sealed.partHashes.map((one) =>
    one.envelopeNo === 1 ? { ...one, sha256: [toBase64url(hash)] } : one,
  )
  const upload = await w.start(supplier(0), { ...open, partHashes })
  const read = async (no: number, part: number) => (no === 1 ? plain : sealed.read(no, part))
  await w.refused(w.put(supplier(0), upload, { ...open, read }), 422, 'bid-not-encrypted')
  await w.refused(w.commit(supplier(0), upload.bid.id), 409, 'upload-incomplete')
  assert.equal(await standing(0), null)
  await w.submit(world, supplier(0), sealed)
  assert.equal((await standing(0))?.bidSeq, 1)
})

test('an altered part is refused by its hash, removed, and the true one is taken at its place', async () => {
  const stood = await standing(0)
  const sealed = await w.seal(world, supplier(0), place)
  const upload = await w.start(supplier(0), sealed)
  const part = upload.parts[1]!
  const altered = new Uint8Array(await sealed.read(part.envelopeNo, 0))
  altered[altered.length - 1]! ^= 1
  // A store that checks refuses the bytes themselves; with one that does not (Ceph), the platform reads them back.
  const putting = supplier(0).http.put(part.url!, part.headers, altered)
  await assert.rejects(putting, { status: 422, code: 'checksum-mismatch' })
  const { files } = world.deps
  files.verifiesSha256 = false
  try {
    const key = await keyOf(upload.bid.id, part.envelopeNo)
    await files.put(key, altered, { contentType: 'application/octet-stream' })
    await w.refused(w.confirm(supplier(0), upload.bid.id, part), 422, 'envelope-altered')
    assert.equal(await files.head(key), null)
    await w.refused(w.confirm(supplier(0), upload.bid.id, part), 409, 'upload-incomplete')
    assert.deepEqual(await standing(0), stood)
    await w.submit(world, supplier(0), sealed)
  } finally {
    files.verifiesSha256 = true
  }
  assert.equal((await standing(0))?.bidSeq, 2)
})

const keyOf = async (bidId: string, no: number): Promise<string> =>
  (
    await world.deps.db
      .selectFrom('bid_part')
      .select('object_key')
      .where('bid_id', '=', bidId)
      .where('envelope_no', '=', no)
      .executeTakeFirstOrThrow()
  ).object_key

/** A key and certificate of one's own making over the supplier's own name. */
const selfMade = async (at: number, days: [number, number], own: boolean): Promise<Signer> => {
  const { organisation } = supplier(at)
  const instant = (await world.now()).getTime()
  const [notBefore, notAfter] = days.map((day) => instant + day * 86_400_000) as [number, number]
  const forged = { subject: { country: 'CN', commonName: 'Sunlit Demo CA' }, notBefore, notAfter }
  const ca = own ? await makeCa(forged) : await demoCa(world.deps.settings)
  const pair = await makeKeyPair('EC')
  const subject = { country: 'CN', organisation, commonName: organisation }
  const certificateDer = await issueCertificate(await spkiOf(pair.publicKey), ca, { subject, notBefore, notAfter })
  return { certificateDer, chainDer: [new Uint8Array(ca.certificateDer)], privateKey: pair.privateKey }
}

/** Another certificate of the supplier, from the demo authority. */
const another = async (at: number): Promise<Signer & { id: string }> => {
  const pair = await makeKeyPair('EC')
  const { personId, organisationId } = supplier(at)
  const wish = { personId, organisationId, spki: await spkiOf(pair.publicKey) }
  const { certificate, chain } = await issueDemoCertificate(world.deps)(SYSTEM, wish)
  const certificateDer = new Uint8Array(certificate.der)
  return { id: certificate.id, certificateDer, chainDer: chain, privateKey: pair.privateKey }
}

test('a wrong, expired, untrusted, revoked or foreign certificate signs no bid; the right one does', async () => {
  await obtain(1)
  const sealed = await w.seal(world, supplier(1), place)
  const revoked = await another(1)
  await revokeDemoCertificate(world.deps)(w.actorOf(supplier(1)), revoked.id)
  const table: [string, Signer, number, string][] = [
    ['expired', await selfMade(1, [-40, -1], false), 422, 'certificate-expired'],
    ['not yet valid', await selfMade(1, [1, 40], false), 422, 'certificate-expired'],
    ['of an authority of its own', await selfMade(1, [-1, 40], true), 422, 'certificate-not-trusted'],
    ['never bound here', await selfMade(1, [-1, 40], false), 422, 'certificate-not-registered'],
    ['revoked', revoked, 422, 'certificate-revoked'],
    ['of another bidder', supplier(2).signer, 403, 'certificate-foreign'],
    ['its own, but not the one named', await another(1), 403, 'manifest-other-bidder'],
  ]
  for (const [what, signer, , code] of table) {
    const signed = { ...sealed, cms: await signDetached(sealed.manifest, signer, (await world.now()).getTime()) }
    await assert.rejects(w.start(supplier(1), signed), { code }, what)
  }
  const { read } = sealed
  const twisted = { ...sealed, cms: (await w.seal(world, supplier(1), place)).cms, read }
  await assert.rejects(w.start(supplier(1), twisted), { code: 'signature-invalid' })
  await w.submit(world, supplier(1), sealed)
  assert.equal((await standing(1))?.manifestHash, sealed.manifestHash)
})

test('a certificate revoked during the upload signs no bid; resealing with another one works', async () => {
  const stood = await standing(1)
  const signer = await another(1)
  const sealed = await w.seal(world, supplier(1), place, { signer })
  const upload = await w.start(supplier(1), sealed)
  await w.put(supplier(1), upload, sealed)
  await revokeDemoCertificate(world.deps)(w.actorOf(supplier(1)), signer.id)
  await assert.rejects(w.commit(supplier(1), upload.bid.id), { code: 'certificate-revoked' })
  assert.deepEqual(await standing(1), stood)
  await w.submit(world, supplier(1), await w.seal(world, supplier(1), place))
  assert.equal((await standing(1))?.bidSeq, 2)
})

test('a manifest for another tender, lot, bidder or trustee set is refused', async () => {
  const stood = await standing(1)
  const sealed = await w.seal(world, supplier(1), place)
  const other = await world.publish('云城市第一人民医院核磁采购项目', { deposit: 0n })
  const { signer, http } = supplier(1)
  const lot = await w.rewritten(sealed, (m) => ({ ...m, lot: other.lotId }), signer)
  await w.refused(w.start(supplier(1), lot), 422, 'manifest-other-tender')
  const elsewhere = await w.rewritten(sealed, (m) => ({ ...m, tender: other.tenderId }), signer)
  await w.refused(w.start(supplier(1), elsewhere), 409, 'documents-not-obtained')
  await http.json('POST', `/api/tenders/${other.tenderId}/documents`)
  await w.refused(w.start(supplier(1), elsewhere), 422, 'manifest-other-tender')
  const nowhere = await w.rewritten(sealed, (m) => ({ ...m, tender: crypto.randomUUID() }), signer)
  await w.refused(w.start(supplier(1), nowhere), 404, 'not-found')
  const orgId = supplier(0).organisationId
  const victim = await w.rewritten(sealed, (m) => ({ ...m, bidder: { ...m.bidder, orgId } }), signer)
  await w.refused(w.start(supplier(1), victim), 403, 'manifest-other-bidder')
  const set = await w.rewritten(sealed, (m) => ({ ...m, trusteeSetHash: 'A'.repeat(43) }), signer)
  await w.refused(w.start(supplier(1), set), 422, 'trustee-set-mismatch')
  const fork = await w.rewritten(
    sealed,
    (m) => ({ ...m, logCheckpointSeen: { ...m.logCheckpointSeen, root: 'A'.repeat(43) } }),
    signer,
  )
  await w.refused(w.start(supplier(1), fork), 422, 'checkpoint-not-ours')
  assert.deepEqual(await standing(1), stood)
  await w.submit(world, supplier(1), sealed)
  await w.refused(w.start(supplier(0), sealed), 403, 'manifest-other-bidder')
})

test("someone else's bid has no address", async () => {
  const { id } = (await standing(1))!
  const { http } = supplier(0)
  for (const path of ['parts', 'receipt'])
    await w.refused(http.json('GET', `/api/bids/${id}/${path}`), 404, 'not-found')
  await w.refused(w.confirm(supplier(0), id, { envelopeNo: 1, part: 0 }), 404, 'not-found')
  await w.refused(w.commit(supplier(0), id), 404, 'not-found')
  await w.refused(world.visitor.json('GET', `/api/bids/${id}/parts`), 401, 'sign-in-needed')
  await w.refused(world.city.supervisor.http.json('GET', '/api/bids'), 403, 'role-not-allowed')
  await w.refused(http.json('GET', `/api/bids/${crypto.randomUUID()}/parts`), 404, 'not-found')
})

test('电子招标投标办法 28: an altered notice, a stop and a withdrawal', async () => {
  // During a stop nothing is taken and nothing is lost.
  const { supervisor, purchaser, approver } = world.city
  const sealed = await w.seal(world, supplier(1), place)
  const upload = await w.start(supplier(1), sealed)
  await w.put(supplier(1), upload, sealed)
  await supervisor.http.json('POST', `/api/tenders/${place.tenderId}/suspend`, { reason: '收到投诉，暂停核查' })
  await w.refused(w.commit(supplier(1), upload.bid.id), 423, 'tender-suspended')
  const next = await w.seal(world, supplier(0), place)
  await w.refused(w.start(supplier(0), next), 423, 'tender-suspended')
  await supervisor.http.json('POST', `/api/tenders/${place.tenderId}/resume`, { reason: '核查完毕，恢复采购' })
  // A correction came during the upload: the manifest names the older notice.
  const correction = { reason: '开标地点调整', affecting: false, place: '云城市公共资源交易中心第二开标大厅' }
  await purchaser.http.json('POST', `/api/tenders/${place.tenderId}/correction`, correction)
  await approver.http.json('POST', `/api/tenders/${place.tenderId}/correction/approve`)
  const changed = await w.refused(w.commit(supplier(1), upload.bid.id), 409, 'notice-changed')
  assert.deepEqual(changed.params, { n: 1 })
  await w.refused(w.start(supplier(0), next), 409, 'notice-changed')
  assert.deepEqual([(await standing(0))?.noticeN, (await standing(1))?.noticeN], [0, 0])
  // 87号令 27: what was received before stands; its bidder confirms it once it has read the correction.
  const confirm = (at: number, id: string, n: number) =>
    supplier(at).http.json<{ confirmedN: number | null }>('POST', `/api/bids/${id}/confirmation`, { n })
  const { id } = (await standing(0))!
  await w.refused(confirm(1, id, 1), 404, 'not-found')
  await w.refused(confirm(1, upload.bid.id, 1), 409, 'bid-not-standing')
  await w.refused(confirm(0, id, 0), 409, 'notice-changed')
  assert.equal((await confirm(0, id, 1)).confirmedN, 1)
  assert.equal((await confirm(0, id, 1)).confirmedN, 1)
  await w.submit(world, supplier(1), await w.seal(world, supplier(1), place))
  assert.equal((await standing(1))?.noticeN, 1)
  await w.refused(confirm(1, (await standing(1))!.id, 1), 409, 'bid-names-newest-notice')
})
