import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import * as w from '../api/bids/world.testing.ts'
import { openAsTrustee } from '../api/cli/demo/opening.ts'
import { checkOpening } from '../api/client/opening.ts'
import { releaseKeys } from '../api/client/release.ts'
import { loadTrust } from '../api/client/trust.ts'
import { verifyTenderPublic } from '../api/client/verify.ts'
import { equal, fromBase64url, sha256, toHex, utf8 } from '../api/log/bytes.ts'
import { certSha256 } from '../api/seal/certificate.ts'
import { isCommittedTo } from '../api/seal/envelope.ts'
import { type BidManifest, parseManifest } from '../api/seal/manifest.ts'
import type { OpeningRecord } from '../api/seal/opening-record.ts'
import { manifestContext } from '../api/seal/seal.ts'
import { openRecovery } from '../api/seal/selfslot.ts'
import { asDecryptKey, candidates, dump, filesBelow, scalarOf } from './threats/secrets.ts'

/*
 * Rows of SEALING.md §5 that one machine can play: an operator with database, store and every secret of the server; a
 * rival with a stolen ciphertext; a history rewritten afterwards. Where a row is proven elsewhere, it stands there.
 */
let world: w.BiddingWorld
let place: w.Place
const handed: w.Sealed[] = []
const PRICES = [721_000_013n, 698_000_017n, 755_000_019n]
const supplier = (at: number) => world.city.suppliers[at]!

before(async () => {
  world = await w.biddingWorld()
  place = await world.publish('云城市第一人民医院CT采购项目')
  for (const at of [0, 1, 2]) handed.push((await w.bid(world, supplier(at), place, { price: PRICES[at]! })).sealed)
})
after(() => world.close())

const manifestOf = (sealed: w.Sealed): BidManifest => {
  const read = parseManifest(sealed.manifest)
  if (!read.ok || read.manifest.type !== 'bid') throw new Error('not a bid')
  return read.manifest
}

/** The first of these keys that opens a bid's summary, as its envelope commits to it. */
const opens = async (keys: readonly Uint8Array[], sealed: w.Sealed): Promise<Uint8Array | null> => {
  const { tender } = await world.verified(world.visitor, place.tenderId)
  const manifest = manifestOf(sealed)
  const entry = manifest.envelopes.find(({ kind }) => kind === 'summary')!
  const ctx = await manifestContext(manifest, entry)
  for (const key of keys) if (await isCommittedTo(key, fromBase64url(entry.head56), ctx, tender.setHash)) return key
  return null
}

test('operator, DBA, thief of the store: no secret of the server is a key of a bid', async () => {
  const keys = await candidates(world.deps)
  assert.ok(keys.length > 500, `${keys.length} candidates`)
  for (const sealed of handed) assert.equal(await opens(keys, sealed), null)
  // The attack itself works: with the bidder's own key among them it finds it.
  const own = fromBase64url(handed[0]!.keys.keys.summary!)
  assert.ok(equal((await opens([...keys.slice(0, 50), own], handed[0]!))!, own))
})

test('operator, DBA: no secret of the server is a trustee’s key, nor opens the blob kept for one', async () => {
  const { tender } = await world.verified(world.visitor, place.tenderId)
  const points = new Set(tender.trustees.map(({ pk }) => toHex(pk)))
  const isTrustee = (key: Uint8Array) => {
    const point = scalarOf(key)
    return point !== null && points.has(toHex(point))
  }
  const keys = await candidates(world.deps)
  assert.deepEqual(keys.filter(isTrustee), [])
  const [trustee] = world.city.trustees
  const path = `/api/tenders/${place.tenderId}/trustees/1/key`
  const blob = fromBase64url((await trustee.http.json<{ blob: string }>('GET', path)).blob)
  const server = keys.filter((key) => scalarOf(key) !== null)
  const serverKeys = await Promise.all(server.slice(0, 200).map(asDecryptKey))
  for (const key of serverKeys) assert.equal((await openRecovery(blob, 'trustee-key', { key })).ok, false)
  // Its owner opens it, and what is inside is the key that the attack looked for.
  const opened = await openRecovery(blob, 'trustee-key', { key: trustee.decryptKey })
  assert.ok(opened.ok)
  const inside = Array.from({ length: opened.secret.length - 31 }, (_, at) => opened.secret.slice(at, at + 32))
  assert.equal(inside.filter(isTrustee).length, 1)
})

