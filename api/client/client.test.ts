import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, fromBase64url, randomBytes, sha256, toBase64url } from '../log/bytes.ts'
import { BIDDER, fileOf, LOT, ORG, RIVAL, TENDER } from '../seal/actors.testing.ts'
import { encodeJson } from '../seal/json.ts'
import type { BidManifest } from '../seal/manifest.ts'
import { dekReleaseSchema, shareReleaseSchema } from '../seal/release.ts'
import { recoverDek } from '../seal/seal.ts'
import { makeRecovery } from '../seal/selfslot.ts'
import { allChecks, type Check } from './checks.ts'
import { createHttp, isProblem } from './http.ts'
import { checkOpening } from './opening.ts'
import { DEADLINE, makePlatform, type Platform } from './platform.testing.ts'
import { memorySink, openBidKeys, type PartSink, prepareBid } from './prepare-bid.ts'
import { releaseKeys, signKeys } from './release.ts'
import { fetchReceipt, submitBid } from './submit-bid.ts'
import { verifyTender } from './tender.ts'
import { loadTrust } from './trust.ts'
import { releaseShares } from './trustee.ts'
import { verifyTenderPublic } from './verify.ts'

const failed = (checks: readonly Check[]) => checks.filter(({ ok }) => ok !== true).map(({ id }) => id)
const code = (wanted: string) => (error: unknown) => isProblem(error, wanted)
const PASSPHRASE = '云城-2026-密封'

/** A platform with one bid handed in; the bidder's and everybody's software around it. */
const begin = async () => {
  const platform = await makePlatform()
  const http = createHttp({ origin: platform.origin, fetch: platform.fetch })
  const trust = await loadTrust(http)
  const tender = await verifyTender(http, trust, TENDER)
  const signer = await platform.world.enrol(BIDDER)
  return { platform, http, trust, tender, signer }
}
type Begun = Awaited<ReturnType<typeof begin>>

const prepare = ({ tender, trust, signer }: Begun, sink: PartSink) =>
  prepareBid({
    tender,
    trust,
    lotId: LOT,
    organisationId: ORG,
    signer,
    forms: { summary: { price: '128000000' } },
    files: { technical: [fileOf('技术方案.pdf', randomBytes(5000))] },
    head: null,
    bundleSha256: toBase64url(randomBytes(32)),
    sink,
    passphrase: PASSPHRASE,
  })

const handIn = async () => {
  const begun = await begin()
  const sink = memorySink()
  const prepared = await prepare(begun, sink)
  const received = await submitBid(begun.http, begun.trust, begun.tender, prepared, { sink })
  await begun.platform.tick(begun.platform.state.now + 1000)
  return { ...begun, prepared, received }
}

/** Trust and tender as a client reads them at the opening, weeks later. */
const later = async ({ platform, http }: { platform: Platform; http: Begun['http'] }) => {
  await platform.renewCrl()
  const trust = await loadTrust(http)
  return { trust, tender: await verifyTender(http, trust, TENDER, { asOf: 'signed' }) }
}

test('a tender is believed when log, notices and trustee set agree', async () => {
  const { tender } = await begin()
  assert.deepEqual(failed(tender.checks), [])
  assert.ok(tender.ok && tender.terms.trusteeKeys.length === 3)
  structuredClone(tender)
})

test('a platform that changes a notice, its PDF, an event or the set is seen', async () => {
  const { platform, http, trust } = await begin()
  const verdict = async () =>
    verifyTender(http, trust, TENDER).then(
      ({ checks }) => failed(checks),
      (error) => failed((error as unknown as { checks: Check[] }).checks),
    )
  const notice = platform.shown[0]!
  const { pdf } = notice
  notice.pdf = concat(pdf, Uint8Array.of(10))
  assert.ok((await verdict()).includes('V-32'))
  notice.pdf = pdf
  const row = platform.log.rows[1]!
  const { body } = row
  row.body = encodeJson({ ...JSON.parse(new TextDecoder().decode(body)), from: 'elsewhere' })
  assert.ok((await verdict()).includes('V-30'))
  row.body = body
  const { world, people } = platform
  const forged = await world.enrol(RIVAL)
  assert.ok(people.length === 3 && forged)
  platform.state.routes.set(`/api/tenders/${TENDER}/trustee-set`, {
    bytes: toBase64url(encodeJson({})),
    cms: toBase64url(randomBytes(40)),
  })
  assert.ok((await verdict()).includes('V-36'))
})

