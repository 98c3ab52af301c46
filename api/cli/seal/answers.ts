import { readFileSync } from 'node:fs'
import { csv } from '../../../web/lib/public/csv.ts'
import { consortiumFaults, tidied } from '../../../web/lib/supplier/bid/consortium.ts'
import {
  completed,
  type Draft,
  emptyDraft,
  type FieldFault,
  type Member,
  priceFaults,
  SIZES,
  summaryFaults,
} from '../../../web/lib/supplier/bid/draft.ts'
import { problem } from '../../client/http.ts'
import { lotOf, type SealTender } from '../../client/tender.ts'
import type { NoticeLot } from '../../seal/notice.ts'

/*
 * The typed answers of a bid as a table that any spreadsheet program fills in: one row a question, the answer in the last
 * column. What it becomes is the very draft of the bid page, judged and turned into forms by the same lines.
 */
export const ANSWERS = 'answers.csv'
const HEADING = ['part', 'key', '事项 question', '填写 format', '必填 required', '答复 answer']
const MEMBERS = 5
const FORMATS: Readonly<Record<string, string>> = {
  money: '元 yuan, 1234.56',
  integer: '整数 whole number',
  date: '2026-12-01',
  text: '',
}

type Row = readonly [part: string, key: string, question: string, format: string, required: string]

const summaryRows = (lot: NoticeLot, goods: boolean): Row[] => {
  const rows = lot.summaryFields.map(({ key, label, type, required }): Row => {
    return ['summary', key, label, key === 'size' ? SIZES.join(' / ') : (FORMATS[type] ?? ''), required ? '是 yes' : '']
  })
  const asked = new Set(lot.summaryFields.map(({ key }) => key))
  if (!asked.has('size')) rows.push(['summary', 'size', '企业规模 size of enterprise', SIZES.join(' / '), '是 yes'])
  if (goods && !asked.has('brand')) rows.push(['summary', 'brand', '核心产品品牌 brand of the core product', '', ''])
  return rows
}

const memberRows = (lot: NoticeLot): Row[] =>
  Array.from({ length: MEMBERS }, (_, i): Row[] => [
    ['consortium', `${i + 1}.name`, `联合体成员${i + 1}名称 member ${i + 1}: name`, '', ''],
    ['consortium', `${i + 1}.uscc`, '统一社会信用代码 credit code', '', ''],
    ['consortium', `${i + 1}.organisationId`, '平台编号 id on the platform', '', ''],
    ['consortium', `${i + 1}.size`, '企业规模 size of enterprise', SIZES.join(' / '), ''],
    ...(lot.consortiumRate
      ? [['consortium', `${i + 1}.share`, '合同份额 share of the contract', '%, 35', ''] as const]
      : []),
  ]).flat()

const rowsOf = ({ notice }: SealTender, lot: NoticeLot): Row[] => {
  const free = (part: string, asked: readonly { id: string; title: string }[]) =>
    asked.map(({ id, title }): Row => [part, id, title, '', ''])
  return [
    ...summaryRows(lot, notice.object === 'goods'),
    ...(notice.consortium ? memberRows(lot) : []),
    ...free('qualification', lot.qualification),
    ...free('technical', [...lot.conformity, ...lot.scoring]),
    ...lot.priceLines.map(({ id, title, quantity, unit }): Row => {
      return ['price-detail', id, `${title}（${quantity}${unit}）单价 unit price`, FORMATS.money!, '是 yes']
    }),
  ]
}

/** The table to fill in, with a byte order mark, as spreadsheet programs want it. */
export const answersTemplate = (tender: SealTender, lotId: string): string =>
  csv([HEADING, ...rowsOf(tender, lotOf(tender, lotId)).map((row) => [...row, ''])])

/** Spreadsheet programs of a Chinese Windows save in GB 18030 without saying so. */
const textOf = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('gb18030').decode(bytes)
  }
}

