import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bytes, randomBytes, toBase64url, utf8 } from '../log/bytes.ts'
import { checkpointText, signCheckpoint } from '../log/checkpoint.ts'
import { cosign } from '../log/cosignature.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { bodyHashOf, makeLeaf, NO_SUBJECT, outerBytes } from '../log/leaf.ts'
import { COSIGNATURE, ED25519, noteSigner } from '../log/note.ts'
import { formatProof } from '../log/proof.ts'
import { formatConsistency } from '../log/seen.ts'
import { leafHash, merkleRoot } from '../log/tree.ts'
import { BIDDER, LOT, makeTrustees, makeWorld, NOW, ORG, TENDER } from './actors.testing.ts'
import { certSha256 } from './certificate.ts'
import { signDetached } from './cms.ts'
import { buildManifest, manifestHash } from './manifest.ts'
import { signPromise } from './promise.ts'
import { buildReceipt, parseReceipt, type Receipt, verifyReceipt } from './receipt.ts'
import { sealBidEnvelope } from './seal.ts'

const world = await makeWorld()
const bidder = await world.enrol(BIDDER)
const { signed, verdict } = await makeTrustees(world)
const set = verdict.ok ? verdict : assert.fail()
const ORIGIN = 'log.example/sandbox'
const log = noteSigner(ORIGIN, ED25519, await signerOf(newSeed()))
const witnesses = [
  noteSigner('witness.example/a', COSIGNATURE, await signerOf(newSeed())),
  noteSigner('witness.example/b', COSIGNATURE, await signerOf(newSeed())),
]
const policy = { log, logUrl: null, witnesses: witnesses.map((key) => ({ name: key.name, key, url: null })), quorum: 2 }
const trust = { policy, trusted: [world.ca.certificateDer] }

const receiptOf = async (): Promise<Receipt> => {
  const place = {
    tenderId: TENDER,
    lotId: LOT,
    kind: 'summary' as const,
    certificateDer: bidder.certificateDer,
    bidSeq: 1,
    envelopeNo: 1,
  }
  const contents = { form: { price: '1' }, files: [], signers: [bidder], signingTime: NOW }
  const { entry } = await sealBidEnvelope(place, contents, set, () => undefined)
  const hash32 = toBase64url(randomBytes(32))
  const dummy = await makeLeaf(NOW, NO_SUBJECT, randomBytes(32), utf8('{"type":"dummy/1"}'))
  const { bytes: manifest } = buildManifest({
    type: 'bid',
    tender: TENDER,
    lot: LOT,
    notice: { n: 0, hash: hash32 },
    trusteeSetHash: toBase64url(set.hash),
    bidder: { certSha256: await certSha256(bidder.certificateDer), orgId: ORG },
    bidSeq: 1,
    prevManifest: null,
    envelopes: [entry],
    client: { bundleSha256: hash32 },
    createdAt: NOW,
    logCheckpointSeen: { origin: ORIGIN, size: 1, root: toBase64url(merkleRoot([dummy])) },
  })
  const name = await manifestHash(manifest)
  const [outerSalt, bodySalt, body] = [randomBytes(32), randomBytes(32), utf8('{"schema":"bid.submitted/1"}')]
  const part = { lotId: LOT, manifestHash: name, prevManifest: null }
  const outer = outerBytes('bid.submitted/1', TENDER, await bodyHashOf(bodySalt, body), part)
  const leaf = await makeLeaf(NOW, NO_SUBJECT, outerSalt, outer)
  const promise = await signPromise({ tender: TENDER, lot: LOT, manifestHash: name, leaf }, log)
  const checkpoint = { origin: ORIGIN, size: 2, root: merkleRoot([dummy, leaf]), time: NOW + 900 }
  let note = await signCheckpoint(checkpoint, log)
  for (const witness of witnesses) note += await cosign(checkpointText(checkpoint), witness, NOW / 1000 + 2)
  return {
    promise: promise.bytes,
    promiseSignature: promise.signature,
    manifest,
    manifestCms: await signDetached(manifest, bidder, NOW),
    outer,
    outerSalt,
    body,
    bodySalt,
    trusteeSet: signed.bytes,
    trusteeSetCms: signed.cms,
    consistency: formatConsistency([leafHash(leaf)]),
    proof: formatProof({ index: 1, hashes: [leafHash(dummy)], checkpoint: note }),
    crls: [world.crl],
    pdf: utf8('%PDF-1.7'),
  }
}
const receipt = await receiptOf()
const failures = async (zip: Uint8Array, how = trust) =>
  (await verifyReceipt(zip, how)).filter((check) => check.ok === false).map((check) => check.id)