test('a correction that moves the deadline earlier, or that leaves a gap, is seen', async () => {
  const { platform, http, trust } = await begin()
  const first = platform.shown[0]!.notice
  const { noticeHash } = await verifyTender(http, trust, TENDER)
  const earlier = new Date(DEADLINE - 3_600_000).toISOString()
  await platform.publish({ ...first, n: 1, previous: toBase64url(noticeHash), kind: 'correction', deadline: earlier })
  await platform.tick(platform.state.now + 1000)
  assert.deepEqual(failed((await verifyTender(http, trust, TENDER)).checks), ['V-34'])
  await platform.publish({ ...first, n: 2, previous: toBase64url(randomBytes(32)), kind: 'correction' })
  await platform.tick(platform.state.now + 1000)
  assert.ok(failed((await verifyTender(http, trust, TENDER)).checks).includes('V-33'))
})

test('outside a sandbox nothing is trusted that the platform itself says', async () => {
  const { platform } = await begin()
  const production = (await platform.log.serve('/log/policy'))!
  const text = new TextDecoder().decode(production).replaceAll('/sandbox', '')
  const http = createHttp({
    origin: platform.origin,
    fetch: (url, init) =>
      url.endsWith('/log/policy') ? Promise.resolve(new Response(text)) : platform.fetch(url, init),
  })
  // The name is part of a note key's hash: a policy with another name does not even parse.
  await assert.rejects(loadTrust(http), RangeError)
  await assert.rejects(loadTrust(http, { policy: text }), RangeError)
})

test('a bid is sealed, tested, handed in over a failing line, promised and witnessed', async () => {
  const { http, trust, platform, prepared, received, tender, signer } = await handIn()
  assert.equal(received.manifestHash, prepared.manifestHash)
  assert.equal(platform.store.size, 4)
  const { witnessed, checks } = await fetchReceipt(http, trust, received.bidId)
  assert.ok(witnessed)
  assert.deepEqual(failed(checks), ['V-29'])
  const keys = await openBidKeys(prepared.recoveryFile, { passphrase: PASSPHRASE })
  assert.deepEqual(keys, prepared.keys)
  await assert.rejects(openBidKeys(prepared.recoveryFile, { passphrase: 'wrong' }), code('recovery-unreadable'))
  const again = await submitBid(http, trust, tender, prepared, {
    sink: { read: () => assert.fail('nothing is left to upload') },
  })
  assert.deepEqual(again.promise, received.promise)
  const forged = { ...tender, deadline: received.receivedAt }
  await assert.rejects(submitBid(http, trust, forged, prepared, { sink: memorySink() }), code('promise-late'))
  const bid = platform.bids[0]!
  bid.receipt = { ...bid.receipt!, signature: toBase64url(randomBytes(64)) }
  await assert.rejects(submitBid(http, trust, tender, prepared, { sink: memorySink() }), code('promise-invalid'))
  assert.ok(signer)
})

test('a sink that gives other bytes back fails the self-test, before anything is signed', async () => {
  const begun = await begin()
  const good = memorySink()
  const read: PartSink['read'] = async (no, part) => {
    const bytes = (await good.read(no, part)).slice()
    if (no === 3) bytes[5000]! ^= 1
    return bytes
  }
  await assert.rejects(prepare(begun, { ...good, read }), code('self-test-failed'))
})

