/* Rows of bidders, rivals, the line and the store: what is done to a sealed bid, and what still opens. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { handIn } from '../../api/client/bidder.testing.ts'
import { fromBase64url, fromUtf8, randomBytes, toBase64url } from '../../api/log/bytes.ts'
import { decodeLeaf, leafCommitsTo, parseOuter } from '../../api/log/leaf.ts'
import { BIDDER, DAY, makeWorld, NOW, RIVAL } from '../../api/seal/actors.testing.ts'
import { makeCrl } from '../../api/seal/ca.ts'
import { certSha256 } from '../../api/seal/certificate.ts'
import { signDetached, verifyDetached } from '../../api/seal/cms.ts'
import { isCommittedTo, newDek, openEnvelope, sealEnvelope } from '../../api/seal/envelope.ts'
import { openWrap } from '../../api/seal/escrow.ts'
import { encodeJson } from '../../api/seal/json.ts'
import type { BidManifest } from '../../api/seal/manifest.ts'
import { makePkcs12, openPkcs12 } from '../../api/seal/pkcs12.ts'
import { manifestContext, openBidEnvelope } from '../../api/seal/seal.ts'
import { assetHeaders } from '../../web/mount.ts'
import type { Row } from './row.ts'

/** A bid handed in by the real client, and whatever opens one of its envelopes. */
const handed = async () => {
  const begun = await handIn()
  const { platform, prepared, tender } = begun
  const manifest = JSON.parse(fromUtf8(prepared.manifest)) as BidManifest
  const terms = { k: 2, trusteeKeys: tender.trustees.map(({ pk }) => pk) }
  const open = (bytes: Uint8Array, dek: Uint8Array, of = manifest, at = 0) =>
    openBidEnvelope(bytes, dek, of, of.envelopes[at]!, { terms, setHash: tender.setHash }, platform.world.policy)
  const stored = (no: number) => platform.store.get(`/objects/${no}/0`)!
  const dek = fromBase64url(prepared.keys.keys.summary!)
  return { ...begun, manifest, open, stored, dek }
}

const oneCiphertext = async (): Promise<void> => {
  const [dek, other, setHash, ctx] = [newDek(), newDek(), randomBytes(32), randomBytes(72)]
  const text = randomBytes(100)
  const first = await sealEnvelope(text, dek, ctx, setHash)
  const head = first.subarray(0, 56)
  assert.deepEqual(
    [await isCommittedTo(dek, head, ctx, setHash), await isCommittedTo(other, head, ctx, setHash)],
    [true, false],
  )
  // A body that is valid under the second key, behind the head of the first: GCM alone would open it.
  const second = await sealEnvelope(randomBytes(100), other, ctx, setHash, first.subarray(0, 24))
  const forged = new Uint8Array([...head, ...second.subarray(56)])
  for (const key of [dek, other]) assert.equal((await openEnvelope(forged, key, ctx, setHash)).ok, false)
  assert.ok((await openEnvelope(first, dek, ctx, setHash)).ok)
}

const denies = async (): Promise<void> => {
  const { platform, prepared, received, signer, manifest, open, stored, dek } = await handed()
  const own = await certSha256(signer.certificateDer)
  const outer = await verifyDetached(prepared.manifest, prepared.cms, platform.world.policy)
  assert.ok(outer.ok && outer.signer.certSha256 === own)
  assert.equal(outer.signer.organisation.code, BIDDER.organisationCode)
  // "Not what I signed": any other manifest is not under this signature, any other header not under the inner one.
  const other = encodeJson({ ...manifest, createdAt: manifest.createdAt + 1 })
  assert.equal((await verifyDetached(other, prepared.cms, platform.world.policy)).ok, false)
  const opened = await open(stored(1), dek)
  assert.ok(opened.ok)
  assert.deepEqual(
    opened.signers.map((one) => one.signer.certSha256),
    [own],
  )
  // "Never handed in": the leaf commits to the manifest's hash, and stands in the log at the receipt's time.
  const row = platform.log.leaves.find(({ type }) => type === 'bid.submitted/1')!
  assert.ok(await leafCommitsTo(row.leaf, row.outerSalt, row.outer))
  assert.equal(toBase64url(parseOuter(row.outer).bid!.manifestHash), prepared.manifestHash)
  assert.equal(decodeLeaf(row.leaf).time, received.receivedAt)
}

const copies = async (): Promise<void> => {
  const { platform, tender, manifest, open, stored, dek } = await handed()
  const rival = await platform.world.enrol(RIVAL)
  const bidder = { certSha256: await certSha256(rival.certificateDer), orgId: manifest.bidder.orgId }
  const places: Record<string, BidManifest> = {
    'under its own certificate': { ...manifest, bidder },
    'in another lot': { ...manifest, lot: manifest.tender },
    'in another tender': { ...manifest, tender: manifest.lot },
    'again, as a later bid': { ...manifest, bidSeq: 2 },
    'as another envelope': { ...manifest, envelopes: [{ ...manifest.envelopes[0]!, no: 2 }] },
  }
  for (const [what, copied] of Object.entries(places)) {
    // The victim's own key does not help, and no trustee can open the wrap that came along.
    assert.deepEqual(await open(stored(1), dek, copied), { ok: false, code: 'key-not-committed' }, what)
    const [entry] = copied.envelopes
    const ctx = await manifestContext(copied, entry!)
    for (const { i } of tender.trustees) {
      const slot = entry!.escrow.slots[i - 1]!
      const { key } = platform.people[i - 1]!
      assert.equal((await openWrap(slot, key.keys, ctx, fromBase64url(entry!.head56))).ok, false, what)
    }
  }
  assert.ok((await open(stored(1), dek)).ok)
}

