/* Rows that need a whole platform: database, store and every key of the server on the one side, real clients on the other. */
import assert from 'node:assert/strict'
import * as w from '../../api/bids/world.testing.ts'
import { checkOpening } from '../../api/client/opening.ts'
import { signKeys } from '../../api/client/release.ts'
import { type LostParts, lostParts } from '../../api/client/resupply.ts'
import { verifyTender } from '../../api/client/tender.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { fromBase64url } from '../../api/log/bytes.ts'
import { isCommittedTo } from '../../api/seal/envelope.ts'
import { openWrap } from '../../api/seal/escrow.ts'
import { type BidManifest, parseManifest } from '../../api/seal/manifest.ts'
import { manifestContext } from '../../api/seal/seal.ts'
import type { Row } from './row.ts'
import { asDecryptKey, candidates, dump, filesBelow, scalarOf } from './secrets.ts'

export type Stage = { world: w.BiddingWorld; place: w.Place; handed: w.Sealed[] }

/** A tender with three sealed bids, before its deadline. */
export const setStage = async (): Promise<Stage> => {
  const world = await w.biddingWorld()
  const place = await world.publish('云城市第一人民医院超声采购项目')
  const handed: w.Sealed[] = []
  for (const at of [0, 1, 2]) handed.push((await w.bid(world, world.city.suppliers[at]!, place)).sealed)
  return { world, place, handed }
}

const manifestOf = (sealed: w.Sealed): BidManifest => {
  const read = parseManifest(sealed.manifest)
  return read.ok && read.manifest.type === 'bid' ? read.manifest : assert.fail('not a bid')
}

/** Every secret as a key of every envelope of a bid (of the other bids: e2e/threats.test.ts), and every secret that is a P-256 key on every wrap. */
const readsEarly = async ({ world, place, handed }: Stage): Promise<void> => {
  const { tender } = await world.verified(world.visitor, place.tenderId)
  const keys = await candidates(world.deps)
  assert.ok(keys.length > 500, `${keys.length} secrets`)
  const scalars = keys.filter((key) => scalarOf(key) !== null).slice(0, 100)
  const pairs = await Promise.all(scalars.map(asDecryptKey))
  let tried = 0
  for (const manifest of handed.slice(0, 1).map(manifestOf))
    for (const entry of manifest.envelopes) {
      const [ctx, head] = [await manifestContext(manifest, entry), fromBase64url(entry.head56)]
      for (const key of keys) assert.equal(await isCommittedTo(key, head, ctx, tender.setHash), false)
      if (entry.kind !== 'summary') continue
      for (const slot of entry.escrow.slots)
        for (const pair of pairs) {
          assert.ok(pair.type === 'EC')
          assert.equal((await openWrap(slot, pair.keys, ctx, head)).ok, false)
          tried += 1
        }
    }
  assert.ok(tried > 200, `${tried} wraps tried`)
  // No key of a bid lies anywhere, not even as a part of something else.
  const rows = (await dump(world.deps)).join('\n')
  const files = filesBelow(world.deps.settings.SUNLIT_DATA)
  for (const text of handed.flatMap((sealed) => Object.values(sealed.keys.keys) as string[])) {
    const bytes = Buffer.from(fromBase64url(text))
    assert.ok(!rows.includes(text) && !rows.includes(bytes.toString('hex')))
    assert.ok(!files.some((file) => file.includes(bytes)))
  }
  // The attack finds what is there to be found: with its bidder's key among the secrets the envelope opens.
  const own = fromBase64url(handed[0]!.keys.keys.summary!)
  const first = manifestOf(handed[0]!)
  const entry = first.envelopes.find(({ kind }) => kind === 'summary')!
  const ctx = await manifestContext(first, entry)
  assert.ok(await isCommittedTo(own, fromBase64url(entry.head56), ctx, tender.setHash))
}