/** Whether a text stands anywhere on the server: its files, its database, plain or in base64url. */
const lies = async (text: string): Promise<boolean> => {
  const plain = Buffer.from(text)
  const coded = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift, 32), plain])
      .toString('base64url')
      .slice(shift === 0 ? 0 : shift + 1, -3),
  )
  const needles = [plain.toString('hex'), ...coded.map((one) => Buffer.from(one).toString('hex'))]
  const rows = await dump(world.deps)
  const inRows = rows.some((row) => row.includes(text) || needles.some((needle) => row.includes(needle)))
  return inRows || filesBelow(world.deps.settings.SUNLIT_DATA).some((file) => file.includes(plain))
}

test('before the opening no price lies anywhere on the server', async () => {
  for (const price of PRICES) assert.equal(await lies(price.toString()), false)
  assert.ok(await lies('780000000'), 'the search finds the ceiling, which is public')
})

test('a rival that copies a sealed bid and signs it itself has a void one, even with the key', async () => {
  const thief = supplier(3)
  await thief.http.json('POST', `/api/tenders/${place.tenderId}/documents`)
  const bidder = { certSha256: await certSha256(thief.signer.certificateDer), orgId: thief.organisationId }
  const copied = await w.rewritten(handed[0]!, (m) => ({ ...m, bidder }), thief.signer)
  const { manifestHash } = await w.submit(world, thief, copied)
  const { tender } = await world.verified(thief.http, place.tenderId)
  await world.walk(new Date(tender.deadline))
  const trust = await loadTrust(thief.http)
  const release = async (at: number, sealed: w.Sealed, hash: string) => {
    const { http, signer } = supplier(at)
    const opening = await checkOpening(http, trust, tender, place.lotId, { manifestHash: hash })
    assert.ok(opening.ok, JSON.stringify(opening.checks.filter((check) => check.ok === false)))
    return releaseKeys(http, trust, { opening, keys: { ...sealed.keys, manifestHash: hash }, signer })
  }
  // The victim itself gives the thief its key: the envelope still belongs to the other place.
  await w.refused(release(3, copied, manifestHash), 422, 'release-wrong-key')
  for (const at of [0, 1, 2]) await release(at, handed[at]!, handed[at]!.manifestHash)
  type Hall = { lots: { windowEndsAt: string; fallbackEndsAt: string }[] }
  const [lot] = (await world.visitor.json<Hall>('GET', `/api/tenders/${place.tenderId}/opening`)).lots
  await world.walk(new Date(lot!.windowEndsAt))
  for (const [at, trustee] of world.city.trustees.entries()) {
    const { releases, refused } = await openAsTrustee(trustee, place.tenderId, place.lotId, at + 1)
    assert.deepEqual([releases.length, refused.map((one) => one.manifestHash)], [0, [manifestHash]])
  }
  await world.walk(new Date(lot!.fallbackEndsAt))
  const record = await world.visitor.json<OpeningRecord>('GET', `/api/lots/${place.lotId}/opening-record`)
  const line = record.bids.find((bid) => bid.manifestHash === manifestHash)!
  assert.deepEqual([line.how, line.treatedAs, line.form], ['failed', 'revoked', null])
  assert.equal(record.outcome, 'continue')
  assert.ok(await lies(PRICES[0]!.toString()), 'after the opening the price is there')
})

const verify = async (): Promise<string[]> => {
  const trust = await loadTrust(world.visitor)
  const checks = await verifyTenderPublic(world.visitor, trust, place.tenderId, { complete: true })
  return checks.filter((check) => check.ok === false).map((check) => check.id)
}

/** What a database administrator can do: triggers and foreign keys hold nobody who owns the server. */
const asDba = (statements: readonly string[]): Promise<void> =>
  world.deps.db.transaction().execute(async (trx) => {
    await sql`set local session_replication_role = replica`.execute(trx)
    for (const statement of statements) await sql.raw(statement).execute(trx)
  })

const kept = (table: string, where: string) => ({
  keep: `create table kept_${table} as select * from ${table} where ${where}`,
  back: [
    `delete from ${table} where ${where}`,
    `insert into ${table} select * from kept_${table}`,
    `drop table kept_${table}`,
  ],
})

