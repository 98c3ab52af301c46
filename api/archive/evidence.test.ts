import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { unzipSync, zipSync } from 'fflate'
import { run } from '../cli/verify.ts'
import { handIn, later } from '../client/bidder.testing.ts'
import { readBundle, verifyBundle } from '../client/bundle.ts'
import type { Check } from '../client/checks.ts'
import { evaluationOf, resultOf } from '../client/evaluated.testing.ts'
import { isProblem } from '../client/http.ts'
import { DEADLINE } from '../client/notice.testing.ts'
import { openUp } from '../client/opened.testing.ts'
import type { Platform } from '../client/platform.testing.ts'
import type { GivenTrust } from '../client/trust.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { renderPdf } from '../kernel/pdf/document.ts'
import { signPdf } from '../kernel/pdf/sign.ts'
import { type Bytes, concat, fromUtf8, sha256, toBase64, toBase64url, utf8 } from '../log/bytes.ts'
import { ED25519, noteKey } from '../log/note.ts'
import { formatPolicy } from '../log/policy.ts'
import { LOT, TENDER } from '../seal/actors.testing.ts'
import type { EvidenceIndex } from '../seal/evidence.ts'
import { encodeJson } from '../seal/json.ts'
import { writeEvidence } from './service/evidence.ts'
import { readmeOf } from './service/readme.ts'

type Files = Record<string, Uint8Array>

const folder = mkdtempSync(join(tmpdir(), 'sunlit-evidence-'))
const network = globalThis.fetch
let platform: Platform
let bidId: string
let online: Check[]
let bundle: Bytes
let withLeaves: Bytes
let pins: GivenTrust

/** As the platform streams it, but that its own addresses are those of the platform in memory. */
const evidence = async (leaves: boolean): Promise<Bytes> => {
  const out: Bytes[] = []
  const at = new Date(platform.state.now)
  const tender = { number: 'YC-2026-GP-000001', title: '某项目', origin: platform.origin, at }
  await writeEvidence(
    (path) => platform.fetch(platform.origin + path),
    async (bytes) => void out.push(bytes),
    { origin: platform.origin, madeAt: at.toISOString(), readme: readmeOf(tender) },
    { tenderId: TENDER, lotIds: [LOT], leaves },
  )
  return concat(...out)
}

before(async () => {
  const handed = await handIn()
  platform = handed.platform
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  const { published } = await openUp(platform, handed, handed.http)
  bidId = published.bidId
  const { certificateDer, chainDer, privateKey } = handed.signer
  const at = new Date(platform.state.now)
  const plain = await renderPdf({ title: '中标结果公告', language: 'zh', createdAt: at, blocks: [] })
  const seal = {
    fieldName: 'platform',
    name: '交易中心',
    date: at,
    certificateDer,
    chainDer: [...chainDer],
    privateKey,
  }
  const pdf = new Uint8Array(await signPdf(plain, seal))
  const notice = encodeJson(resultOf(bidId))
  const hashes = {
    noticeSha256: toBase64url(await sha256(notice)),
    noticePdfSha256: toBase64url(await sha256(pdf)),
  }
  await platform.add('result.published/1', { lotId: LOT, bidId, ...hashes }, null)
  await platform.tick(platform.state.now + 1000)
  platform.state.routes.set(`/api/lots/${LOT}/award/notice`, notice)
  platform.state.routes.set(`/api/lots/${LOT}/award/notice.pdf`, pdf)
  platform.state.routes.set(`/api/lots/${LOT}/evaluation`, evaluationOf(published.bidId, REPORT, await recordHash()))
  await platform.add('evaluation.reported/1', { lotId: LOT, reportJsonSha256: REPORT }, null)
  await platform.tick(platform.state.now + 1000)
  const { trust } = await later({ platform, http: handed.http })
  online = await verifyTenderPublic(handed.http, trust, TENDER, { complete: true })
  pins = { policy: formatPolicy(platform.log.policy), authorities: [platform.world.ca.certificateDer] }
  bundle = await evidence(false)
  withLeaves = await evidence(true)
  // From here on nothing but the bundles may be read.
  globalThis.fetch = () => Promise.reject(new Error('the network was asked'))
})
after(() => {
  globalThis.fetch = network
  rmSync(folder, { recursive: true })
})

const REPORT = toBase64url(new Uint8Array(32).fill(7))
const recordHash = async () =>
  toBase64url(await sha256(platform.state.routes.get(`/api/lots/${LOT}/opening-record`) as Bytes))

