import { type Row, rowsOf } from './schema.ts'

const row = rowsOf('city', 'city')
const threshold = { zh: '公开招标数额标准', en: 'Open-tender threshold' }

/** What the city decides itself. The figures follow the national guidance until the city's own table is imported. */
export const city: readonly Row[] = [
  row({
    id: 'INT-7',
    regime: 'GP',
    title: { zh: '部门预算批复后60日内公开采购意向', en: 'Within 60 days of the budget approval' },
    regulation: '市实施方案',
    article: '28',
    severity: 'warn',
    params: { days: 60 },
  }),
  row({
    id: 'MET-1',
    regime: 'GP',
    object: ['goods', 'services'],
    title: threshold,
    regulation: '69号',
    article: '',
    confidence: 'k',
    params: { openTender: '2000000' },
  }),
  row({
    id: 'MET-1',
    regime: 'GP',
    object: ['works'],
    title: threshold,
    regulation: '69号',
    article: '',
    confidence: 'k',
    params: { openTender: '4000000' },
  }),
  row({
    id: 'DEP-14',
    title: { zh: '按信用等级减免保证金', en: 'Deposit reduction by credit grade' },
    regulation: '27号',
    article: '',
    severity: 'info',
    confidence: 'D',
    params: { reductions: { A: '1', B: '0.5', C: '0', D: '0' } },
  }),
]
