import { calendarDays, daysBefore, type Method, type Row, rowsOf, workingDays } from './schema.ts'

const row = rowsOf('national', 'national')
const tender: readonly Method[] = ['open', 'invited']
const GP = { regime: 'GP' } as const
const TB = { regime: 'TB' } as const

/** RULES §4 (质疑, 投诉) and §5.1 (the periods of the 招标投标法). */
export const nationalRemedies: readonly Row[] = [
  row({
    id: 'CH-3',
    ...GP,
    title: { zh: '对结果提出质疑', en: 'Challenge of the result' },
    regulation: '政采条例',
    article: '53',
    params: workingDays(7),
  }),
  row({
    id: 'CH-5',
    ...GP,
    title: { zh: '质疑答复', en: 'Reply to a challenge' },
    regulation: '94号令',
    article: '13',
    params: workingDays(7),
  }),
  row({
    id: 'CO-1',
    ...GP,
    title: { zh: '提起投诉', en: 'Complaint' },
    regulation: '94号令',
    article: '17',
    params: workingDays(15),
  }),
  row({
    id: 'CO-3',
    ...GP,
    title: { zh: '投诉审查', en: 'Review of a complaint' },
    regulation: '94号令',
    article: '21',
    params: workingDays(5),
  }),
  row({
    id: 'CO-4',
    ...GP,
    title: { zh: '发出投诉副本', en: 'Copies of a complaint' },
    regulation: '94号令',
    article: '21',
    params: workingDays(8),
  }),
  row({
    id: 'CO-6',
    ...GP,
    title: { zh: '投诉处理决定', en: 'Decision on a complaint' },
    regulation: '94号令',
    article: '26',
    params: workingDays(30),
  }),

  row({
    id: 'TB-1',
    ...TB,
    method: tender,
    title: { zh: '招标文件发售期', en: 'Availability of the documents' },
    regulation: '招投条例',
    article: '16',
    params: calendarDays(5),
  }),
  row({
    id: 'TB-3',
    ...TB,
    method: tender,
    title: { zh: '招标文件发出至提交截止', en: 'Issue of the documents to the deadline' },
    regulation: '招投法',
    article: '24',
    params: calendarDays(20, true),
  }),
  row({
    id: 'TB-4',
    ...TB,
    method: tender,
    title: { zh: '可能影响编制的澄清', en: 'Clarification that may affect preparation' },
    regulation: '招投条例',
    article: '21',
    params: calendarDays(15),
  }),
  row({
    id: 'TB-5',
    ...TB,
    method: tender,
    title: { zh: '对招标文件提出异议', en: 'Objection to the documents' },
    regulation: '招投条例',
    article: '22',
    params: daysBefore(10),
  }),
  row({
    id: 'TB-7',
    ...TB,
    method: tender,
    title: { zh: '中标候选人公示', en: 'Publicity of candidates' },
    regulation: '招投条例',
    article: '54',
    params: calendarDays(3),
  }),
  row({
    id: 'TB-10',
    ...TB,
    method: tender,
    title: { zh: '签订合同', en: 'Signing of the contract' },
    regulation: '招投法',
    article: '46',
    params: calendarDays(30),
  }),
  row({
    id: 'TB-12',
    ...TB,
    method: tender,
    title: { zh: '投诉受理与处理', en: 'Complaint: acceptance and decision' },
    regulation: '招投条例',
    article: '61',
    params: { accept: workingDays(3), decide: workingDays(30) },
  }),
]