const judge = async (bytes: Uint8Array, complete = false): Promise<Check[]> => {
  const read = await readBundle(new Blob([new Uint8Array(bytes)]))
  assert.ok(read, 'a bundle')
  return verifyBundle(read, pins, { complete })
}
const idsOf = (checks: readonly Check[], wanted: boolean | null) =>
  checks
    .filter(({ ok }) => ok === wanted)
    .map(({ id }) => id)
    .sort()
const detailOf = (checks: readonly Check[], wanted: string) => checks.find(({ id }) => id === wanted)?.detail

test('a bundle verifies offline as its tender does online', async () => {
  const whole = await judge(withLeaves, true)
  const log = ['V-02', 'V-03', 'V-04', 'V-05', 'V-06', 'V-07', 'V-08', 'V-09', 'V-46']
  assert.deepEqual(idsOf(whole, false), [])
  const probes = ['V-92', 'V-93', 'V-94']
  assert.deepEqual(idsOf(whole, null), [...log, 'V-70', 'V-71', 'V-72', 'V-73', ...probes])
  const same = (checks: readonly Check[]) =>
    checks.filter(({ id }) => !log.includes(id) && id !== 'V-90').map(({ id, ok }) => `${id} ${ok}`)
  assert.deepEqual(same(whole), same(online))
  const small = await judge(bundle, true)
  const complete = ['V-10', 'V-11', 'V-12']
  assert.deepEqual(idsOf(small, null), [...log, ...complete, 'V-70', 'V-71', 'V-72', 'V-73', ...probes].toSorted())
  assert.deepEqual(idsOf(small, false), [])
})

test('its members are the answers themselves, and a person can read how to check them', () => {
  const files = unzipSync(bundle)
  const index = JSON.parse(fromUtf8(files['index.json']!)) as EvidenceIndex
  assert.equal(Object.keys(files).length, index.files.length + 2)
  const notice = index.files.find(({ path }) => path === `/api/tenders/${TENDER}/notices/0`)!
  assert.deepEqual(new Uint8Array(files[notice.file]!), platform.shown[0]!.bytes)
  assert.match(fromUtf8(files['README.txt']!), /断网核验[\s\S]*without a network/)
})

test('outside a sandbox nothing is believed without pins of one’s own, and in one little', async () => {
  const alone = async (bytes: Uint8Array) => verifyBundle((await readBundle(new Blob([new Uint8Array(bytes)])))!, {})
  const [newest] = (await alone(bundle)).filter(({ id }) => id === 'V-01')
  assert.equal(newest?.ok, null, 'its own policy proves agreement with itself')
  const files = unzipSync(bundle)
  const name = 'log/policy.bin'
  const { log } = platform.log.policy
  files[name] = utf8(
    formatPolicy({ ...platform.log.policy, log: noteKey('platform.test/log', ED25519, log.publicKey) }),
  )
  await assert.rejects(alone(zipSync(files)), (error) => isProblem(error, 'policy-needed'))
})

/** The index follows the files, as whoever forges a bundle would see to. */
const indexed = async (files: Files): Promise<Files> => {
  const index = JSON.parse(fromUtf8(files['index.json']!)) as EvidenceIndex
  const kept = index.files.filter(({ file }) => files[file])
  for (const one of kept) {
    const bytes = files[one.file]!
    Object.assign(one, { size: bytes.length, sha256: toBase64url(await sha256(bytes)) })
  }
  return { ...files, 'index.json': encodeJson({ ...index, files: kept }) }
}
const flipped = (files: Files, pattern: RegExp, at = 5): Files => {
  const name = Object.keys(files).find((one) => pattern.test(one))
  assert.ok(name, String(pattern))
  const bytes = files[name]!.slice()
  bytes[at]! ^= 1
  return { ...files, [name]: bytes }
}
const without = (files: Files, pattern: RegExp): Files =>
  Object.fromEntries(Object.entries(files).filter(([name]) => !pattern.test(name)))
const edited = (files: Files, pattern: RegExp, edit: (text: string) => string): Files => {
  const name = Object.keys(files).find((one) => pattern.test(one))!
  return { ...files, [name]: utf8(edit(fromUtf8(files[name]!))) }
}

