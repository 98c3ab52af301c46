import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { DEMO_PIN, type DemoPerson, enterOrganisation, joinOrganisation } from '../cli/demo/people.ts'
import { draftTender, nameTrustees, publishTender, signTrusteeSet } from '../cli/demo/tender.ts'
import { run } from '../cli/trustee.ts'
import { answerFile, dataFile, type Errand, handIn, handOver } from '../client/offline.ts'
import { checkOpening } from '../client/opening.ts'
import { signKeys } from '../client/release.ts'
import { loadTrust } from '../client/trust.ts'
import { postShares, readTrustees } from '../client/trustee.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { usccCheckDigit } from '../law/uscc.ts'
import { fromBase64url, fromUtf8, toBase64url, utf8 } from '../log/bytes.ts'
import type { OpeningRecord } from '../seal/opening-record.ts'
import { shareReleaseSchema, signRelease } from '../seal/release.ts'

/*
 * 3 of 5 with the offline tool alone: each trustee's files go to its laptop and back, in folders of this test. Bids are
 * sealed in earnest, their bidders stay away, three trustees open them; one lies, one is absent.
 */
let world: w.BiddingWorld
let folder: string
let keepers: DemoPerson[]
let place: w.Place
/** Of the three usual trustees. */
let other: w.Place
const handed: w.Sealed[] = []
const PRICES = [721_000_013n, 698_000_017n, 755_000_019n]

const fileOf = (name: string): string => join(folder, name)
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(fileOf(name)))

/** Down to the laptop: a data file; on it: the tool without any network; gives what it wrote, by ending. */
const onLaptop = async (i: number, errand: Errand, more: string[] = []): Promise<{ code: number; made: string[] }> => {
  const keeper = keepers[i - 1]!
  writeFileSync(fileOf(`data-${i}-${errand.purpose}.json`), await dataFile(keeper.http, errand))
  return tool(i, errand.purpose, more)
}
const tool = async (i: number, purpose: string, more: string[] = []): Promise<{ code: number; made: string[] }> => {
  const before = new Set(readdirSync(folder))
  const files = [
    '--data',
    fileOf(`data-${i}-${purpose}.json`),
    '--p12',
    fileOf(`keeper${i}.p12`),
    '--pin',
    fileOf('pin'),
  ]
  const code = await run([purpose, ...files, '--out', folder, ...more])
  return { code, made: readdirSync(folder).filter((name) => !before.has(name)) }
}

before(async () => {
  world = await w.biddingWorld()
  folder = mkdtempSync(join(tmpdir(), 'sunlit-keepers-'))
  writeFileSync(fileOf('pin'), `${DEMO_PIN}\n`)
  const stage = { ...world.stage, folder }
  const uscc = (no: number) => `12990000MA${no}`.padEnd(17, '0')
  const entered = async (no: number, name: string, kind: string) => {
    const facts = { uscc: uscc(no) + usccCheckDigit(uscc(no)), name, kinds: [kind] }
    return { ...facts, id: await enterOrganisation(world.city.admin, facts) }
  }
  const { purchaser } = world.city
  const hospital = { id: purchaser.organisationId, name: purchaser.organisation, uscc: '' }
  const bodies = [hospital]
  for (const [at, name] of ['河东公证处', '河东大学', '河东律师协会'].entries())
    bodies.push(await entered(201 + at, name, 'trustee-body'))
  bodies.push(await entered(205, '河东财政局', 'supervisor'))
  keepers = []
  for (const [at, body] of bodies.entries()) {
    const login = `keeper${at + 1}`
    const person = { name: login, email: `${login}@sunlit.example`, role: 'trustee' as const }
    keepers.push(await joinOrganisation(stage, world.city.admin, body, person))
  }
})
after(async () => {
  await world.close()
  rmSync(folder, { recursive: true })
})