test('a receipt verifies offline, check by check', async () => {
  const zip = buildReceipt(receipt)
  assert.deepEqual(parseReceipt(zip), receipt)
  assert.deepEqual(buildReceipt(receipt), zip)
  const checks = await verifyReceipt(zip, trust)
  assert.deepEqual(
    checks.map(({ id, ok }) => [id, ok]),
    [
      ['V-20', true],
      ['V-21', true],
      ['V-22', true],
      ['V-23', true],
      ['V-24', true],
      ['V-25', true],
      ['V-26', true],
      ['V-27', true],
      ['V-28', true],
      ['V-29', null],
      ['V-84', true],
    ],
  )
})

test('before witnesses answered, and without revocation lists, it says so instead of passing', async () => {
  const { proof: _p, crls: _c, ...early } = receipt
  const open = (await verifyReceipt(buildReceipt(early), trust)).filter((check) => check.ok === null)
  assert.deepEqual(
    open.map((check) => check.id),
    ['V-25', 'V-26', 'V-28', 'V-29', 'V-84'],
  )
})

test('each part exchanged is noticed', async () => {
  const other = await receiptOf()
  const expected: [keyof Receipt, string][] = [
    ['promise', 'V-22'],
    ['promiseSignature', 'V-22'],
    ['manifest', 'V-21'],
    ['manifestCms', 'V-21'],
    ['outer', 'V-23'],
    ['outerSalt', 'V-23'],
    ['bodySalt', 'V-23'],
    ['proof', 'V-25'],
    ['consistency', 'V-84'],
  ]
  for (const [field, id] of expected) {
    assert.ok((await failures(buildReceipt({ ...receipt, [field]: other[field] }))).includes(id), field)
  }
  const foreign = await makeTrustees(world)
  const set = { trusteeSet: foreign.signed.bytes, trusteeSetCms: foreign.signed.cms }
  assert.deepEqual(await failures(buildReceipt({ ...receipt, ...set })), ['V-27'])
  const bent: Bytes = receipt.body.slice()
  bent[3]! ^= 1
  assert.deepEqual(await failures(buildReceipt({ ...receipt, body: bent })), ['V-23'])
})

test('a receipt of before there was such a proof does not say whether its maker saw this log', async () => {
  const { consistency: _, ...older } = receipt
  const open = (await verifyReceipt(buildReceipt(older), trust)).filter((check) => check.ok === null)
  assert.deepEqual(
    open.map((check) => check.id),
    ['V-29', 'V-84'],
  )
  assert.deepEqual(await failures(buildReceipt({ ...receipt, consistency: 'nonsense' })), ['V-84'])
})

test('another log, too few witnesses, no pinned CA: not believed', async () => {
  const zip = buildReceipt(receipt)
  const stranger = noteSigner(ORIGIN, ED25519, await signerOf(newSeed()))
  assert.ok((await failures(zip, { ...trust, policy: { ...policy, log: stranger } })).includes('V-22'))
  const third = noteSigner('witness.example/c', COSIGNATURE, await signerOf(newSeed()))
  const strict = { ...policy, witnesses: [...policy.witnesses, { name: third.name, key: third, url: null }], quorum: 3 }
  assert.deepEqual(await failures(zip, { ...trust, policy: strict }), ['V-25', 'V-26'])
  assert.ok((await failures(zip, { ...trust, trusted: [] })).includes('V-21'))
})

test('garbage is no receipt', async () => {
  for (const zip of [new Uint8Array(), randomBytes(500), buildReceipt(receipt).slice(0, 900)]) {
    assert.deepEqual(await verifyReceipt(zip, trust), [{ id: 'V-20', ok: false, text: 'the receipt is complete' }])
  }
})