const noticePdf = /notices\/0\/pdf/
const bids = /opened-bids\.txt$/
const otherManifest = (text: string): string => {
  const told = JSON.parse(text) as { bids: { manifest: string }[] }
  const [bid] = told.bids
  const bytes = Buffer.from(bid!.manifest, 'base64url')
  bid!.manifest = Buffer.from(String(bytes).replace('"bidSeq":1', '"bidSeq":2')).toString('base64url')
  return JSON.stringify(told)
}

type Case = [what: string, change: (files: Files) => Files, named: RegExp, byLog: string[]]
const CASES: Case[] = [
  ['a byte of a notice’s PDF', (f) => flipped(f, noticePdf), /notices\/0\/pdf: altered/, ['V-32', 'V-33']],
  [
    'a byte of the result’s PDF',
    (f) => flipped(f, /award\/notice\.pdf/),
    /award\/notice\.pdf: altered/,
    ['V-64', 'V-72'],
  ],
  [
    'a manifest',
    (f) => edited(f, bids, otherManifest),
    /opened-bids: altered/,
    ['V-50', 'V-51', 'V-52', 'V-53', 'V-54', 'V-55', 'V-56', 'V-58', 'V-80'],
  ],
  ['a ciphertext', (f) => flipped(f, /summary\.bin/, 200), /summary: altered/, ['V-53', 'V-54', 'V-58']],
  [
    'the opening record',
    (f) => edited(f, /opening-record/, (t) => t.replace('128000000', '127000000')),
    /opening-record: altered/,
    ['V-57', 'V-58', 'V-61'],
  ],
  ['a missing PDF', (f) => without(f, noticePdf), /notices\/0\/pdf: missing/, ['V-32', 'V-33']],
  ['all bids missing', (f) => without(f, bids), /opened-bids: missing/, ['V-50', 'V-60']],
  ['a missing result notice', (f) => without(f, /award\/notice\.bin/), /award\/notice: missing/, ['V-63']],
  ['a proof', (f) => flipped(f, /log\/proof\/\d/, 80), /log\/proof\/\d+: altered/, ['V-31']],
  ['a foreign file', (f) => ({ ...f, 'extra.txt': utf8('x') }), /extra\.txt: foreign/, []],
]

for (const [what, change, named, byLog] of CASES)
  test(`tampering is found and named: ${what}`, async () => {
    const changed = change(unzipSync(bundle))
    const found = await judge(zipSync(changed))
    assert.match(detailOf(found, 'V-90') ?? '', named)
    assert.ok(
      byLog.every((id) => idsOf(found, false).includes(id as Check['id'])),
      idsOf(found, false).join(),
    )
    if (byLog.length === 0) return
    const forged = idsOf(await judge(zipSync(await indexed(changed))), false)
    assert.deepEqual(forged, byLog, 'with an index that follows, the log still finds it')
  })

test('a leaf withheld or a disclosure that lies is seen when completeness is asked', async () => {
  const entries = /tile\/entries/
  const files = unzipSync(withLeaves)
  const torn = await judge(zipSync(await indexed(without(files, entries))), true)
  assert.deepEqual(idsOf(torn, false), ['V-10'])
  const told = edited(files, /disclosures\/0/, (text) =>
    text.replace(/"salt":"./, (one) => (one.endsWith('A') ? '"salt":"B' : '"salt":"A')),
  )
  assert.deepEqual(idsOf(await judge(zipSync(await indexed(told)), true), false), ['V-10'])
  const hidden = edited(files, /disclosures\/0/, (text) => JSON.stringify({ ...JSON.parse(text), leaves: [] }))
  const open = await judge(zipSync(await indexed(hidden)), true)
  assert.match(detailOf(open, 'V-10') ?? '', /^days not yet disclosed: 2026-/)
  assert.deepEqual(idsOf(open, false), [])
})

test('the command takes a bundle, with pins of one’s own and without a network', async () => {
  const file = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const policy = file('policy.txt', formatPolicy(platform.log.policy))
  const der = toBase64(platform.world.ca.certificateDer)
  const ca = file('ca.pem', `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`)
  const pins = ['--policy', policy, '--ca', ca, '--json']
  assert.equal(await run([file('evidence.zip', withLeaves), '--complete', ...pins]), 0)
  assert.equal(await run([file('altered.zip', zipSync(flipped(unzipSync(bundle), noticePdf))), ...pins]), 1)
  assert.equal(await run([file('torn.zip', bundle.slice(0, 2000)), ...pins]), 1)
})
