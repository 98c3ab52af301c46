import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { type Bytes, concat, fromBase64url, fromHex, randomBytes, toBase64url, utf8 } from '../log/bytes.ts'
import { merkleRoot } from '../log/tree.ts'
import { BIDDER, fileOf, LOT, makeTrustees, makeWorld, NOW, ORG, RIVAL, TENDER } from './actors.testing.ts'
import { signDetached, verifyDetached } from './cms.ts'
import type { ContextParts } from './context.ts'
import { createEnvelopeWriter, newDek, sealEnvelope } from './envelope.ts'
import { makeEscrow, openWrap } from './escrow.ts'
import { type BidManifest, buildManifest, MAX_MANIFEST, manifestHash, noticeHash, parseManifest } from './manifest.ts'
import { createPartCutter, PART_SIZE, type Part, partCount, partLength, partsRoot } from './parts.ts'
import { buildHeader, paddingUnit, plaintextPieces, readPlaintext } from './plaintext.ts'
import { signRelease, verifyRelease } from './release.ts'
import { manifestContext, openBidEnvelope, recoverDek, type SealedEnvelope, sealBidEnvelope } from './seal.ts'
import { collect } from './source.ts'

const world = await makeWorld()
const bidder = await world.enrol(BIDDER)
const rival = await world.enrol(RIVAL)
const chairman = await world.enrol({ commonName: '王晨光' })
const { people, verdict } = await makeTrustees(world)
const set = verdict.ok ? verdict : assert.fail(verdict.code)
const inner = { ...world.policy, crls: world.policy.crls }
const hash32 = toBase64url(randomBytes(32))

const placeOf = (kind: ContextParts['kind'], envelopeNo: number, certificateDer = bidder.certificateDer) => ({
  tenderId: TENDER,
  lotId: LOT,
  kind,
  certificateDer,
  bidSeq: 1,
  envelopeNo,
})

type Stored = SealedEnvelope & { ciphertext: Bytes; parts: Part[] }
const seal = async (...[place, contents]: [ContextParts, Parameters<typeof sealBidEnvelope>[1]]): Promise<Stored> => {
  const parts: Part[] = []
  const sealed = await sealBidEnvelope(place, contents, set, (part) => {
    parts.push({ ...part, bytes: part.bytes.slice() })
  })
  return { ...sealed, parts, ciphertext: concat(...parts.map((part) => part.bytes)) }
}

const manifestOf = (envelopes: readonly SealedEnvelope[], certSha256: string): Omit<BidManifest, 'v'> => ({
  type: 'bid',
  tender: TENDER,
  lot: LOT,
  notice: { n: 0, hash: hash32 },
  trusteeSetHash: toBase64url(set.hash),
  bidder: { certSha256, orgId: ORG },
  bidSeq: 1,
  prevManifest: null,
  envelopes: envelopes.map(({ entry }) => entry),
  client: { bundleSha256: hash32 },
  createdAt: NOW,
  logCheckpointSeen: { origin: 'log.example/sandbox', size: 17, root: hash32 },
})

const certSha256Of = (der: Uint8Array) => toBase64url(createHash('sha256').update(der).digest())
const form = { price: '128000000', currency: 'CNY', deliveryDays: 60, 说明: '含税' }
const document = Uint8Array.from({ length: 9 * 1024 * 1024 + 77 }, (_, j) => (j * 31) ^ (j >> 9))
const seals = { form, files: [], signers: [bidder, chairman], signingTime: NOW }
const summary = await seal(placeOf('summary', 1), seals)
const technical = await seal(placeOf('technical', 2), {
  ...seals,
  form: {},
  files: [fileOf('技术方案.pdf', document), fileOf('空.txt', new Uint8Array(), 'text/plain')],
})
const built = buildManifest(manifestOf([summary, technical], certSha256Of(bidder.certificateDer)))
const manifest = built.manifest as BidManifest
const signature = await signDetached(built.bytes, bidder, NOW)
const hash = await manifestHash(built.bytes)

