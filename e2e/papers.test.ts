import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createTimestamps, stampCheckpoint, stampSignature } from '../api/bids/service/time-stamps.ts'
import { startTsa, type Tsa } from '../api/bids/tsa.testing.ts'
import * as w from '../api/bids/world.testing.ts'
import { confirmRecord } from '../api/cli/demo/opening.ts'
import { run } from '../api/cli/verify.ts'
import { checkOpening } from '../api/client/opening.ts'
import { releaseKeys } from '../api/client/release.ts'
import { checkReceipt, fetchReceipt } from '../api/client/submit-bid.ts'
import { loadTrust } from '../api/client/trust.ts'
import * as evaluation from '../api/evaluations/world.testing.ts'
import { trustedAuthorities } from '../api/identity/service.ts'
import { blankGlyphs } from '../api/kernel/pdf/pixels.testing.ts'
import { verifyPdfSignatures } from '../api/kernel/pdf/verify.ts'
import { loadSeal } from '../api/kernel/seal.ts'
import { toHex } from '../api/log/bytes.ts'
import { checkpointImprint, signatureImprint, signatureStampOf, verifyToken } from '../api/seal/timestamp.ts'
import { askOpenssl, askPdfsig } from './papers/judges.ts'

/*
 * Opening record, evaluation report and award letter as the real services issue them, signed by several people, before
 * judges that are not ours: poppler and openssl for the signatures, pixels for the glyphs, an authority for the time.
 */
let folder: string
let tsa: Tsa
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sunlit-papers-'))
  tsa = await startTsa()
})
after(async () => {
  await tsa.stop()
  rmSync(folder, { recursive: true })
})
const asker = () => createTimestamps({ url: tsa.url, trusted: [tsa.der('ca')], report: (_, why) => assert.fail(why) })

type Paper = { name: string; pdf: Uint8Array; authorities: readonly Uint8Array[]; signers: number }

/** `stamped`: how many of the signatures carry a token of the authority. */
const judge = async ({ name, pdf, authorities, signers }: Paper, stamped: number): Promise<void> => {
  const own = mkdtempSync(join(folder, `${name}-`))
  const { told, ...found } = askPdfsig(own, authorities, pdf)
  assert.deepEqual(found, { valid: signers, trusted: signers, whole: 1, cades: signers }, `${name}\n${told}`)
  const { verified, refused } = await askOpenssl(own, authorities, pdf)
  assert.deepEqual([verified, refused], [signers, []], name)
  const signatures = await verifyPdfSignatures(pdf)
  const tokens = []
  for (const { cms } of signatures) {
    const token = signatureStampOf(cms!)
    if (!token) continue
    const verdict = await verifyToken(token, await signatureImprint(cms!), { trusted: [tsa.der('ca')] })
    assert.ok(verdict.ok, `${name}: ${verdict.ok || verdict.code}`)
    tokens.push(token)
  }
  assert.equal(tokens.length, stamped, name)
  const { seen, blank } = await blankGlyphs(own, name, pdf)
  assert.ok(seen > 150, `${name}: ${seen}`)
  assert.deepEqual(blank, [], name)
  const flipped = new Uint8Array(pdf)
  flipped[700]! ^= 1
  assert.equal(askPdfsig(own, authorities, flipped).valid, 0, `${name}, altered`)
}