const tampers = async (): Promise<void> => {
  const { manifest, open, stored, dek } = await handed()
  const whole = stored(1)
  const flipped = (at: number) => whole.with(at, whole[at]! ^ 1)
  const damage: Record<string, Uint8Array> = {
    nothing: new Uint8Array(),
    'its head alone': whole.slice(0, 56),
    'cut at a chunk': whole.slice(0, 56 + 2 * 16400),
    'cut by one octet': whole.slice(0, -1),
    'one octet more': new Uint8Array([...whole, 0]),
    'another envelope of the same bid': stored(2).slice(0, whole.length),
    'two chunks exchanged': new Uint8Array([
      ...whole.subarray(0, 56),
      ...whole.subarray(56 + 16400, 56 + 2 * 16400),
      ...whole.subarray(56, 56 + 16400),
      ...whole.subarray(56 + 2 * 16400),
    ]),
    'salt flipped': flipped(3),
    'commitment flipped': flipped(40),
  }
  for (const [what, bytes] of Object.entries(damage)) assert.equal((await open(bytes, dek)).ok, false, what)
  for (let at = 56; at < whole.length; at += 997)
    assert.equal((await open(flipped(at), dek)).ok, false, `octet ${at} flipped`)
  const shorter = { ...manifest, envelopes: [{ ...manifest.envelopes[0]!, size: whole.length - 16 }] }
  assert.equal((await open(whole.slice(0, -16), dek, shorter)).ok, false, 'with a manifest that says so')
  assert.ok((await open(whole, dek)).ok)
}

const certificates = async (): Promise<void> => {
  const world = await makeWorld()
  const content = encodeJson({ v: 'sunlit/v1', type: 'bid' })
  const bidder = await world.enrol(BIDDER)
  const late = await world.enrol(BIDDER, 'EC', { notAfter: NOW - DAY })
  const early = await world.enrol(BIDDER, 'EC', { notBefore: NOW + DAY })
  const foreign = await (await makeWorld()).enrol(BIDDER)
  const revoked = [{ certificateDer: bidder.certificateDer, at: NOW - 1000 }]
  const list = await makeCrl(world.ca, { thisUpdate: NOW - 500, nextUpdate: NOW + DAY, revoked })
  const { policy } = world
  const code = async (signer: typeof bidder, options = policy) => {
    const verdict = await verifyDetached(content, await signDetached(content, signer, NOW), options)
    return verdict.ok ? 'ok' : verdict.code
  }
  assert.deepEqual(
    [
      await code(late),
      await code(early),
      await code(foreign),
      await code(bidder, { ...policy, crls: [list] }),
      await code(bidder, { ...policy, crls: [] }),
      await code(bidder),
    ],
    [
      'certificate-expired',
      'certificate-not-yet-valid',
      'certificate-not-trusted',
      'certificate-revoked',
      'crl-stale',
      'ok',
    ],
  )
}

const ROOT = join(import.meta.dirname, '../..')
const sourcesBelow = (folder: string): [string, string][] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(svelte|ts)$/.test(entry.name) && !entry.name.includes('.test.'))
    .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')])

const scripts = async (): Promise<void> => {
  const signer = await (await makeWorld()).enrol(BIDDER)
  const file = await makePkcs12(signer.keys.privateKey, [signer.certificateDer, ...signer.chainDer], '123456')
  const opened = await openPkcs12(file, '123456')
  assert.ok(opened.ok)
  assert.equal(opened.privateKey.extractable, false)
  await assert.rejects(crypto.subtle.exportKey('pkcs8', opened.privateKey))
  assert.equal((await openPkcs12(file, '123457')).ok, false)
  // No page that seals, opens or signs renders anybody's HTML, and the Worker has no line of its own.
  const folders = ['web/lib/seal', 'web/lib/signing', 'web/lib/trustee', 'web/lib/supplier']
  for (const [name, text] of folders.flatMap(sourcesBelow))
    assert.doesNotMatch(text, /\{@html|\.innerHTML|insertAdjacentHTML|document\.write/, name)
  const worker = readFileSync(join(ROOT, 'web/lib/seal/sealer.worker.ts'), 'utf8')
  assert.doesNotMatch(worker, /\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts/)
  const [, policy = ''] = assetHeaders(
    { connectSources: ['https://store.test'] },
    '/_app/immutable/workers/sealer.js',
  )[0]!
  assert.match(policy, /default-src 'none'/)
  assert.doesNotMatch(policy, /connect-src/)
}

export const bidRows: Row[] = [
  {
    who: 'bidder',
    tries: 'one ciphertext, two bids',
    shows: 'a head commits to one key, and a body made for another does not open behind it',
    act: oneCiphertext,
  },
  {
    who: 'bidder',
    tries: 'denies',
    shows: 'outer signature, inner signature and leaf name it; that its key was not stolen cannot be shown',
    act: denies,
  },
  {
    who: 'rival',
    tries: 'copies or replays a sealed bid',
    shows: 'in five other places, with the victim’s key and all trustees; on a whole platform in e2e/threats.test.ts',
    act: copies,
  },
  {
    who: 'network, store',
    tries: 'truncation, swap, bit flips, overwrite after the check',
    shows: 'what differs in any octet does not open',
    act: tampers,
  },
  {
    who: 'third-party script; script in the worker',
    tries: 'steals PIN or key; carries it off',
    shows:
      'keys do not leave, pages render no HTML, the Worker’s answer allows no connection; a script of the platform’s own origin that reads the PIN is not stopped',
    act: scripts,
  },
  {
    who: 'expired or revoked certificate',
    tries: 'signs',
    shows: 'chain, list and instant decide',
    act: certificates,
  },
]