test('3 of 5: keys and drills by the offline tool, carried over as files, each for its own seat only', async () => {
  const purchase = {
    title: '云城市第一人民医院直线加速器采购项目',
    budget: 800_000_000n,
    ceiling: 780_000_000n,
    deposit: 0n,
  }
  const paper = utf8('%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n')
  const draft = await draftTender(world.city, purchase, null, paper)
  const { tenderId } = draft
  await nameTrustees({ purchaser: world.city.purchaser, trustees: keepers }, tenderId)
  for (const i of [1, 2, 3, 4, 5]) {
    const { code, made } = await onLaptop(i, { purpose: 'key', tenderId, i })
    assert.deepEqual([code, made.length], [0, 2])
    const answer = made.find((name) => name.endsWith('.sunlit-key.json'))!
    const other = { purpose: 'key', tenderId, i: (i % 5) + 1 } as const
    await assert.rejects(handIn(keepers[i - 1]!.http, bytesOf(answer), other), { code: 'answer-elsewhere' })
    await handIn(keepers[i - 1]!.http, bytesOf(answer), { purpose: 'key', tenderId, i })
    // A second key would leave the first one's recovery file behind: the tool stops.
    assert.equal((await tool(i, 'key')).code, 1)
    assert.equal((await tool(i, 'drill')).code, 2)
  }
  for (const i of [1, 2, 3, 4, 5]) {
    const { code, made } = await onLaptop(i, { purpose: 'drill', tenderId, i })
    assert.deepEqual([code, made.length], [0, 1])
    await handIn(keepers[i - 1]!.http, bytesOf(made[0]!), { purpose: 'drill', tenderId, i })
    // Its nonce is good once.
    const again = handIn(keepers[i - 1]!.http, bytesOf(made[0]!), { purpose: 'drill', tenderId, i })
    await w.refused(again, 409, 'drill-nonce-missing')
  }
  const stated = await readTrustees(keepers[0]!.http, tenderId)
  const clients = stated.seats.map(({ statement }) => JSON.parse(fromUtf8(fromBase64url(statement!))).client)
  assert.deepEqual([stated.terms?.k, clients], [3, Array(5).fill('offline')])
  await signTrusteeSet(world.city, tenderId)
  await publishTender(world.city, draft)
  await world.deps.log.flush()
  place = draft
  other = await world.publish('云城市第一人民医院回旋加速器采购项目')
})

/** What a trustee's home says is to be done. */
const next = async (i: number): Promise<string | undefined> => {
  type Seats = { items: { tenderId: string; next: string }[] }
  const { items } = await keepers[i - 1]!.http.json<Seats>('GET', '/api/my/trustee-seats')
  return items.find((one) => one.tenderId === place.tenderId)?.next
}

test('a day before the opening whoever has not drilled again is told of, once, and a drill settles it', async () => {
  const { tenderId } = place
  const { tender } = await world.verified(world.visitor, tenderId)
  const from = tender.deadline - 86_400_000
  const told = () => w.eventsOf(world, 'trustees.drill-missing/1', tenderId)
  const view = () => world.visitor.json<{ alarm: number[] }>('GET', `/api/tenders/${tenderId}/trustees`)
  await world.walk(new Date(from - 1000))
  assert.deepEqual([(await told()).length, (await view()).alarm], [0, []])
  await world.walk(new Date(from + 60_000))
  const [event, ...more] = await told()
  assert.deepEqual([event?.data.seats.map(({ i }: { i: number }) => i), more.length], [[1, 2, 3, 4, 5], 0])
  assert.deepEqual((await view()).alarm, [1, 2, 3, 4, 5])
  const errand = { purpose: 'drill', tenderId, i: 1 } as const
  rmSync(fileOf(`${tenderId.slice(0, 8)}-1.sunlit-drill.json`))
  const { made } = await onLaptop(1, errand)
  await handIn(keepers[0]!.http, bytesOf(made[0]!), errand)
  assert.deepEqual((await view()).alarm, [2, 3, 4, 5])
  assert.deepEqual([await next(1), await next(2)], ['wait', 'drill'])
  await world.settle()
  assert.equal((await told()).length, 1)
})

type Hall = { lots: { windowEndsAt: string; fallbackEndsAt: string; closedIndex: number }[] }
const lotNow = async () => (await world.visitor.json<Hall>('GET', `/api/tenders/${place.tenderId}/opening`)).lots[0]!

test('the offline tool signs no share before the bidders’ window is over, and over an empty data file none at all', async () => {
  for (const at of [0, 1, 2]) {
    await w.bid(world, world.city.suppliers[at]!, place, { price: PRICES[at]! })
    handed.push((await w.bid(world, world.city.suppliers[at]!, other, { price: PRICES[at]! })).sealed)
  }
  const { tender } = await world.verified(world.visitor, place.tenderId)
  await world.walk(new Date(tender.deadline))
  await world.flush()
  const { tenderId, lotId } = place
  const errand = { purpose: 'release', tenderId, i: 1, lotId } as const
  await assert.rejects(dataFile(keepers[0]!.http, errand), { code: 'share-too-early' })
  const bare = { v: 'sunlit/v1', type: 'trustee-data', ...errand, origin: 'http://127.0.0.1:3000', answers: [] }
  writeFileSync(fileOf('data-1-release.json'), JSON.stringify(bare))
  assert.deepEqual(await tool(1, 'release'), { code: 1, made: [] })
})

test('a release file handed to a trustee or the supervisor counts as the bidder’s own, and to nobody else', async () => {
  const [bidder] = world.city.suppliers
  const { trust, tender } = await world.verified(bidder!.http, other.tenderId)
  const { keys, manifestHash } = handed[0]!
  const opening = await checkOpening(bidder!.http, trust, tender, other.lotId, { manifestHash })
  const { file, releases } = await signKeys(trust, { opening, keys, signer: bidder!.signer })
  await w.refused(handOver(world.city.purchaser.http, file, other.lotId), 403, 'role-not-allowed')
  await w.refused(handOver(keepers[1]!.http, file, other.lotId), 404, 'not-a-trustee')
  await assert.rejects(handOver(world.city.supervisor.http, file, place.lotId), { code: 'answer-elsewhere' })
  const hall = () => world.visitor.json<{ lots: { opened: number }[] }>('GET', `/api/tenders/${other.tenderId}/opening`)
  const path = `/api/lots/${other.lotId}/handed-releases`
  await world.city.supervisor.http.json('POST', path, { releases: releases.slice(0, 2) })
  assert.equal((await hall()).lots[0]?.opened, 0)
  await handOver(world.city.trustees[1].http, file, other.lotId)
  assert.equal((await hall()).lots[0]?.opened, 1)
})

