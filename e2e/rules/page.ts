import { regulations } from '../../api/law/regulations.ts'
import type { Row } from '../../api/law/rows/schema.ts'
import { allRows } from '../../api/law/rows.ts'
import { RULE_IDS } from './ids.ts'
import { LEFT_OUT } from './left-out.ts'
import { SECTIONS } from './listed.ts'
import { PROOF } from './proof.ts'

const HEADS: Record<number, string> = {
  1: 'Intentions 采购意向',
  2: 'Government procurement 政府采购',
  3: 'Small and medium enterprises 中小企业',
  4: 'Challenges and complaints 质疑与投诉',
  5: 'Tendering and sealed bids 招标投标与电子投标',
  6: 'Collusion 串通投标',
  8: 'Land, mining, state assets 土地、矿业权、国有资产',
  10: 'Deposits 保证金',
  11: 'Fair competition 公平竞争审查',
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const line = (...cells: string[]): string => `| ${cells.map(cell).join(' | ')} |`

/** Where a row holds: family, object, method, set; `–` where everywhere. */
const scopeOf = (row: Row): string =>
  [
    row.regime ?? '',
    row.object?.join('/') ?? '',
    row.method?.join('/') ?? '',
    row.set === 'national' ? '' : `set ${row.set}`,
  ]
    .filter((part) => part !== '')
    .join(' ') || '–'

const sourceOf = (row: Row): string =>
  `${regulations[row.regulation].zh}${row.article ? ` ${row.article}` : ''} (${row.confidence})`

const linesOf = (id: string, rows: readonly Row[]): string[] =>
  rows.map((row, i) => {
    const { decides, file, title } = PROOF[row.id]
    const term = `${row.effectiveFrom} – ${row.effectiveTo ?? ''}`.trim()
    return line(
      i === 0 ? `\`${id}\`` : '',
      `${row.title.zh} ${row.title.en}`,
      sourceOf(row),
      term,
      scopeOf(row),
      row.severity,
      i === 0 ? `\`${decides}\`` : '',
      i === 0 ? `\`${file}\`: ${title}` : '',
    )
  })

const HEAD = [
  line('Rule', 'What', 'Regulation', 'In force', 'Where', 'Weight', 'Decides', 'Proved by'),
  '|---|---|---|---|---|---|---|---|',
]

const table = (ids: readonly string[]): string[] => {
  const lines = ids.flatMap((id) =>
    linesOf(
      id,
      allRows.filter((row) => row.id === id),
    ),
  )
  return lines.length === 0 ? ['No rule of this part has a row.'] : [...HEAD, ...lines]
}

const left = (ids: readonly string[]): string[] => {
  const lines = ids.flatMap((id) => (LEFT_OUT[id] === undefined ? [] : [line(`\`${id}\``, LEFT_OUT[id])]))
  return lines.length === 0 ? [] : ['', 'Without a row:', '', '| Rule | Why |', '|---|---|', ...lines]
}

/** `docs/rules.md`: each rule, its article, where it decides and the test that proves it. */
export const rulesPage = (): string => {
  const listed = new Set(Object.values(RULE_IDS).flat())
  const ours = [...new Set(allRows.map((row) => row.id))].filter((id) => !listed.has(id))
  const parts = SECTIONS.flatMap((section) => [
    `## ${HEADS[section]}`,
    '',
    ...table(RULE_IDS[section]),
    ...left(RULE_IDS[section]),
    '',
  ])
  return [
    '# Rules',
    '',
    'Made by `npm run rules` from the rows in `api/law/rows/`; a test compares. The day of the event decides which row',
    'holds. Confidence: S the text was read, S2 a secondary source, K known, k to be verified before real use, D a default of',
    'this project.',
    '',
    ...parts,
    '## Days, methods and reckoning 期间、方式与计算',
    '',
    ...table(ours),
    '',
  ].join('\n')
}