test('the bidder opens after the deadline, and only its own listed bid', async () => {
  const { platform, http, prepared, signer } = await handIn()
  const { manifestHash } = prepared
  await platform.close()
  const { trust, tender } = await later({ platform, http })
  const opening = await checkOpening(http, trust, tender, LOT, { manifestHash })
  assert.deepEqual(failed(opening.checks), [])
  const files: Uint8Array[] = []
  const { releases } = await releaseKeys(
    http,
    trust,
    { opening, keys: prepared.keys, signer },
    (file) => void files.push(file),
  )
  assert.equal(files.length, 1)
  const statements = releases.map(({ statement }) =>
    dekReleaseSchema.parse(JSON.parse(new TextDecoder().decode(fromBase64url(statement)))),
  )
  assert.deepEqual(
    statements.map(({ kind, value }) => [kind, value]),
    Object.entries(prepared.keys.keys),
  )
  assert.equal(platform.posted[`/api/lots/${LOT}/releases`]!.length, 1)
  const other = await checkOpening(http, trust, tender, LOT, { manifestHash: toBase64url(randomBytes(32)) })
  assert.deepEqual(failed(other.checks), ['V-43'])
  await assert.rejects(signKeys(trust, { opening: other, keys: prepared.keys, signer }), code('opening-unverified'))
  const unnamed = await checkOpening(http, trust, tender, LOT)
  await assert.rejects(signKeys(trust, { opening: unnamed, keys: prepared.keys, signer }), code('keys-of-another-bid'))
})

/** What a platform might try, and the check that must see it. */
const LIES: [string, (platform: Platform) => Promise<void>, string][] = [
  ['CLOSED before the deadline', (p) => p.close({ at: DEADLINE - 60_000 }), 'V-40'],
  ['CLOSED dated late, cosigned early', (p) => p.close({ at: DEADLINE + 500, lag: -120_000, stored: false }), 'V-41'],
  ['no CLOSED at all', async (p) => p.tick(DEADLINE + 1000), 'V-40'],
  ['no STORED', (p) => p.close({ stored: false }), 'V-45'],
  ['too few bids', (p) => p.close({ closed: { count: 0, manifestHashes: [] } }), 'V-44'],
  ['CLOSED of an older notice', (p) => p.close({ closed: { noticeN: 7 } }), 'V-42'],
  ['CLOSED that hides a stop', (p) => p.close({ closed: { suspensionN: 1 } }), 'V-42'],
  [
    'a second CLOSED',
    async (p) => {
      await p.close()
      await p.add('lot.closed/1', { lotId: LOT }, { name: 'CLOSED' })
      p.log.rows.splice(0, p.log.rows.length, ...(await hidden(p)))
    },
    'V-46',
  ],
  [
    'a further notice, not shown',
    async (p) => {
      await p.close()
      await p.add('notice.published/1', { n: 1 }, { name: 'NOTICE', n: 1 })
      p.log.rows.splice(0, p.log.rows.length, ...(await hidden(p)))
    },
    'V-46',
  ],
  [
    'a suspension, not shown',
    async (p) => {
      await p.close()
      await p.add('tender.suspended/1', { n: 1 }, { name: 'SUSPENDED', n: 1 })
      p.log.rows.splice(0, p.log.rows.length, ...(await hidden(p)))
    },
    'V-46',
  ],
  [
    'NOT_OPENED, not shown',
    async (p) => {
      await p.close()
      await p.add('lot.not-opened/1', { lotId: LOT }, { name: 'NOT_OPENED' })
      p.log.rows.splice(0, p.log.rows.length, ...(await hidden(p)))
    },
    'V-46',
  ],
]

/** Sequences what waits, then leaves the newest event out of what is told. */
const hidden = async (p: Platform) => {
  await p.tick(p.state.now + 1000)
  return p.log.rows.slice(0, -1)
}

