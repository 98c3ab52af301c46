import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { secondVerifier } from '../../e2e/second-verifier/answers.ts'
import { listen } from '../../e2e/second-verifier/played.ts'
import * as w from '../bids/world.testing.ts'
import { readBundle, verifyBundle } from '../client/bundle.ts'
import { checkOpening } from '../client/opening.ts'
import { releaseKeys } from '../client/release.ts'
import { verifyTender } from '../client/tender.ts'
import { loadTrust } from '../client/trust.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { fromBase64url, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { type TestProbe, testProbe } from '../probes/probe.testing.ts'
import { nameProbes } from '../probes/service.ts'
import { verifyAttempt } from '../seal/attempt.ts'
import { certSha256 } from '../seal/certificate.ts'
import type { Notice } from '../seal/notice.ts'
import type { OpeningRecord } from '../seal/opening-record.ts'
import { LEAST_MOVE, MOST_SILENCE } from '../seal/outage.ts'
import { formatProbes, MINUTE } from '../seal/probe.ts'
import { TOLD_AFTER } from './rules.ts'

/*
 * The outage rule on a whole platform: a red last minute holds CLOSED back and moves the deadline, a green one closes, one
 * probe is no quorum, silence is waited for and not for ever; an outage in a window begins it anew.
 */
let world: w.BiddingWorld
let probes: TestProbe[]
let red: w.Place
let green: w.Place
let silent: w.Place
let older: w.Place
const sealed = new Map<string, w.Sealed>()
const supplier = (at: number) => world.city.suppliers[at]!

const handIn = async (place: w.Place, at: number) =>
  sealed.set(`${place.lotId}/${at}`, (await w.bid(world, supplier(at), place)).sealed)

type Hall = {
  deadline: string
  status: string
  heldSince: string | null
  outages: { phase: string; from: string; to: string; declaredAt: string }[]
  lots: { status: string; windowEndsAt: string; fallbackEndsAt: string }[]
}
const hallOf = (place: w.Place) => world.visitor.json<Hall>('GET', `/api/tenders/${place.tenderId}/opening`)
const deadlineOf = async (place: w.Place): Promise<number> => Date.parse((await hallOf(place)).deadline)
const statusOf = async (place: w.Place) => (await hallOf(place)).status
const walk = (instant: number) => world.walk(new Date(instant))

/** Both probes say the same of some minutes, and what becomes due is done. */
const tell = async (first: number, words: string, who: readonly TestProbe[] = probes) => {
  for (const probe of who) await probe.tell(first, words)
  await world.settle()
}

const DAY = 86_400_000
const listOf = (all: readonly TestProbe[]) => formatProbes({ probes: all.map(({ key }) => key), quorum: 2 })
const bids = async (place: w.Place) => {
  for (const at of [0, 1, 2]) await handIn(place, at)
}

before(async () => {
  world = await w.biddingWorld()
  probes = await Promise.all(['university', 'press'].map((name) => testProbe(world, name)))
  older = await world.publish('云城市第一人民医院监护仪采购项目')
  await nameProbes(world.deps)(listOf(probes))
  green = await world.publish('云城市第一人民医院核磁采购项目')
  for (const place of [older, green]) await bids(place)
  // Days apart, so that no deadline is another's.
  await walk((await world.now()).getTime() + 4 * DAY)
  silent = await world.publish('云城市第一人民医院超声采购项目')
  await walk((await world.now()).getTime() + 4 * DAY)
  red = await world.publish('云城市第一人民医院CT采购项目')
  for (const place of [silent, red]) await bids(place)
})
after(() => world.close())

