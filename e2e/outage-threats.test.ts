import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../api/bids/world.testing.ts'
import type { Http } from '../api/client/http.ts'
import { watchOnce } from '../api/client/monitor.ts'
import { loadTrust } from '../api/client/trust.ts'
import { verifyTenderPublic } from '../api/client/verify.ts'
import { fromUtf8 } from '../api/log/bytes.ts'
import { declareOutage, recordMoved } from '../api/openings/service/outages.ts'
import { type TestProbe, testProbe } from '../api/probes/probe.testing.ts'
import { nameProbes } from '../api/probes/service.ts'
import { encodeJson } from '../api/seal/json.ts'
import { MOST_SILENCE } from '../api/seal/outage.ts'
import { formatProbes, MINUTE, type SignedProbe } from '../api/seal/probe.ts'
import { prepareMovedDeadline, publishMovedDeadline } from '../api/tenders/service/outage.ts'
import { lockTender } from '../api/tenders/service/shared.ts'

/*
 * The outage rule against the operator, who holds the database, the log's key and the platform's own code: an outage that
 * no probe saw, one that it wishes not to have been, and probes of its own.
 */
let world: w.BiddingWorld
let probes: TestProbe[]
let claimed: w.Place
let hidden: w.Place

const DAY = 86_400_000
const walk = (instant: number) => world.walk(new Date(instant))
const deadlineOf = async ({ tenderId }: w.Place): Promise<number> =>
  Date.parse((await world.visitor.json<{ deadline: string }>('GET', `/api/tenders/${tenderId}/opening`)).deadline)
const statusOf = async ({ tenderId }: w.Place): Promise<string> =>
  (await world.visitor.json<{ status: string }>('GET', `/api/tenders/${tenderId}/opening`)).status

const faults = async (
  { tenderId }: w.Place,
  handed: readonly SignedProbe[] = [],
  http: Http = world.visitor,
): Promise<string[]> => {
  await world.flush()
  const checks = await verifyTenderPublic(http, await loadTrust(http), tenderId, { handed })
  return checks.filter(({ ok }) => ok === false).map(({ id }) => id)
}
/** The platform tells every word of its probes, and not who they are. */
const withoutLists = (): Http => ({
  ...world.visitor,
  bytes: async (path) => {
    const bytes = await world.visitor.bytes(path)
    if (!bytes || !path.endsWith('/probe-log')) return bytes
    return encodeJson({ ...JSON.parse(fromUtf8(bytes)), policies: [] })
  },
})
const listOf = (list: readonly TestProbe[]) => formatProbes({ probes: list.map(({ key }) => key), quorum: 2 })

before(async () => {
  world = await w.biddingWorld()
  probes = await Promise.all(['university', 'press'].map((name) => testProbe(world, name)))
  await nameProbes(world.deps)(listOf(probes))
  claimed = await world.publish('云城市第一人民医院CT采购项目')
  await walk((await world.now()).getTime() + 4 * DAY)
  hidden = await world.publish('云城市第一人民医院超声采购项目')
  for (const place of [claimed, hidden])
    for (const at of [0, 1, 2]) await w.bid(world, world.city.suppliers[at]!, place)
})
after(() => world.close())

test('operator claims an outage over a deadline that no probe saw: the notice it moves the deadline by is found', async () => {
  const deadline = await deadlineOf(claimed)
  await walk(deadline)
  const outage = { from: deadline - 5 * MINUTE, to: deadline + MINUTE }
  const { deps } = world
  const prepared = await prepareMovedDeadline(deps, claimed.tenderId, outage)
  await deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, claimed.tenderId, 'update')
    await publishMovedDeadline(deps, trx, prepared!)
    await recordMoved(trx, tender, prepared!.notice, outage)
  })
  assert.deepEqual(await faults(claimed), ['V-91'])
  const { alarms } = await watchOnce(world.visitor, {}, null)
  assert.deepEqual(
    alarms.map(({ id }) => id),
    ['V-91'],
    'who watches the log need not wait for the opening',
  )
  // Probes of its own, named when it needed them, say what it wishes: they do not count for this tender.
  const own = await Promise.all(['aide', 'friend'].map((name) => testProbe(world, name)))
  await nameProbes(deps)(listOf(own))
  await walk(deadline + 2 * MINUTE)
  for (const probe of own) await probe.tell(deadline - 5 * MINUTE, 'dddddd')
  assert.deepEqual(await faults(claimed), ['V-91'])
})

test('operator claims an outage in a window, to give a friend more time: no probe saw it', async () => {
  const deadline = await deadlineOf(claimed)
  await walk(deadline)
  for (const probe of probes) await probe.tell(deadline - 2 * MINUTE, 'uu')
  await world.platform.due.settle()
  assert.equal(await statusOf(claimed), 'closed')
  const at = Math.floor((await world.now()).getTime() / MINUTE) * MINUTE
  await world.deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, claimed.tenderId, 'update')
    await declareOutage(trx, tender, { from: at - MINUTE, to: at })
  })
  assert.deepEqual((await faults(claimed)).sort(), ['V-91', 'V-92'])
})

test('operator hides an outage and keeps the probes’ words out: whoever is handed them sees it', async () => {
  const deadline = await deadlineOf(hidden)
  // Its network takes nothing from them; silence is waited for, and then the list is closed.
  await walk(deadline + MOST_SILENCE + MINUTE)
  assert.equal(await statusOf(hidden), 'closed')
  assert.deepEqual(await faults(hidden), [])
  const both = (await Promise.all(probes.map((probe) => probe.signed(deadline - 2 * MINUTE, 'ddu')))).flat()
  assert.deepEqual(await faults(hidden, both), ['V-93'])
  const one = await probes[0]!.signed(deadline - 2 * MINUTE, 'ddu')
  assert.deepEqual(await faults(hidden, one), [], 'one probe alone cannot blame a platform')
  // Its list of probes dropped as well, nobody's word would count: the notice has named the list.
  assert.deepEqual(await faults(hidden, both, withoutLists()), ['V-94', 'V-93'])
  const forged = both.map(({ bytes, signature }) => ({ bytes, signature: signature.map((byte) => byte ^ 1) }))
  assert.deepEqual(await faults(hidden, forged), [])
})