test('a bid is sealed, signed, and opened with the DEK its bidder releases', async () => {
  const verified = await verifyDetached(built.bytes, signature, {
    ...world.policy,
    expectedCertSha256: manifest.bidder.certSha256,
  })
  assert.ok(verified.ok)
  const place = { tender: TENDER, lot: LOT, kind: 'summary' as const, manifestHash: hash, closedIndex: 4711 }
  const signed = await signRelease('dek', place, summary.dek, bidder, NOW)
  const released = await verifyRelease(signed, 'dek', place, verified.signer, world.policy)
  assert.ok(released.ok)
  const opened = await openBidEnvelope(summary.ciphertext, released.value, manifest, manifest.envelopes[0]!, set, inner)
  assert.ok(opened.ok, JSON.stringify(opened))
  assert.deepEqual(opened.header.form, form)
  assert.deepEqual(
    opened.signers.map(({ signer }) => signer.subject.commonName),
    ['晨光医疗器械', '王晨光'],
  )
})

test('the bidder is silent: 2 of 3 trustees open the bid, files and all', async () => {
  const entry = manifest.envelopes[1]!
  const ctx = await manifestContext(manifest, entry)
  const shares = []
  for (const at of [0, 2]) {
    const { key, signer } = people[at]!
    const opened = await openWrap(entry.escrow.slots[at]!, key.keys, ctx, fromBase64url(entry.head56))
    assert.ok(opened.ok)
    const place = { tender: TENDER, lot: LOT, kind: 'technical' as const, manifestHash: hash, closedIndex: 4711 }
    const signed = await signRelease('share', place, opened.share, signer, NOW)
    const released = await verifyRelease(signed, 'share', place, set.trustees[at]!.signer, world.policy)
    assert.ok(released.ok)
    shares.push({ i: at + 1, share: released.value })
  }
  assert.deepEqual(await recoverDek(shares.slice(1), manifest, entry, set.setHash), {
    ok: false,
    code: 'too-few-shares',
  })
  const recovered = await recoverDek(shares, manifest, entry, set.setHash)
  assert.ok(recovered.ok)
  const files = new Map<string, Uint8Array[]>()
  const stream = async function* () {
    for (const part of technical.parts) yield part.bytes
  }
  const opened = await openBidEnvelope(stream(), recovered.dek, manifest, entry, set, inner, ({ name }, piece) => {
    files.set(name, [...(files.get(name) ?? []), piece])
  })
  assert.ok(opened.ok, JSON.stringify(opened))
  assert.ok(Buffer.concat(files.get('技术方案.pdf')!).equals(document))
  assert.deepEqual(opened.header.files[1], {
    name: '空.txt',
    size: 0,
    mime: 'text/plain',
    sha256: toBase64url(createHash('sha256').digest()),
  })
})

test('parts: 8 MiB each, their root over the SHA-256 of each part', async () => {
  const entry = manifest.envelopes[1]!
  assert.equal(technical.parts.length, partCount(entry.size))
  assert.deepEqual(
    technical.parts.map((part) => part.bytes.length),
    technical.parts.map((part) => partLength(entry.size, part.no)),
  )
  const hashes = technical.parts.map((part) => createHash('sha256').update(part.bytes).digest())
  assert.equal(toBase64url(merkleRoot(hashes)), entry.partsRoot)
  assert.equal(entry.partSize, PART_SIZE)
  await assert.rejects(partsRoot([]))
  await assert.rejects(partsRoot([new Uint8Array(31)]))
  const exact = createPartCutter(() => undefined)
  await exact.push(new Uint8Array(PART_SIZE))
  assert.equal((await exact.finish()).hashes.length, 1)
})

test('sizes betray nothing below the padding', async () => {
  const other = await seal(placeOf('summary', 1), { ...seals, form: { price: '1' } })
  assert.equal(other.entry.size, summary.entry.size)
  assert.equal(paddingUnit('summary'), 65536)
  assert.equal(paddingUnit('technical'), 1048576)
})

const codeOf = async (...args: Parameters<typeof openBidEnvelope>) => {
  const opened = await openBidEnvelope(...args)
  return opened.ok ? 'ok' : opened.code
}