test('only named probes are heard, in order, about minutes that are over, with a signature that holds', async () => {
  const [first] = probes
  const now = Math.floor((await world.now()).getTime() / MINUTE) * MINUTE
  const stranger = await testProbe(world, 'stranger')
  const impostor = await testProbe(world, 'university')
  await w.refused(stranger.tell(now - MINUTE, 'u'), 403, 'probe-unknown')
  await w.refused(impostor.tell(now - MINUTE, 'u'), 422, 'probe-invalid')
  // The next one: this one may be over, but for the seconds by which clocks may differ.
  await w.refused(first!.tell(now + MINUTE, 'u'), 422, 'probe-minute-not-over')
  await w.refused(first!.tell(now - 49 * 60 * MINUTE, 'u'), 422, 'probe-minute-too-old')
  await w.refused(first!.tell(now - MINUTE, 'u', { origin: 'another/log' }), 422, 'probe-invalid')
  assert.deepEqual(await first!.tell(now - 3 * MINUTE, 'ud'), { taken: 2 })
  assert.deepEqual(await first!.tell(now - 3 * MINUTE, 'ud'), { taken: 0 }, 'a delivery whose answer was lost')
  await w.refused(first!.tell(now - 3 * MINUTE, 'd'), 409, 'probe-minute-out-of-order')
  const events = await world.deps.db
    .selectFrom('log_event')
    .selectAll()
    .where('type', '=', 'probe.reported/1')
    .execute()
  assert.equal(events.length, 2, 'the first word, and the change')
  await assert.rejects(world.deps.db.deleteFrom('probe_statement').execute(), /append-only/)
})

test('a tender that was published before any probe was named closes as ever', async () => {
  await walk(await deadlineOf(older))
  assert.equal(await statusOf(older), 'closed')
})

test('green closes; before the probes were heard it waits, and an ordinary wait is not told', async () => {
  const deadline = await deadlineOf(green)
  assert.equal(await statusOf(green), 'published')
  const { heldSince } = await hallOf(green)
  assert.ok(heldSince)
  await tell(deadline - 2 * MINUTE, 'ud', [probes[0]!])
  assert.equal(await statusOf(green), 'published', 'the other may call it down, too')
  await tell(deadline - 2 * MINUTE, 'uu', [probes[1]!])
  assert.equal(await statusOf(green), 'closed', 'one of two probes is no quorum')
  // However slow this machine is: what is told has lasted so long.
  const told = await w.eventsOf(world, 'closing.held/1', green.tenderId)
  const ordinary = told.filter(({ at }) => at.getTime() < Date.parse(heldSince) + TOLD_AFTER)
  assert.deepEqual(ordinary, [])
})

const verdicts = async (place: w.Place, handed: Awaited<ReturnType<TestProbe['signed']>> = []) => {
  await world.flush()
  const trust = await loadTrust(world.visitor)
  const checks = await verifyTenderPublic(world.visitor, trust, place.tenderId, { handed })
  return {
    wrong: checks.filter(({ ok }) => ok === false).map(({ id, detail }) => `${id} ${detail}`),
    of: (id: string) => checks.find((one) => one.id === id)?.ok,
  }
}

test('silence is waited for, told in the log, and not for ever', async () => {
  const deadline = await deadlineOf(silent)
  await walk(deadline + MOST_SILENCE - MINUTE)
  assert.equal(await statusOf(silent), 'published')
  const [held, ...more] = await w.eventsOf(world, 'closing.held/1', silent.tenderId)
  assert.deepEqual([held?.data.why, held?.scope, more], ['silent', 'public', []])
  await walk(deadline + MOST_SILENCE + MINUTE)
  assert.equal(await statusOf(silent), 'closed')
  const { wrong, of } = await verdicts(silent)
  assert.deepEqual([wrong, of('V-93'), of('V-49')], [[], true, true])
})