test('three true shares open what no bidder opened; the false one and the absence are told by name', async () => {
  const { tenderId, lotId } = place
  const lot = await lotNow()
  await world.walk(new Date(lot.windowEndsAt))
  await world.flush()
  const released: Record<number, Uint8Array> = {}
  for (const i of [1, 2, 3, 4]) {
    const { code, made } = await onLaptop(i, { purpose: 'release', tenderId, i, lotId })
    assert.deepEqual([code, made.length], [0, 1], `seat ${i}`)
    released[i] = bytesOf(made[0]!)
  }
  // Seat 2 signs another seat's share as its own.
  type File = { releases: { statement: string; cms: string }[] }
  const theirs = JSON.parse(fromUtf8(released[3]!)) as File
  const taken = shareReleaseSchema.parse(JSON.parse(fromUtf8(fromBase64url(theirs.releases[0]!.statement))))
  const where = { ...taken, manifestHash: fromBase64url(taken.manifestHash) }
  const at = (await world.now()).getTime()
  const lie = await signRelease('share', where, fromBase64url(taken.value), keepers[1]!.signer, at)
  const posted = [{ statement: toBase64url(lie.bytes), cms: toBase64url(lie.cms) }]
  const problem = await w.refused(postShares(keepers[1]!.http, lotId, posted), 422, 'share-false')
  assert.deepEqual(problem.params, { trustee: 2, kinds: taken.kind })
  const foreign = handIn(keepers[1]!.http, released[3]!, { purpose: 'release', tenderId, i: 2, lotId })
  await w.refused(foreign, 403, 'certificate-foreign')
  const opened = async () =>
    (await world.deps.db.selectFrom('opened_envelope').select('bid_id').where('how', '=', 'trustees').execute()).length
  // One bid keeps a closed envelope, so that the fallback runs to its end: seat 4 hands over all but the last share.
  await handIn(keepers[0]!.http, released[1]!, { purpose: 'release', tenderId, i: 1, lotId })
  await handIn(keepers[2]!.http, released[3]!, { purpose: 'release', tenderId, i: 3, lotId })
  assert.equal(await opened(), 0, 'two of five open nothing')
  const fourth = JSON.parse(fromUtf8(released[4]!)) as File
  await postShares(keepers[3]!.http, lotId, fourth.releases.slice(0, -1))
  assert.equal(await opened(), 11)
  assert.equal(await next(5), 'open')
  await world.walk(new Date(lot.fallbackEndsAt))
  const record = await world.visitor.json<OpeningRecord>('GET', `/api/lots/${lotId}/opening-record`)
  const told = record.fallback.seats.map(({ answer, shares, falseShares }) => [answer, shares, falseShares])
  assert.deepEqual(told, [
    ['given', 12, 0],
    ['false', 0, 1],
    ['given', 12, 0],
    ['given', 11, 0],
    ['absent', 0, 0],
  ])
  assert.equal(record.fallback.seats[4]?.name, '河东财政局')
  assert.equal(await next(5), 'over')
  const rows = record.bids.map(({ decision, treatedAs }) => `${decision.row} ${treatedAs} ${decision.shares}`).sort()
  assert.deepEqual(rows, ['nothing-released revoked 11', 'opened-by-trustees valid 12', 'opened-by-trustees valid 12'])
  const absent = await w.eventsOf(world, 'trustee.absent/1', tenderId)
  assert.deepEqual(
    absent.map(({ data }) => [data.i, data.organisationId]),
    [[5, keepers[4]!.organisationId]],
  )
})

test('anybody verifies an opening by five trustees, and nothing of a tool’s files is believed elsewhere', async () => {
  await world.flush()
  const trust = await loadTrust(world.visitor)
  const checks = await verifyTenderPublic(world.visitor, trust, place.tenderId, { complete: true })
  assert.deepEqual(
    checks.filter((check) => check.ok === false),
    [],
  )
  const answer = answerFile({
    purpose: 'drill',
    tenderId: place.tenderId,
    i: 1,
    posted: { statement: 'AA', cms: 'AA' },
  })
  const errand = { purpose: 'key', tenderId: place.tenderId, i: 1 } as const
  await assert.rejects(handIn(keepers[0]!.http, answer, errand), { code: 'answer-elsewhere' })
  await assert.rejects(handIn(keepers[0]!.http, utf8('{}'), errand), { code: 'answer-malformed' })
})
