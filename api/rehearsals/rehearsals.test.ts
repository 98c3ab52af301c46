import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import type { DemoPerson } from '../cli/demo/people.ts'
import type { Http } from '../client/http.ts'
import { memorySink } from '../client/prepare-bid.ts'
import { type PreparedRehearsal, prepareRehearsal, reopenRehearsal } from '../client/rehearsal.ts'
import { completeRehearsal, downloadRehearsal, type RehearsalCard, uploadRehearsal } from '../client/rehearse.ts'
import { loadTrust, type TrustContext } from '../client/trust.ts'
import { issueDemoCertificate, revokeDemoCertificate } from '../identity/service.ts'
import { SYSTEM } from '../kernel/actor.ts'
import { sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { leaks } from '../openings/secrecy.testing.ts'
import { fileOf } from '../seal/actors.testing.ts'
import { makeKeyPair, spkiOf } from '../seal/ca.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { buildRehearsal, parseRehearsal, signRehearsalKey } from '../seal/rehearsal.ts'
import { signRelease } from '../seal/release.ts'
import { LIMITS } from './rules.ts'

const PASSPHRASE = '云城-演练-2026'
const PACE = { seal: 50_000_000, upload: 2_000_000, download: 3_000_000 }
const HOUR = 3_600_000

let world: w.BiddingWorld
before(async () => {
  world = await w.biddingWorld()
})
after(() => world.close())

const supplier = (at: number) => world.city.suppliers[at]!
type Made = { prepared: PreparedRehearsal; sink: ReturnType<typeof memorySink>; trust: TrustContext }

const prepare = async (person: DemoPerson, signer: Signer = person.signer): Promise<Made> => {
  const trust = await loadTrust(person.http)
  const sink = memorySink()
  const prepared = await prepareRehearsal({
    organisationId: person.organisationId,
    signer,
    trust,
    files: [fileOf('演练.bin', utf8('演练'.repeat(1000)))],
    sink,
    passphrase: PASSPHRASE,
    bundleSha256: toBase64url(await sha256(utf8('test client'))),
  })
  return { prepared, sink, trust }
}

/** From the store back, opened, and the summary's key signed; nothing is handed over yet. */
const reopen = async (person: DemoPerson, { prepared, trust }: Made, signer: Signer = person.signer) => {
  const parts = await downloadRehearsal(person.http, prepared.rehearsalId)
  const read = async (no: number, part: number) =>
    parts.find((one) => one.envelopeNo === no && one.part === part)?.bytes ?? assert.fail('no such part')
  const { manifest, recoveryFile } = prepared
  const { decryptKey } = person
  return reopenRehearsal({ manifest, recoveryFile, signer, decryptKey, passphrase: PASSPHRASE, trust, read })
}
type Reopened = Awaited<ReturnType<typeof reopen>>

const complete = (http: Http, id: string, signed: Reopened) =>
  completeRehearsal(http, id, { ...signed, browser: 'Chrome 140', pace: PACE })

const rehearse = async (person: DemoPerson): Promise<{ made: Made; signed: Reopened; card: RehearsalCard }> => {
  const made = await prepare(person)
  await uploadRehearsal(person.http, made.prepared, { sink: made.sink })
  const signed = await reopen(person, made)
  return { made, signed, card: await complete(person.http, made.prepared.rehearsalId, signed) }
}

type Room = { now: string; left: { rehearsals: number; bytes: number }; cards: RehearsalCard[] }
const room = (http: Http) => http.json<Room>('GET', '/api/rehearsals')
const start = (http: Http, { prepared: { manifest, cms, partHashes } }: Made) =>
  http.json<w.Upload>('POST', '/api/rehearsals', {
    manifest: toBase64url(manifest),
    cms: toBase64url(cms),
    partHashes,
  })
const events = async (type: string, organisationId?: string) =>
  (await world.deps.db.selectFrom('log_event').selectAll().where('type', '=', type).execute()).filter(
    (row) => organisationId === undefined || row.actor_organisation_id === organisationId,
  )
const keysOf = async (id: string) =>
  (await world.deps.db.selectFrom('rehearsal_part').select('object_key').where('rehearsal_id', '=', id).execute()).map(
    ({ object_key }) => object_key,
  )
const later = async (ms: number) => new Date((await world.now()).getTime() + ms)

/** Another certificate of the supplier, from the demo authority. */
const another = async ({ personId, organisationId }: DemoPerson): Promise<Signer & { id: string }> => {
  const pair = await makeKeyPair('EC')
  const wish = { personId, organisationId, spki: await spkiOf(pair.publicKey) }
  const { certificate, chain } = await issueDemoCertificate(world.deps)(SYSTEM, wish)
  const certificateDer = new Uint8Array(certificate.der)
  return { id: certificate.id, certificateDer, chainDer: chain, privateKey: pair.privateKey }
}

test('sealed, uploaded, downloaded, opened and signed: a card for 24 hours, and no part stays behind', async () => {
  const one = supplier(0)
  const { made, signed, card } = await rehearse(one)
  const { rehearsalId } = made.prepared
  assert.equal(card.valid, true)
  assert.equal(card.person, '投标1')
  assert.equal(card.certificate.sha256, toBase64url(await sha256(one.signer.certificateDer)))
  assert.equal(Date.parse(card.validUntil) - Date.parse(card.passedAt), 24 * HOUR)
  assert.deepEqual((await room(one.http)).cards, [card])
  assert.equal((await room(one.http)).left.rehearsals, LIMITS.aDay - 1)

  const keys = await keysOf(rehearsalId)
  assert.equal(keys.length, 4)
  for (const key of keys) assert.equal(await world.deps.files.head(key), null)

  // Repeated, it is the same card; the same manifest again is the same rehearsal, and no address is given out any more.
  assert.deepEqual(await complete(one.http, rehearsalId, signed), card)
  assert.ok((await start(one.http, made)).parts.every(({ url }) => url === null))
  assert.equal((await room(one.http)).cards.length, 1)
  for (const type of ['rehearsal.started/1', 'rehearsal.passed/1']) {
    const [event, ...more] = await events(type, one.organisationId)
    assert.deepEqual([event?.tender_id, event?.lot_id, event?.scope, more.length], [null, null, 'bidder', 0])
  }

  // An address that is still valid may have put something there again: what is due later takes it too.
  await world.deps.files.put(keys[0]!, utf8('late'), { contentType: 'application/octet-stream' })
  await world.walk(await later(2 * HOUR))
  assert.equal(await world.deps.files.head(keys[0]!), null)
  assert.equal((await events('rehearsal.parts-deleted/1')).length, 1)
  assert.deepEqual(await keysOf(rehearsalId), [])
})

test('after 24 hours of the platform’s clock the card has run out', async () => {
  const [card] = (await room(supplier(0).http)).cards
  const ends = new Date(card!.validUntil)
  await world.walk(new Date(ends.getTime() - HOUR))
  assert.equal((await room(supplier(0).http)).cards[0]!.valid, true)
  await world.walk(ends)
  assert.deepEqual((await room(supplier(0).http)).cards, [{ ...card, valid: false }])
})

test('a wrong, foreign or revoked certificate passes nothing', async () => {
  const [one, two] = [supplier(1), supplier(2)]
  const made = await prepare(one)
  const revoked = await another(one)
  await revokeDemoCertificate(world.deps)(w.actorOf(one), revoked.id)
  const signedBy = async (signer: Signer) => {
    const cms = await signDetached(made.prepared.manifest, signer, (await world.now()).getTime())
    return { ...made, prepared: { ...made.prepared, cms } }
  }
  await w.refused(start(one.http, await signedBy(revoked)), 403, 'certificate-revoked')
  await w.refused(start(one.http, await signedBy(two.signer)), 403, 'certificate-foreign')
  await w.refused(start(one.http, await signedBy(await another(one))), 403, 'rehearsal-other-bidder')
  await w.refused(start(two.http, made), 403, 'certificate-foreign')
  assert.equal((await events('rehearsal.started/1', one.organisationId)).length, 0)

  const changed = await another(one)
  await uploadRehearsal(one.http, made.prepared, { sink: made.sink })
  const { rehearsalId } = made.prepared
  await w.refused(complete(one.http, rehearsalId, await reopen(one, made, changed)), 409, 'rehearsal-other-certificate')
  const [id] = (
    await world.deps.db
      .selectFrom('certificate')
      .select('id')
      .where('sha256', '=', Buffer.from(await sha256(one.signer.certificateDer)))
      .execute()
  ).map((row) => row.id)
  const signed = await reopen(one, made)
  await revokeDemoCertificate(world.deps)(w.actorOf(one), id!)
  await w.refused(complete(one.http, rehearsalId, signed), 403, 'certificate-revoked')
  assert.deepEqual((await room(one.http)).cards, [])
})

test('an altered part is refused; so are a wrong key, another type and a bid’s manifest in a rehearsal’s place', async () => {
  const one = supplier(2)
  const made = await prepare(one)
  const { prepared, sink } = made
  const upload = await start(one.http, made)
  const part = upload.parts[1]!
  const altered = new Uint8Array(await sink.read(part.envelopeNo, 0))
  altered[altered.length - 1]! ^= 1
  await assert.rejects(one.http.put(part.url!, part.headers, altered), { status: 422, code: 'checksum-mismatch' })
  const confirm = () =>
    one.http.json('POST', `/api/rehearsals/${prepared.rehearsalId}/parts`, { envelopeNo: part.envelopeNo, part: 0 })
  const { files } = world.deps
  files.verifiesSha256 = false
  try {
    const key = (await keysOf(prepared.rehearsalId))[1]!
    await files.put(key, altered, { contentType: 'application/octet-stream' })
    await w.refused(confirm(), 422, 'envelope-altered')
    assert.equal(await files.head(key), null)
  } finally {
    files.verifiesSha256 = true
  }
  await w.refused(confirm(), 409, 'upload-incomplete')
  await w.refused(one.http.json('GET', `/api/rehearsals/${prepared.rehearsalId}/ciphertext`), 409, 'upload-incomplete')
  await uploadRehearsal(one.http, prepared, { sink })

  const { manifestHash, rehearsalId } = prepared
  const key = (value: Uint8Array, of = { rehearsalId, manifestHash }) => signRehearsalKey(of, value, one.signer)
  const hand = async (signed: { bytes: Uint8Array<ArrayBuffer>; cms: Uint8Array<ArrayBuffer> }) =>
    complete(one.http, rehearsalId, { statement: signed.bytes, cms: signed.cms })
  await w.refused(hand(await key(new Uint8Array(32))), 422, 'rehearsal-not-opened')
  const right = Buffer.from(prepared.keys.keys.summary!, 'base64url')
  await w.refused(
    hand(await key(right, { rehearsalId: crypto.randomUUID(), manifestHash })),
    422,
    'rehearsal-not-opened',
  )
  const hash = Buffer.from(manifestHash, 'base64url')
  const place = { tender: rehearsalId, lot: rehearsalId, kind: 'summary', manifestHash: hash, closedIndex: 0 } as const
  await w.refused(hand(await signRelease('dek', place, right, one.signer)), 422, 'signed-type-wrong')
  const bid = {
    manifest: toBase64url(prepared.manifest),
    cms: toBase64url(prepared.cms),
    partHashes: prepared.partHashes,
  }
  await w.refused(one.http.json('POST', '/api/bids', bid), 422, 'manifest-malformed')
  await hand(await key(right))
  assert.equal((await world.deps.db.selectFrom('bid').select('id').execute()).length, 0)
})

test('nobody but the organisation itself sees that a rehearsal took place', async () => {
  const { made, card } = await rehearse(supplier(3))
  const { rehearsalId } = made.prepared
  const other = supplier(2).http
  for (const path of ['parts', 'ciphertext'])
    await w.refused(other.json('GET', `/api/rehearsals/${rehearsalId}/${path}`), 404, 'not-found')
  await w.refused(complete(other, rehearsalId, await reopenless()), 404, 'not-found')
  assert.ok((await room(other)).cards.every(({ id }) => id !== rehearsalId))
  const { supervisor, centre, purchaser, trustees } = world.city
  for (const { http } of [supervisor, centre, purchaser, trustees[0]])
    await w.refused(room(http), 403, 'role-not-allowed')
  await w.refused(room(world.visitor), 401, 'sign-in-needed')
  const secrets = [rehearsalId, card.certificate.sha256]
  for (const path of ['/api/rehearsals', '/log/checkpoint', '/api/clients'])
    for (const http of [other, supervisor.http, world.city.admin, world.visitor]) {
      const bytes = await http.bytes(path).catch(() => null)
      if (bytes) assert.deepEqual(leaks(new TextDecoder().decode(bytes), secrets), [], path)
    }
})
const reopenless = async (): Promise<Reopened> => ({ statement: utf8('{}'), cms: utf8('x') })

test('abandoned: nothing is given out any more, and every part is gone', async () => {
  const one = supplier(3)
  const made = await prepare(one)
  const upload = await start(one.http, made)
  const [first] = upload.parts
  await one.http.put(first!.url!, first!.headers, await made.sink.read(1, 0))
  const keys = await keysOf(made.prepared.rehearsalId)
  assert.notEqual(await world.deps.files.head(keys[0]!), null)
  await world.walk(await later(30 * 60_000))
  // Who still asks goes on; only a silence ends it.
  await one.http.json('GET', `/api/rehearsals/${made.prepared.rehearsalId}/parts`)
  await world.walk(await later(30 * 60_000))
  assert.notEqual(await world.deps.files.head(keys[0]!), null)
  await world.walk(await later(11 * 60_000))
  for (const key of keys) assert.equal(await world.deps.files.head(key), null)
  const path = `/api/rehearsals/${made.prepared.rehearsalId}`
  await w.refused(one.http.json('GET', `${path}/parts`), 409, 'rehearsal-over')
  await w.refused(one.http.json('POST', `${path}/parts`, { envelopeNo: 1, part: 0 }), 404, 'not-found')
  await w.refused(complete(one.http, made.prepared.rehearsalId, await reopenless()), 409, 'rehearsal-over')
  assert.deepEqual((await start(one.http, made)).parts, [])
})

test('a quota of 24 hours for each organisation, and a limit for each rehearsal', async () => {
  const one = supplier(0)
  const { left } = await room(one.http)
  const made = await prepare(one)
  const read = parseRehearsal(made.prepared.manifest)
  assert.ok(read.ok)
  const { v: _, type: __, ...manifest } = read.manifest
  const [first, ...rest] = manifest.envelopes
  const large = buildRehearsal({ ...manifest, envelopes: [{ ...first!, size: LIMITS.bytes }, ...rest] })
  const cms = await signDetached(large.bytes, one.signer, (await world.now()).getTime())
  const posted = { ...made, prepared: { ...made.prepared, manifest: large.bytes, cms } }
  await w.refused(start(one.http, posted), 413, 'rehearsal-too-large')
  for (let n = 0; n < left.rehearsals; n++) await start(one.http, await prepare(one))
  assert.equal((await room(one.http)).left.rehearsals, 0)
  await w.refused(start(one.http, made), 429, 'rehearsal-quota-used')
  await start(supplier(2).http, await prepare(supplier(2)))
  await world.walk(await later(25 * HOUR))
  await start(one.http, await prepare(one))
})