test('an outage over the deadline holds CLOSED back, and moves the deadline when it is over; bids come in again', async () => {
  const deadline = await deadlineOf(red)
  await walk(deadline)
  const late = await w.refused(w.bid(world, supplier(3), red), 409, 'bid-after-deadline')
  // Who came in vain has the log's word of when and why; nobody else can see that anybody came.
  const { statement, signature } = late.attempt as { statement: string; signature: string }
  const signed = { bytes: fromBase64url(statement), signature: fromBase64url(signature) }
  const { policy } = await loadTrust(world.visitor)
  const verdict = await verifyAttempt(signed, policy.log)
  assert.ok(verdict.ok)
  const { organisation, path, code, clock, at: tried } = verdict.attempt
  assert.deepEqual([organisation, path, code, clock], [supplier(3).organisationId, '/api/bids', late.code, 'platform'])
  assert.ok(tried >= deadline && tried < deadline + MINUTE)
  assert.equal((await verifyAttempt({ ...signed, bytes: signed.bytes.slice(1) }, policy.log)).ok, false)
  const nobody = await w.refused(world.visitor.json('POST', '/api/bids', {}), 401, 'sign-in-needed')
  assert.equal(nobody.attempt, undefined)
  // During the outage nothing could be delivered: it comes late, and all at once.
  await walk(deadline + 10 * MINUTE)
  assert.equal(await statusOf(red), 'published')
  await tell(deadline - 3 * MINUTE, 'uddddddd')
  assert.equal(await statusOf(red), 'published')
  assert.equal(await deadlineOf(red), deadline, 'it is not over')
  await walk(deadline + 11 * MINUTE)
  const before = (await world.now()).getTime()
  await tell(deadline + 5 * MINUTE, 'duuuuu')
  const moved = await deadlineOf(red)
  const after = (await world.now()).getTime()
  assert.ok(moved >= before + LEAST_MOVE && moved <= after + LEAST_MOVE + MINUTE, new Date(moved).toISOString())
  assert.partialDeepStrictEqual((await hallOf(red)).outages, [
    {
      phase: 'deadline',
      from: new Date(deadline - 2 * MINUTE).toISOString(),
      to: new Date(deadline + 6 * MINUTE).toISOString(),
    },
  ])
  await world.flush()
  await handIn(red, 3)
  await walk(moved)
  await tell(moved - 2 * MINUTE, 'uu')
  assert.equal(await statusOf(red), 'closed')
  const { wrong, of } = await verdicts(red)
  assert.deepEqual([wrong, of('V-91'), of('V-93'), of('V-94')], [[], true, true, true])
})

test('a first notice names the probes by the hash of their list, and the platform’s seal; what moves its deadline repeats both', async () => {
  const notice = (place: w.Place, n: number) =>
    world.visitor.json<Notice>('GET', `/api/tenders/${place.tenderId}/notices/${n}`)
  const list = toBase64url(await sha256(utf8(listOf(probes))))
  const [before, first, moved] = await Promise.all([notice(older, 0), notice(red, 0), notice(red, 1)])
  assert.deepEqual([before.probesSha256, first.probesSha256, moved.probesSha256], [null, list, list])
  assert.deepEqual([moved.n, moved.seal], [1, first.seal])
  assert.equal(first.seal?.certSha256, await certSha256(world.deps.sealCertificate))
})

const open = async (place: w.Place, at: number) => {
  const { http, signer } = supplier(at)
  await world.flush()
  const trust = await loadTrust(http)
  const tender = await verifyTender(http, trust, place.tenderId, { asOf: 'signed' })
  const { keys, manifestHash } = sealed.get(`${place.lotId}/${at}`)!
  const opening = await checkOpening(http, trust, tender, place.lotId, { manifestHash })
  assert.ok(opening.ok, JSON.stringify(opening.checks.filter(({ ok }) => ok === false)))
  return releaseKeys(http, trust, { opening, keys, signer })
}
const lotOf = async (place: w.Place) => (await hallOf(place)).lots[0]!