for (const [what, lie, id] of LIES)
  test(`no key is released: ${what}`, async () => {
    const { platform, http, prepared, signer } = await handIn()
    await platform.tick(DEADLINE - 180_000)
    await lie(platform)
    const { trust, tender } = await later({ platform, http })
    const opening = await checkOpening(http, trust, tender, LOT, { manifestHash: prepared.manifestHash })
    assert.ok(failed(opening.checks).includes(id as Check['id']), failed(opening.checks).join())
    await assert.rejects(signKeys(trust, { opening, keys: prepared.keys, signer }), code('opening-unverified'))
  })

const ownerOf = async (platform: Platform, i: number) => {
  const { key } = platform.people[i - 1]!
  return { passphrase: PASSPHRASE, recovery: await makeRecovery('trustee-key', key.pkcs8, { passphrase: PASSPHRASE }) }
}

test('trustees wait for the window, refuse what CLOSED does not list, and k of them open a bid', async () => {
  const { platform, http, prepared } = await handIn()
  await platform.close()
  const early = await later({ platform, http })
  const waiting = await checkOpening(http, early.trust, early.tender, LOT, { as: 'trustee' })
  assert.deepEqual(failed(waiting.checks), ['V-48'])
  await platform.tick(platform.state.now + 31 * 60_000)
  const { trust, tender } = await later({ platform, http })
  const opening = await checkOpening(http, trust, tender, LOT, { as: 'trustee' })
  assert.deepEqual(failed(opening.checks), [])
  const foreign = JSON.parse(new TextDecoder().decode(prepared.manifest)) as BidManifest
  const unlisted = encodeJson({ ...foreign, createdAt: foreign.createdAt + 1 })
  const kinds = ['summary', 'technical']
  platform.state.routes.set(`/api/lots/${LOT}/closed-manifests`, {
    i: 1,
    bids: [prepared.manifest, unlisted].map((manifest) => ({ manifest: toBase64url(manifest), kinds })),
  })
  const shares: { i: number; share: Uint8Array }[] = []
  for (const i of [1, 3]) {
    const owner = await ownerOf(platform, i)
    const released = await releaseShares(http, trust, {
      opening,
      tender,
      i,
      signer: platform.people[i - 1]!.signer,
      owner,
    })
    assert.deepEqual(
      released.refused.map(({ reason }) => reason),
      ['not in CLOSED'],
    )
    const read = released.releases.map(({ statement }) =>
      shareReleaseSchema.parse(JSON.parse(new TextDecoder().decode(fromBase64url(statement)))),
    )
    assert.deepEqual(
      read.map(({ kind }) => kind),
      kinds,
    )
    shares.push({ i, share: fromBase64url(read[0]!.value) })
  }
  const entry = foreign.envelopes[0]!
  const recovered = await recoverDek(shares, foreign, entry, tender.setHash)
  assert.ok(recovered.ok && toBase64url(recovered.dek) === prepared.keys.keys.summary)
  const wrong = { opening, tender, i: 2, signer: platform.people[1]!.signer, owner: await ownerOf(platform, 1) }
  await assert.rejects(releaseShares(http, trust, wrong), code('trustee-key-differs'))
})

