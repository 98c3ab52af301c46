import { committees, counts } from './national-bidding.ts'
import { competition } from './national-competition.ts'
import { conduct } from './national-competition-conduct.ts'
import { nationalConduct } from './national-conduct.ts'
import { deposits } from './national-deposits.ts'
import { nationalPrices } from './national-prices.ts'
import { nationalRemedies } from './national-remedies.ts'
import { nationalTimetable } from './national-timetable.ts'
import { type Row, rowsOf } from './schema.ts'

const row = rowsOf('national', 'national')
const GP = { regime: 'GP' } as const
const TB = { regime: 'TB' } as const

const days: readonly Row[] = [
  row({
    id: 'DAY-1',
    title: { zh: '开始当日不计入', en: 'The first day does not count' },
    regulation: '民法典',
    article: '201',
    effectiveFrom: '2000-01-01',
    severity: 'info',
  }),
  row({
    id: 'DAY-1',
    ...GP,
    title: { zh: '开始当日不计入', en: 'The first day does not count' },
    regulation: '87号令',
    article: '85',
    severity: 'info',
  }),
  row({
    id: 'DAY-2',
    title: { zh: '末日为休假日的顺延', en: 'A last day on a holiday moves on' },
    regulation: '民法典',
    article: '203',
    effectiveFrom: '2000-01-01',
    severity: 'info',
    confidence: 'K',
  }),
  row({
    id: 'DAY-3',
    title: { zh: '日为日历日，工作日依国务院安排', en: 'Days are calendar days; working days by the State Council' },
    regulation: '民法典',
    article: '200',
    effectiveFrom: '2000-01-01',
    severity: 'info',
    confidence: 'K',
  }),
  row({
    id: 'DAY-5',
    title: { zh: '至少N日前', en: 'At least N days before' },
    regulation: '87号令',
    article: '27',
    effectiveFrom: '2000-01-01',
    severity: 'info',
  }),
]

const intentions: readonly Row[] = [
  row({
    id: 'INT-4',
    ...GP,
    title: { zh: '采购意向的内容', en: 'Contents of an intention' },
    regulation: '10号',
    article: '三',
    confidence: 'S2',
  }),
  row({
    id: 'INT-6',
    ...GP,
    title: { zh: '不得晚于采购活动开始前30日公开', en: 'At least 30 days before the procurement starts' },
    regulation: '10号',
    article: '四',
    severity: 'warn',
    confidence: 'S2',
    params: { days: 30 },
  }),
  row({
    id: 'INT-9',
    ...GP,
    title: { zh: '公告应关联满30日的采购意向', en: 'A notice follows an intention of 30 days' },
    regulation: '10号',
    article: '四',
    severity: 'warn',
    confidence: 'D',
    params: { days: 30 },
  }),
  row({
    id: 'INT-10',
    ...GP,
    title: { zh: '公告与意向的差异', en: 'Differences from the intention' },
    regulation: '10号',
    article: '三',
    severity: 'info',
    confidence: 'D',
    params: { budgetChange: '0' },
  }),
]

const bounds: readonly Row[] = [
  row({
    id: 'MET-0',
    ...GP,
    title: { zh: '政府采购方式', en: 'Methods of government procurement' },
    regulation: '政采法',
    article: '26',
  }),
  row({
    id: 'MET-0',
    ...TB,
    title: { zh: '招标分为公开招标和邀请招标', en: 'Tenders are open or invited' },
    regulation: '招投法',
    article: '10',
  }),
  row({
    id: 'OPN-1',
    ...GP,
    title: { zh: '截止时间同一时间开标', en: 'Opening at the deadline' },
    regulation: '87号令',
    article: '39',
  }),
  row({
    id: 'OPN-1',
    ...TB,
    title: { zh: '截止时间同一时间开标', en: 'Opening at the deadline' },
    regulation: '招投法',
    article: '34',
  }),
  row({
    id: 'BND-1',
    ...GP,
    title: { zh: '最高限价不得超过预算', en: 'Ceiling within the budget' },
    regulation: '87号令',
    article: '12',
    params: { ceilingAboveBudget: false, aboveCeiling: 'invalid' },
  }),
  row({
    id: 'BND-1',
    ...TB,
    title: { zh: '最高投标限价', en: 'Ceiling price' },
    regulation: '招投条例',
    article: '27',
    params: { ceilingAboveBudget: false, aboveCeiling: 'invalid' },
  }),
  row({
    id: 'BND-2',
    ...GP,
    title: { zh: '不得设定最低限价', en: 'No floor price' },
    regulation: '87号令',
    article: '12',
    params: { floorAllowed: false, belowFloor: 'invalid' },
  }),
  row({
    id: 'BND-2',
    ...TB,
    title: { zh: '不得规定最低投标限价', en: 'No floor price' },
    regulation: '招投条例',
    article: '27',
    params: { floorAllowed: false, belowFloor: 'invalid' },
  }),
]

const others: readonly Row[] = [
  row({
    id: 'LAND-9',
    title: { zh: '按加价幅度报价', en: 'Bids move by the increment' },
    regulation: '土地39号令',
    article: '18',
    confidence: 'K',
  }),
  row({
    id: 'LAND-10',
    title: { zh: '限时竞价', en: 'Timed bidding' },
    regulation: '土地39号令',
    article: '19',
    confidence: 'D',
  }),
  row({
    id: 'CAP-1',
    title: { zh: '中文大写金额', en: 'Amounts in capitals' },
    regulation: '支付结算办法',
    article: '',
    severity: 'info',
    confidence: 'K',
  }),
  row({
    id: 'USCC-1',
    title: { zh: '统一社会信用代码', en: 'Unified social credit identifier' },
    regulation: 'GB32100',
    article: '',
    confidence: 'K',
  }),
]

export const national: readonly Row[] = [
  ...days,
  ...intentions,
  ...nationalTimetable,
  ...nationalRemedies,
  ...bounds,
  ...counts,
  ...committees,
  ...deposits,
  ...nationalPrices,
  ...competition,
  ...conduct,
  ...nationalConduct,
  ...others,
]