/** What the chain's verdict rested on lies beside each bid: a later list or authority changes nothing of the past. */
const evidenceKept = async ({ world, place, handed }: Stage): Promise<void> => {
  const rows = await world.deps.db.selectFrom('bid').selectAll().where('tender_id', '=', place.tenderId).execute()
  assert.equal(rows.length, handed.length)
  for (const { evidence } of rows) {
    const { chain, crl } = evidence as { chain: string[]; crl: string | null }
    assert.equal(chain.length, 2)
    assert.ok(crl !== null && crl.length > 100)
  }
}

const wrong = (size: number | bigint) => new Uint8Array(Number(size)).fill(7)

/** After all was checked and received, the store's owner writes over one part and removes another. */
const overwrites = async ({ world, place, handed }: Stage): Promise<void> => {
  const { id } = (await w.standing(world.city.suppliers[2]!, place.tenderId))!
  const parts = await world.deps.db
    .selectFrom('bid_part')
    .selectAll()
    .where('bid_id', '=', id)
    .orderBy('envelope_no')
    .execute()
  for (const { object_key } of parts.slice(0, 2)) await world.deps.files.remove(object_key)
  const { object_key, size } = parts[1]!
  await world.deps.files.put(object_key, wrong(size), { contentType: 'application/octet-stream' })
  const { tender } = await world.verified(world.visitor, place.tenderId)
  await world.walk(new Date(tender.deadline))
  const [stored] = await w.eventsOf(world, 'lot.stored/1', place.tenderId)
  assert.deepEqual(stored?.data.missing, [handed[2]!.manifestHash])
}

/** The friend's object is "lost"; it waits for a first price before it decides. Needs `overwrites` before it. */
const resupplies = async ({ world, place, handed }: Stage): Promise<void> => {
  const friend = world.city.suppliers[2]!
  const { parts } = await lostParts(friend.http, place.lotId)
  assert.equal(parts.length, 2)
  const confirm = ({ envelopeNo, part }: LostParts['parts'][number]) =>
    friend.http.json('POST', `/api/lots/${place.lotId}/lost-parts`, { envelopeNo, part })
  const [first, second] = parts
  // Another ciphertext than the one that was logged in time is refused, even now.
  const put = friend.http.put(second!.url!, second!.headers, wrong(second!.size))
  await assert.rejects(put, { code: 'checksum-mismatch' })
  for (const part of parts)
    await friend.http.put(part.url!, part.headers, await handed[2]!.read(part.envelopeNo, part.part))
  await confirm(first!)
  const { http, signer } = world.city.suppliers[0]!
  await world.flush()
  const trust = await loadTrust(http)
  const tender = await verifyTender(http, trust, place.tenderId, { asOf: 'signed' })
  const { keys, manifestHash } = handed[0]!
  const opening = await checkOpening(http, trust, tender, place.lotId, { manifestHash })
  await http.json(
    'POST',
    `/api/lots/${place.lotId}/releases`,
    await signKeys(trust, { opening, keys, signer }).then(({ releases }) => ({ releases })),
  )
  await w.refused(confirm(second!), 409, 'resupply-after-first-key')
  await w.refused(lostParts(friend.http, place.lotId), 409, 'resupply-after-first-key')
}

/** In this order: the tender moves on from row to row. */
export const platformRows = (stage: () => Stage): Row[] => {
  const played = (act: (stage: Stage) => Promise<void>) => () => act(stage())
  return [
    {
      who: 'operator, DBA, thief of the object store',
      tries: 'reads a bid early',
      shows:
        'no secret of the server opens an envelope or a wrap, and no key of a bid lies there; more cannot be shown',
      act: played(readsEarly),
    },
    {
      who: 'expired or revoked certificate',
      tries: 'signs',
      shows: 'the evidence lies beside each bid; the refusals on a platform are played in api/bids/bids.test.ts',
      act: played(evidenceKept),
    },
    {
      who: 'network, store',
      tries: 'truncation, swap, bit flips, overwrite after the check',
      shows: 'what is overwritten or removed after the receipt is named at CLOSED',
      act: played(overwrites),
    },
    {
      who: 'operator + friend',
      tries: '"loses" an object, re-supplies by choice',
      shows: 'the very bytes or none, and none after the first key of the lot',
      act: played(resupplies),
    },
  ]
}