test('opening record: the seal and two bidders; the authority never learns that a bid came', async () => {
  const world = await w.biddingWorld({ TSA_URL: tsa.url, TSA_CA: tsa.caFile })
  try {
    const place = await world.publish('云城市第一人民医院CT采购项目')
    const bidders = [0, 1, 2].map((at) => world.city.suppliers[at]!)
    const handed: Awaited<ReturnType<typeof w.bid>>[] = []
    for (const bidder of bidders) handed.push(await w.bid(world, bidder, place))
    const trust = await loadTrust(world.visitor)
    const receipt = async () => fetchReceipt(bidders[0]!.http, trust, handed[0]!.received.bidId)
    await receipt()
    await stampCheckpoint(world.deps.db, asker(), 0)
    const { zip } = await receipt()
    const stamped = async (stampers: readonly Uint8Array[]) =>
      (await checkReceipt(zip, { ...trust, stampers })).checks.find(({ id }) => id === 'V-29')?.ok
    assert.deepEqual(
      [await stamped([tsa.der('ca')]), await stamped([]), await stamped(trust.trusted)],
      [true, null, false],
    )
    // Everything asked so far was over a checkpoint of the log: no bid, no receipt, no notice.
    const rows = await world.deps.db.selectFrom('log_timestamp').select('checkpoint').execute()
    const known = await Promise.all(rows.map(async ({ checkpoint }) => toHex(await checkpointImprint(checkpoint))))
    const asked = tsa.state.asked.map((query) => query.toString('hex'))
    assert.ok(asked.length > 0)
    assert.deepEqual(
      asked.filter((query) => !known.some((imprint) => query.includes(imprint))),
      [],
    )

    const { tender } = await world.verified(world.visitor, place.tenderId)
    await world.walk(new Date(tender.deadline))
    for (const [at, { http, signer }] of bidders.entries()) {
      const { manifestHash, keys } = handed[at]!.sealed
      const fresh = await loadTrust(http)
      const opening = await checkOpening(http, fresh, tender, place.lotId, { manifestHash })
      assert.ok(opening.ok)
      await releaseKeys(http, fresh, { opening, keys: { ...keys, manifestHash }, signer })
    }
    type Hall = { lots: { windowEndsAt: string }[] }
    const hall = await world.visitor.json<Hall>('GET', `/api/tenders/${place.tenderId}/opening`)
    await world.walk(new Date(hall.lots[0]!.windowEndsAt))
    for (const bidder of bidders.slice(0, 2)) await confirmRecord(bidder, place.lotId)
    const pdf = (await world.visitor.bytes(`/api/lots/${place.lotId}/opening-record.pdf`))!
    await judge({ name: 'opening-record', pdf, authorities: trust.trusted, signers: 3 }, 3)

    await test('the command says so too, offline', async () => {
      const ask = [...['--policy', 'policy.txt'], ...['--ca', 'ca.pem']]
      writeFileSync(join(folder, 'receipt.zip'), zip)
      const policy = (await world.visitor.bytes('/log/policy'))!
      writeFileSync(join(folder, 'policy.txt'), policy)
      type Ca = { authorities: { pem: string }[] }
      const { authorities } = await world.visitor.json<Ca>('GET', '/api/certificates/ca')
      writeFileSync(join(folder, 'ca.pem'), authorities.map(({ pem }) => pem).join(''))
      const files = ask.map((one) => (one.startsWith('--') ? one : join(folder, one)))
      assert.equal(await run([join(folder, 'receipt.zip'), ...files, '--tsa', tsa.caFile]), 0)
      assert.equal(await run([join(folder, 'receipt.zip'), ...files, '--tsa', join(folder, 'ca.pem')]), 1)
    })
  } finally {
    await world.close()
  }
})

const BIDS = [
  { name: '甲医疗器械有限公司', price: 350_000_000n, size: 'large' as const },
  { name: '乙康健设备有限公司', price: 340_000_000n, size: 'small' as const },
  { name: '丙影像技术有限公司', price: 345_000_000n, size: 'medium' as const },
]
const SUBJECT = [
  { name: 'CT主机', spec: 'XCT-128', quantity: '1台', unitPrice: '340000000', requirement: '整机质保三年' },
]

test('evaluation report: five members one after another; award letter: the seal, then the purchaser', async () => {
  const world = await evaluation.makeEvaluationWorld()
  try {
    const ask = asker()
    const { deps } = world
    const seal = await loadSeal(deps.keys.folder, '云城市公共资源交易中心', null)
    deps.stamp = (cms) => stampSignature(ask, cms)
    deps.seal = (pdf, reason, at, stamped) => seal.put(pdf, reason, at, stamped && deps.stamp)
    const staff = await evaluation.makeEvaluators(world)
    const lot = await evaluation.openTender(world, BIDS)
    const [a, b] = lot.bidders
    await evaluation.evaluate(world, lot, staff.members, (bidId, itemId) =>
      itemId === 's1' ? '45' : bidId === b!.bidId ? '18' : bidId === a!.bidId ? '17' : '10',
    )
    const authorities = (await trustedAuthorities(deps)(deps.db)).map(({ authority }) => authority.der)
    const { call, cast, must } = { ...world, ...evaluation }
    const report = must(await call(staff.chair, 'GET', lot.at('/report.pdf'))).body as Uint8Array
    await judge({ name: 'evaluation-report', pdf: report, authorities, signers: 5 }, 5)

    const at = `/lots/${lot.lotId}/award`
    must(await call(cast.clerk, 'POST', at, { bidId: b!.bidId }))
    const declaration = { smeDeclaration: { kind: 'qualification', index: 0 } }
    must(await call(cast.clerk, 'POST', `${at}/publication`, { subject: SUBJECT, ...declaration }))
    const letter = async () => must(await call(b!.actor, 'GET', `${at}/letter.pdf`)).body as Uint8Array
    await judge({ name: 'letter-sealed', pdf: await letter(), authorities, signers: 1 }, 1)
    const signature = await evaluation.paperSignature(world, cast.clerk, cast.purchaserSigner, `${at}/letter`)
    must(await call(cast.clerk, 'PUT', `${at}/letter/signature`, signature))
    await judge({ name: 'letter', pdf: await letter(), authorities, signers: 2 }, 2)
  } finally {
    await world.close()
  }
})
