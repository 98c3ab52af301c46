import { type Row, rowsOf } from './schema.ts'

const row = rowsOf('replay/jp', 'none')
const replay = { regulation: '重放规则', article: '', confidence: 'D' } as const
const single = { zh: '一家即可', en: 'One bidder is enough' }

/**
 * Recorded Japanese municipal auctions know one bidder, an open ceiling and a floor under which a bid is rejected. Chinese law
 * knows neither of the first and last; these rows let the same code hold such an auction, and a real tender never names the set.
 */
export const replayJp: readonly Row[] = [
  row({ id: 'CNT-1', ...replay, title: single, params: { minimum: 1 } }),
  row({ id: 'CNT-2', ...replay, title: single, params: { minimum: 1 } }),
  row({ id: 'CNT-3', ...replay, title: single, params: { minimum: 1 } }),
  row({ id: 'SB-20', ...replay, title: single, params: { minimum: 1 } }),
  row({ id: 'TB-14', ...replay, title: single, params: { minimum: 1 } }),
  row({
    id: 'COM-1',
    ...replay,
    title: { zh: '一人开标即可', en: 'One official is enough: only the price decides' },
    params: { size: 1, aboveThreshold: 1, experts: { numerator: 2, denominator: 3 } },
  }),
  row({ id: 'COM-2', ...replay, title: single, params: { size: 1, budget: '10000000' } }),
  row({
    id: 'BND-1',
    ...replay,
    title: { zh: '高于最高限价无效', en: 'Above the ceiling: rejected' },
    params: { ceilingAboveBudget: false, aboveCeiling: 'invalid' },
  }),
  row({
    id: 'BND-2',
    ...replay,
    title: { zh: '低于最低限价无效', en: 'Under the floor: rejected' },
    params: { floorAllowed: true, belowFloor: 'invalid' },
  }),
]