test('what was not sealed here, by this bidder, for this place, does not count', async () => {
  const [entry] = manifest.envelopes as [BidManifest['envelopes'][number]]
  const { ciphertext, dek } = summary
  assert.equal(await codeOf(ciphertext, newDek(), manifest, entry, set, inner), 'key-not-committed')
  assert.equal(await codeOf(ciphertext.subarray(1), dek, manifest, entry, set, inner), 'envelope-differs-from-manifest')
  const bent = ciphertext.map((byte, at) => (at === 20000 ? byte ^ 1 : byte))
  assert.equal(await codeOf(bent, dek, manifest, entry, set, inner), 'envelope-unreadable')
  assert.equal(
    await codeOf(technical.ciphertext.slice(0, ciphertext.length), dek, manifest, entry, set, inner),
    'envelope-differs-from-manifest',
  )
  const elsewhere = { ...manifest, lot: '01906a2e-7c1b-7d3e-9f00-0a1b2c3d4e61' }
  assert.equal(await codeOf(ciphertext, dek, elsewhere, entry, set, inner), 'key-not-committed')
  const copied = { ...manifest, bidder: { ...manifest.bidder, certSha256: certSha256Of(rival.certificateDer) } }
  assert.equal(await codeOf(ciphertext, dek, copied, entry, set, inner), 'key-not-committed')
  const escrow = { ...entry.escrow, slots: technical.entry.escrow.slots }
  assert.equal(await codeOf(ciphertext, dek, manifest, { ...entry, escrow }, set, inner), 'escrow-commitment-differs')
  const unsigned = await seal(placeOf('summary', 1), { ...seals, signers: [chairman] })
  assert.equal(
    await codeOf(unsigned.ciphertext, unsigned.dek, manifest, unsigned.entry, set, inner),
    'inner-signature-missing',
  )
  assert.equal(
    await codeOf(ciphertext, dek, manifest, entry, set, { ...inner, trusted: [] }),
    'inner-signature-invalid',
  )
})

/** A rival that has a victim's plaintext sealed again under its own context keeps the victim's header. */
test('a header from another place inside a well-made envelope is void', async () => {
  const place = placeOf('summary', 1)
  const ctx = summary.ctx
  const dek = newDek()
  const out: Bytes[] = []
  const writer = await createEnvelopeWriter(dek, ctx, set.setHash, (bytes) => void out.push(bytes))
  const { escrow, proof } = await makeEscrow(dek, set.terms, ctx, writer.head56)
  const foreign = ctx.map((byte) => byte ^ 1)
  const header = await buildHeader({ ctx: foreign, consortium: [], files: [], form, escrowProof: proof })
  const signed = [await signDetached(header.bytes, bidder, NOW)]
  for await (const piece of plaintextPieces(place.kind, header.bytes, signed, [])) await writer.push(piece)
  const size = await writer.finish()
  const entry = { ...summary.entry, size, head56: toBase64url(writer.head56), escrow }
  assert.equal(await codeOf(concat(...out), dek, manifest, entry, set, inner), 'envelope-of-another-place')
})

test('plaintexts: padding is zero and exact, hashes hold, headers are strict', async () => {
  const { escrow: _, proof } = await makeEscrow(newDek(), set.terms, summary.ctx, randomBytes(56))
  const files = [fileOf('a.txt', utf8('hello'), 'text/plain')]
  const header = await buildHeader({ ctx: summary.ctx, consortium: [ORG], files, form, escrowProof: proof })
  const whole = await collect(plaintextPieces('summary', header.bytes, [utf8('cms')], files))
  assert.equal(whole.length, 65536)
  const read = await readPlaintext(whole, 'summary')
  assert.ok(read.ok && read.header.consortium[0] === ORG && Buffer.from(read.signatures[0]!).equals(Buffer.from('cms')))
  const dirty = whole.slice()
  dirty[65535] = 1
  const at = Buffer.from(whole).indexOf('hello')
  const bent = whole.map((byte, j) => (j === at ? byte ^ 1 : byte))
  const longer = concat(whole, new Uint8Array(65536))
  const wrong = [
    dirty,
    bent,
    longer,
    concat(whole, new Uint8Array(1)),
    whole.subarray(0, 65535),
    whole.subarray(0, 100),
    new Uint8Array(),
    randomBytes(65536),
  ]
  for (const plaintext of wrong) assert.equal((await readPlaintext(plaintext, 'summary')).ok, false)
  assert.equal((await readPlaintext(whole, 'technical')).ok, false)
  const twice = { ctx: summary.ctx, consortium: [], files: [...files, ...files], form, escrowProof: proof }
  await assert.rejects(buildHeader(twice))
  await assert.rejects(buildHeader({ ...twice, files: [fileOf('../a', utf8('x'))] }))
})

