import { handIn } from '../../api/client/bidder.testing.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import type { Platform } from '../../api/client/platform.testing.ts'
import { LOT } from '../../api/seal/actors.testing.ts'

/*
 * What a platform has its log hold after CLOSED beside what it tells: whoever reads every leaf sees the subject, told or not.
 * A second stage is refused however it comes, for no notice announces one.
 */
type Event = Parameters<Platform['add']>
type Untold = { what: string; events: Event[]; told: boolean; fails: string[] }

const stop = (verb: 'suspended' | 'resumed'): Event => [
  `tender.${verb}/1`,
  { n: 1, reason: '投诉处理' },
  { name: verb === 'suspended' ? 'SUSPENDED' : 'RESUMED', n: 1 },
]
const STAGE: Event = ['lot.staged/1', { lotId: LOT }, { name: 'STAGE' }]

export const UNTOLD: Untold[] = [
  { what: 'a second stage, told', events: [STAGE], told: true, fails: ['V-30', 'V-46'] },
  { what: 'a second stage, not told', events: [STAGE], told: false, fails: ['V-46'] },
  {
    what: 'a further notice, not told',
    events: [['notice.published/1', { n: 1 }, { name: 'NOTICE', n: 1 }]],
    told: false,
    fails: ['V-46'],
  },
  {
    what: 'NOT_OPENED, not told',
    events: [['lot.not-opened/1', { lotId: LOT }, { name: 'NOT_OPENED' }]],
    told: false,
    fails: ['V-46'],
  },
  { what: 'a suspension, not told', events: [stop('suspended')], told: false, fails: ['V-46'] },
  { what: 'a suspension that lasts, told', events: [stop('suspended')], told: true, fails: [] },
  { what: 'a suspension that was lifted, told', events: [stop('suspended'), stop('resumed')], told: true, fails: [] },
]

/** A closed tender of one bid whose log holds more. */
export const closeWithMore = async ({ events, told }: Untold) => {
  const { platform, http } = await handIn()
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  const { rows } = platform.log
  const known = rows.length
  for (const event of events) await platform.add(...event)
  await platform.tick(platform.state.now + 1000)
  if (!told) rows.splice(known)
  return { platform, http }
}
