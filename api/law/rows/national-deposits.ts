import { calendarDays, type Row, rowsOf, workingDays } from './schema.ts'

const row = rowsOf('national', 'national')
const GP = { regime: 'GP' } as const
const TB = { regime: 'TB' } as const
const capTitle = { zh: '投标保证金上限', en: 'Cap of the bid deposit' }
const bondTitle = { zh: '履约保证金上限', en: 'Cap of the performance bond' }
const refundTitle = { zh: '保证金退还', en: 'Refund of the deposit' }

/** RULES §10, §2.6. */
export const deposits: readonly Row[] = [
  row({
    id: 'DEP-1',
    ...GP,
    title: capTitle,
    regulation: '政采条例',
    article: '33',
    params: { rate: '0.02', absolute: null },
  }),
  row({
    id: 'DEP-1',
    ...TB,
    title: capTitle,
    regulation: '招投条例',
    article: '26',
    params: { rate: '0.02', absolute: null },
  }),
  row({
    id: 'DEP-1',
    ...TB,
    object: ['works'],
    title: capTitle,
    regulation: '30号令',
    article: '37',
    confidence: 'K',
    params: { rate: '0.02', absolute: '800000' },
  }),
  row({
    id: 'DEP-1',
    ...TB,
    object: ['goods'],
    title: capTitle,
    regulation: '27号令',
    article: '27',
    confidence: 'K',
    params: { rate: '0.02', absolute: '800000' },
  }),
  row({
    id: 'DEP-1',
    ...TB,
    object: ['services'],
    title: capTitle,
    regulation: '勘察设计2号令',
    article: '24',
    confidence: 'K',
    params: { rate: '0.02', absolute: '100000' },
  }),
  row({ id: 'DEP-5', ...GP, title: refundTitle, regulation: '87号令', article: '38', params: workingDays(5) }),
  row({ id: 'DEP-6', ...GP, title: refundTitle, regulation: '87号令', article: '38', params: workingDays(5) }),
  row({ id: 'DEP-6', ...TB, title: refundTitle, regulation: '招投条例', article: '57', params: calendarDays(5) }),
  row({ id: 'DEP-7', ...GP, title: refundTitle, regulation: '87号令', article: '38', params: workingDays(5) }),
  row({ id: 'DEP-7', ...TB, title: refundTitle, regulation: '招投条例', article: '35', params: calendarDays(5) }),
  // RULES §10 has no row of its own for an end without award: 终止, 不得开标 and 废标 all end the procurement.
  row({
    id: 'DEP-15',
    ...GP,
    title: { zh: '采购活动终止后退还保证金', en: 'Refund after the procurement ended without award' },
    regulation: '87号令',
    article: '29',
    params: workingDays(5),
  }),
  // 招投条例 31 says "及时" and no number: the five days of its own article 35 are taken.
  row({
    id: 'DEP-15',
    ...TB,
    title: { zh: '终止招标后退还保证金', en: 'Refund after the tendering ended without award' },
    regulation: '招投条例',
    article: '31',
    confidence: 'D',
    params: calendarDays(5),
  }),
  row({
    id: 'DEP-8',
    ...GP,
    title: { zh: '逾期退还的资金占用费', en: 'Interest on a late refund' },
    regulation: '87号令',
    article: '38',
    params: { benchmark: '4.35', factor: '1.2', dayBasis: 365 },
  }),
  row({
    id: 'DEP-10',
    ...GP,
    title: bondTitle,
    regulation: '政采条例',
    article: '48',
    params: { rate: '0.10', absolute: null },
  }),
  row({
    id: 'DEP-10',
    ...TB,
    title: bondTitle,
    regulation: '招投条例',
    article: '58',
    params: { rate: '0.10', absolute: null },
  }),
  row({
    id: 'CON-3',
    ...GP,
    title: { zh: '补充合同上限', en: 'Cap of supplements' },
    regulation: '政采法',
    article: '49',
    params: { rate: '0.10', absolute: null },
  }),
]