/** Publishes an opening as the platform does, from what its bidder released. */
const openUp = async (
  platform: Platform,
  { prepared, received, signer }: Awaited<ReturnType<typeof handIn>>,
  http: Begun['http'],
) => {
  const { trust, tender } = await later({ platform, http })
  const opening = await checkOpening(http, trust, tender, LOT, { manifestHash: prepared.manifestHash })
  const { releases } = await signKeys(trust, { opening, keys: prepared.keys, signer })
  const receivedAt = new Date(received.receivedAt).toISOString()
  const bid = {
    bidId: received.bidId,
    manifestHash: prepared.manifestHash,
    uscc: BIDDER.organisationCode,
    receivedAt,
    verdict: 'valid',
    treatedAs: 'valid',
  }
  const record = { tenderId: TENDER, lotId: LOT, bids: [{ ...bid, form: { price: '128000000' } }] }
  const tell = async (value: object) => {
    const bytes = encodeJson(value)
    platform.state.routes.set(`/api/lots/${LOT}/opening-record`, bytes)
    return toBase64url(await sha256(bytes))
  }
  const recordSha256 = await tell(record)
  await platform.add(
    'lot.opened/1',
    { lotId: LOT, recordSha256, opened: 1, count: 1, outcome: 'continue' },
    { name: 'OPENING' },
  )
  await platform.tick(platform.state.now + 1000)
  const published = {
    bidId: received.bidId,
    manifest: toBase64url(prepared.manifest),
    cms: toBase64url(prepared.cms),
    evidence: { chain: [], crl: toBase64url(platform.world.crl) },
    receivedAt,
    summaryNo: 1,
    summaryDek: prepared.keys.keys.summary,
    releases: [{ source: 0, ...releases[0]! }],
  }
  platform.state.routes.set(`/api/lots/${LOT}/opened-bids`, { bids: [published] })
  const ciphertext = platform.store.get('/objects/1/0')!
  platform.state.routes.set(`/api/lots/${LOT}/opened-bids/${received.bidId}/summary`, ciphertext)
  return { record, tell, published, ciphertext }
}

test('anybody recomputes a tender, and sees what was altered', async () => {
  const handed = await handIn()
  const { platform, http } = handed
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  const { record, tell, published, ciphertext } = await openUp(platform, handed, http)
  const { trust } = await later({ platform, http })
  const verify = async () => {
    const checks = await verifyTenderPublic(http, trust, TENDER, { complete: true })
    return {
      wrong: checks.filter(({ ok }) => ok === false).map(({ id }) => id),
      open: checks.filter(({ ok }) => ok === null).map(({ id }) => id),
    }
  }
  const evaluation: Check['id'][] = ['V-60', 'V-61', 'V-62', 'V-63']
  assert.deepEqual(await verify(), { wrong: [], open: ['V-02', 'V-70', 'V-71', 'V-72', ...evaluation] })
  const path = `/api/lots/${LOT}/opened-bids`
  await tell({ ...record, bids: [{ ...record.bids[0]!, form: { price: '127000000' } }] })
  assert.deepEqual((await verify()).wrong, ['V-57', 'V-58'])
  await tell(record)
  platform.state.routes.set(path, { bids: [{ ...published, summaryDek: toBase64url(randomBytes(32)) }] })
  assert.deepEqual((await verify()).wrong, ['V-54', 'V-56', 'V-58'])
  platform.state.routes.set(path, { bids: [] })
  assert.deepEqual((await verify()).wrong, ['V-50'])
  platform.state.routes.set(path, { bids: [published] })
  const altered = ciphertext.slice()
  altered[200]! ^= 1
  platform.state.routes.set(`${path}/${published.bidId}/summary`, altered)
  assert.deepEqual((await verify()).wrong, ['V-53', 'V-54', 'V-58'])
})

test('a bid that CLOSED drops is seen once the days are disclosed', async () => {
  const { platform, http } = await handIn()
  await platform.tick(DEADLINE - 60_000)
  await platform.close({ closed: { count: 1, manifestHashes: [toBase64url(randomBytes(32))] } })
  const { trust } = await later({ platform, http })
  const checks = await verifyTenderPublic(http, trust, TENDER, { complete: true })
  assert.deepEqual(
    checks.filter(({ ok }) => ok === false).map(({ id }) => id),
    ['V-11', 'V-12'],
  )
})

test('every check has its words in both languages', () => {
  for (const { id, text } of allChecks())
    assert.ok(/\p{Script=Han}/u.test(text.zh) && /^[\x20-\x7e’]+$/.test(text.en), id)
})