test('inner signatures: 255 of them at most, each of 131,072 bytes; fifty members', async () => {
  const { proof: escrowProof } = await makeEscrow(newDek(), set.terms, summary.ctx, randomBytes(56))
  const headerOf = (members: number) =>
    buildHeader({ ctx: summary.ctx, consortium: Array(members).fill(ORG), files: [], form, escrowProof })
  const { bytes } = await headerOf(50)
  await assert.rejects(headerOf(51))
  const isRead = async (...signatures: Uint8Array[]) =>
    (await readPlaintext(await collect(plaintextPieces('summary', bytes, signatures, [])), 'summary')).ok
  assert.equal(await isRead(new Uint8Array(131_072)), true)
  assert.equal(await isRead(new Uint8Array(131_073)), false)
  assert.equal(await isRead(...Array(255).fill(utf8('cms'))), true)
  await assert.rejects(isRead(...Array(256).fill(utf8('cms'))))
})

test('manifests: below 16 kB, strict, each member once, hashed as received', async () => {
  assert.ok(built.bytes.length < MAX_MANIFEST)
  const text = new TextDecoder().decode(built.bytes)
  const refused = [
    text.replace('{"v"', '{"lot":"x","v"'),
    text.replace('"type":"bid"', '"type":"bid","type":"bid"'),
    text.replace('"type":"bid"', '"typ\\u0065":"bid","type":"bid"'),
    text.replace('"type":"bid"', '"type":"withdraw"'),
    text.replace('"type":"bid"', '"type":"dek"'),
    text.replace('"bidSeq":1', '"bidSeq":2'),
    text.replace('"bidSeq":1', '"bidSeq":1.5'),
    text.replace('"kind":"technical"', '"kind":"summary"'),
    text.replace('"v":"sunlit/v1"', '"v":"sunlit/v2"'),
    `\ufeff${text}`,
    text.slice(1),
  ]
  for (const one of refused)
    assert.deepEqual(parseManifest(utf8(one)), { ok: false, code: 'manifest-malformed' }, one.slice(0, 80))
  assert.deepEqual(parseManifest(new Uint8Array(MAX_MANIFEST)), { ok: false, code: 'manifest-too-large' })
  assert.ok(parseManifest(utf8(` ${text}\n`)).ok)
  assert.notDeepEqual(await manifestHash(utf8(` ${text}\n`)), hash)
  const expected = createHash('sha256').update('sunlit/v1/manifest\n').update(built.bytes).digest()
  assert.ok(expected.equals(hash))
  const [json, pdf] = [utf8('{}'), utf8('%PDF')]
  const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
  const notice = createHash('sha256').update('sunlit/v1/notice\n').update(sha(json)).update(sha(pdf)).digest()
  assert.ok(notice.equals(await noticeHash(json, pdf)))
  const { v: _, ...fields } = manifest
  const withdrawal = {
    ...fields,
    type: 'withdraw' as const,
    bidSeq: 2,
    prevManifest: toBase64url(hash),
    envelopes: [] as [],
  }
  assert.equal(buildManifest(withdrawal).manifest.type, 'withdraw')
  assert.throws(() => buildManifest({ ...withdrawal, bidSeq: 1 }))
})

test('the same plaintext under a rival’s certificate is another context, so a stolen DEK alone moves nothing', async () => {
  const moved = await sealEnvelope(
    fromHex('00'),
    summary.dek,
    await manifestContext({ ...manifest, bidSeq: 2 }, manifest.envelopes[0]!),
    set.setHash,
  )
  assert.equal(
    await codeOf(moved, summary.dek, manifest, manifest.envelopes[0]!, set, inner),
    'envelope-differs-from-manifest',
  )
})