test('an outage in the bidders’ window begins it anew, for trustees’ clients too', async () => {
  const before = await lotOf(red)
  const start = Math.ceil((await world.now()).getTime() / MINUTE) * MINUTE
  await walk(start + 10 * MINUTE)
  await tell(start, 'uuddduuu', [probes[0]!])
  assert.equal((await lotOf(red)).windowEndsAt, before.windowEndsAt, 'one of two probes is no quorum')
  await tell(start, 'uuddduuu', [probes[1]!])
  const after = await lotOf(red)
  const now = (await world.now()).getTime()
  const length = Date.parse(before.windowEndsAt) - start
  assert.ok(Date.parse(after.windowEndsAt) > Date.parse(before.windowEndsAt))
  assert.ok(Math.abs(Date.parse(after.windowEndsAt) - now - length) < 2 * MINUTE)
  for (const at of [0, 1]) await open(red, at)
  const [event] = await w.eventsOf(world, 'outage.declared/1', red.tenderId)
  assert.equal(event?.data.n, 1)
})

const supervise = (place: w.Place, act: 'suspend' | 'resume') =>
  world.city.supervisor.http.json('POST', `/api/tenders/${place.tenderId}/${act}`, { reason: '收到投诉，暂停核查' })

test('an outage while the tender is suspended cut no window short: nothing begins anew, and it counts for none of the three', async () => {
  await supervise(red, 'suspend')
  const start = Math.ceil((await world.now()).getTime() / MINUTE) * MINUTE
  await walk(start + 10 * MINUTE)
  await tell(start, 'uuddduuuu')
  await supervise(red, 'resume')
  await world.settle()
  assert.equal((await w.eventsOf(world, 'outage.declared/1', red.tenderId)).length, 1)
})

test('20号令 31: who could not send a key for an outage is not blamed, and the deposit goes back', async () => {
  const { windowEndsAt } = await lotOf(red)
  const end = Math.floor(Date.parse(windowEndsAt) / MINUTE) * MINUTE
  await walk(end + 3 * MINUTE)
  // Over the end of the bidders' window: it is the trustees' that begins anew.
  await tell(end - 5 * MINUTE, 'uddddddu')
  const { fallbackEndsAt, windowEndsAt: same } = await lotOf(red)
  assert.equal(same, windowEndsAt)
  await walk(Date.parse(fallbackEndsAt) + MINUTE)
  // The decision, too, waits for the probes.
  assert.equal(await statusOf(red), 'closed')
  await tell(Math.floor(Date.parse(fallbackEndsAt) / MINUTE) * MINUTE - 2 * MINUTE, 'uu')
  assert.notEqual(await statusOf(red), 'closed')
  const record = await world.visitor.json<OpeningRecord>('GET', `/api/lots/${red.lotId}/opening-record`)
  const failed = record.bids.filter(({ how }) => how === 'failed')
  assert.deepEqual(
    failed.map(({ decision, treatedAs }) => [decision.row, decision.cause, treatedAs]),
    Array(2).fill(['platform-down', 'platform', 'withdrawn']),
  )
  const { wrong, of } = await verdicts(red)
  assert.deepEqual([wrong, of('V-92'), of('V-59'), of('V-80')], [[], true, true, true])
})

test('a verifier that shares no code judges probes and outages alike, and counts CLOSED from where it was held', async () => {
  const { origin, close } = await listen(world.fetch)
  try {
    for (const place of [red, silent]) {
      const { failed, output } = await secondVerifier(origin, place.tenderId)
      assert.deepEqual(failed, [], output)
      const numbers = place === red ? ['V-49', 'V-59', 'V-80', 'V-91', 'V-92', 'V-93', 'V-94'] : ['V-93', 'V-94']
      for (const number of numbers) assert.match(output, new RegExp(`^${number} ok`, 'm'))
    }
  } finally {
    close()
  }
})

test('an evidence bundle holds the probe log, and verifies offline', async () => {
  const response = await world.fetch(`http://127.0.0.1:3000/api/tenders/${red.tenderId}/evidence.zip`)
  const bundle = await readBundle(new Blob([await response.arrayBuffer()]))
  assert.ok(bundle?.index.files.some(({ path }) => path.endsWith('/probe-log')))
  const checks = await verifyBundle(bundle!, {})
  assert.deepEqual(
    checks.filter(({ id, ok }) => ok === false || (ok === null && /^V-9[1-4]/.test(id))),
    [],
  )
})