test('a history rewritten by the operator is named by anybody’s verification', async () => {
  await world.flush()
  assert.deepEqual(await verify(), [])
  const bidId = (await w.ownBids(supplier(0), place.tenderId))[0]!.id
  const event = `id = (select event_id from bid where id = '${bidId}')`
  const closed = `type = 'lot.closed/1' and tender_id = '${place.tenderId}'`
  const flip = (column: string, at: number) => `${column} = set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`
  // The newest leaves lie in their batch, or, when they have just filled a bundle, in that.
  const { rows } = await sql<{ size: bigint; at: bigint }>`select size, (select max(first_index) from log_batch) as at
    from log_state`.execute(world.deps.db)
  const { size, at } = rows[0]!
  const [leaves, newest] =
    size % 256n === 0n ? ['log_bundle', `bundle = ${size / 256n - 1n}`] : ['log_batch', `first_index = ${at}`]
  const record = `lot_id = '${place.lotId}'`
  const table: [string, string, string, string, string][] = [
    ['a bid is dropped', 'bid', `id = '${bidId}'`, `update bid set state = 'abandoned' where id = '${bidId}'`, 'V-50'],
    [
      'a manifest is altered',
      'bid',
      `id = '${bidId}'`,
      `update bid set ${flip('manifest', 40)} where id = '${bidId}'`,
      'V-50',
    ],
    [
      'its signature is altered',
      'bid',
      `id = '${bidId}'`,
      `update bid set ${flip('cms', 900)} where id = '${bidId}'`,
      'V-51',
    ],
    ['CLOSED is rewritten', 'log_event', closed, `update log_event set ${flip('body', 30)} where ${closed}`, 'V-30'],
    [
      'a bid’s event is rewritten',
      'log_event',
      event,
      `update log_event set ${flip('outer_bytes', 40)} where ${event}`,
      'V-08',
    ],
    ['a leaf is altered', leaves, newest, `update ${leaves} set ${flip('entries', 20)} where ${newest}`, 'V-03'],
    ['a leaf is dropped', leaves, newest, `update ${leaves} set entries = substr(entries, 74) where ${newest}`, 'V-03'],
    [
      'a price in the record',
      'opening_record',
      record,
      `update opening_record set bytes = convert_to(replace(convert_from(bytes, 'utf8'), '721000013', '721000012'), 'utf8') where ${record}`,
      'V-57',
    ],
    [
      'another key is told',
      'opened_envelope',
      `bid_id = '${bidId}'`,
      `update opened_envelope set ${flip('dek', 3)} where bid_id = '${bidId}'`,
      'V-54',
    ],
  ]
  for (const [what, name, where, change, expected] of table) {
    const { keep, back } = kept(name, where)
    await asDba([keep, change])
    const faults = await verify()
    await asDba(back)
    assert.ok(faults.includes(expected), `${what}: ${expected} expected, found ${faults.join(', ')}`)
  }
  assert.deepEqual(await verify(), [])
})

test('a bid put in afterwards is in no CLOSED, and a swapped ciphertext is no longer the one of its manifest', async () => {
  const [own] = await w.ownBids(supplier(0), place.tenderId)
  const id = crypto.randomUUID()
  const hash = toHex(await sha256(utf8(id)))
  const copy = (table: string, set: Record<string, string>) =>
    `insert into ${table} select (jsonb_populate_record(t, '${JSON.stringify(set)}')).* from ${table} t`
  const purchaserOwn = {
    id,
    number: '0000000001',
    organisation_id: world.city.purchaser.organisationId,
    manifest_hash: `\\x${hash}`,
  }
  await asDba([
    `${copy('bid', purchaserOwn)} where id = '${own!.id}'`,
    `${copy('bid_envelope', { bid_id: id })} where bid_id = '${own!.id}'`,
  ])
  assert.ok((await verify()).includes('V-50'))
  await asDba([`delete from bid_envelope where bid_id = '${id}'`, `delete from bid where id = '${id}'`])
  assert.deepEqual(await verify(), [])
  const { files, db } = world.deps
  const parts = db
    .selectFrom('bid_part')
    .select('object_key')
    .where('bid_id', '=', own!.id)
    .where('envelope_no', '=', 1)
  const { object_key } = await parts.executeTakeFirstOrThrow()
  await files.remove(object_key)
  await files.put(object_key, new Uint8Array(await handed[1]!.read(1, 0)), { contentType: 'application/octet-stream' })
  assert.ok((await verify()).includes('V-53'))
})