/** RFC 4180, with the separator that the program has chosen: `,` in some countries, `;` or a tab in others. */
const cellsOf = (line: string, separator: string): string[] => {
  const cell = new RegExp(`${separator}(?:"((?:[^"]|"")*)"|([^"${separator}]*))`, 'gy')
  return [...`${separator}${line}`.matchAll(cell)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '',
  )
}

/** Lines, where a line feed within quotes ends none. */
const linesOf = (text: string): string[] => text.replace(/^\uFEFF/, '').match(/(?:[^"\r\n]|"(?:[^"]|"")*")+/g) ?? []

const membersOf = (answers: ReadonlyMap<string, string>): Member[] =>
  Array.from({ length: MEMBERS }, (_, i): Member => {
    const at = (field: string) => answers.get(`consortium/${i + 1}.${field}`) ?? ''
    const told = { size: at('size').trim(), share: at('share') }
    return { organisationId: at('organisationId'), name: at('name'), uscc: at('uscc'), ...told }
  }).filter((member) => Object.values(member).some((value) => value.trim() !== ''))

const unread = (detail: string): never => {
  throw problem('answers-malformed', 'The table of answers does not read', { detail })
}

const answersOf = (text: string, known: ReadonlySet<string>): Map<string, string> => {
  const answers = new Map<string, string>()
  const [heading = '', ...lines] = linesOf(text)
  const separator = /^"?part"?([,;\t])"?key/.exec(heading)?.[1] ?? unread(ANSWERS)
  for (const line of lines) {
    const [part = '', key = '', , , , answer = ''] = cellsOf(line, separator).map((cell) => cell.trim())
    if (part === '' && key === '') continue
    const name = `${part}/${key}`
    if (!known.has(name) || answers.has(name)) unread(name)
    answers.set(name, answer)
  }
  return answers
}

/** The filled-in table as a draft. @throws Problem answers-malformed: a row of another tender, twice, or none */
export const readAnswers = (file: string, tender: SealTender, lotId: string): Draft => {
  const lot = lotOf(tender, lotId)
  const rows = rowsOf(tender, lot)
  const answers = answersOf(textOf(readFileSync(file)), new Set(rows.map(([part, key]) => `${part}/${key}`)))
  if (answers.size === 0) unread(ANSWERS)
  const pick = (part: string) =>
    Object.fromEntries(rows.flatMap(([of, key]) => (of === part ? [[key, answers.get(`${part}/${key}`) ?? '']] : [])))
  return completed(
    {
      ...emptyDraft(),
      consortium: membersOf(answers).map(tidied),
      summary: pick('summary'),
      qualification: pick('qualification'),
      technical: pick('technical'),
      prices: pick('price-detail'),
    },
    lot,
  )
}

const WORDS: Readonly<Record<FieldFault['fault'], string>> = {
  missing: '未填 missing',
  money: '不是金额 no amount',
  integer: '不是整数 no whole number',
  date: '不是日期 no date',
  uscc: '统一社会信用代码有误 no credit code',
  'org-id': '平台编号有误 no id of the platform',
  twice: '重复 twice',
  share: '不是大于0、小于100的百分数 no percentage between 0 and 100',
  shares: '份额之和应小于100% shares must come to less than 100 %',
}

/** The page offers the sizes; here they are typed. */
const sizeFault = ({ summary }: Draft): string[] =>
  !summary.size || SIZES.some((size) => size === summary.size) ? [] : [`size: ${SIZES.join(' / ')}`]

/** What the page would not go on with, in words; empty when the bid can be sealed. */
export const answersFaults = (draft: Draft, lot: NoticeLot, own: { organisationId: string; uscc: string }): string[] =>
  [...summaryFaults(draft, lot), ...consortiumFaults(draft.consortium, own, lot), ...priceFaults(draft, lot)]
    .map(({ id, label, fault }) => `${label === '' ? id : label}: ${WORDS[fault]}`)
    .concat(sizeFault(draft))
