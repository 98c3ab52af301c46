/* What anybody verifies of an opened tender: online, and from its bundle without a platform. Test files only. */
import assert from 'node:assert/strict'
import type * as w from '../bids/world.testing.ts'
import { readBundle, verifyBundle } from '../client/bundle.ts'
import type { Check } from '../client/checks.ts'
import { watchOnce } from '../client/monitor.ts'
import { loadTrust } from '../client/trust.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { formatPolicy } from '../log/policy.ts'

/** What an audit of the whole log says: a bundle has no more of it than its tender. */
const OF_THE_LOG: ReadonlySet<string> = new Set(['V-46', 'V-90'])

const verdicts = (checks: readonly Check[]): string[] =>
  checks.filter(({ id }) => id >= 'V-10' && !OF_THE_LOG.has(id)).map(({ id, ok, lot }) => `${lot} ${id} ${ok}`)
const failures = (checks: readonly Check[]): Check[] => checks.filter(({ ok }) => ok === false)

/** Nothing is wrong online, and the bundle says of every check of the tender what the platform said. */
export const provesItself = async (world: w.BiddingWorld, tenderId: string): Promise<void> => {
  const trust = await loadTrust(world.visitor)
  const checks = await verifyTenderPublic(world.visitor, trust, tenderId, { complete: true })
  assert.deepEqual(failures(checks), [])
  const zip = await world.visitor.bytes(`/api/tenders/${tenderId}/evidence.zip?leaves=1`)
  const bundle = await readBundle(new Blob([zip!]))
  const pins = { policy: formatPolicy(trust.policy), authorities: trust.trusted }
  const offline = await verifyBundle(bundle!, pins, { complete: true })
  assert.deepEqual(failures(offline), [])
  assert.deepEqual(verdicts(offline), verdicts(checks))
}

/** A monitor sees nothing amiss, though the clock of this log was moved by weeks. */
export const isWatchable = async (world: w.BiddingWorld, tenders: number): Promise<void> => {
  const seen = await watchOnce(world.visitor, {}, null)
  const again = await watchOnce(world.visitor, {}, seen.state)
  assert.deepEqual([seen.alarms, again.alarms], [[], []])
  assert.equal(Object.keys(seen.state!.tenders).length, tenders)
}
