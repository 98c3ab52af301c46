import { type Basis, basisOf, type LawContext, ruleFor } from '../../../api/law/contract.ts'
import { regulations } from '../../../api/law/regulations.ts'
import type { RuleId } from '../../../api/law/rows/schema.ts'
import { articleText } from '../tender/article.ts'
import { calendarOf } from './days.ts'
import type { Teller } from './say.ts'
import type { AnswerView, GridView, MarkView, StepView, TextPart } from './view.ts'
import type { Grid, Mark, Step, Working } from './working.ts'

const byTitle = new Map<string, { short: string; en: string }>(
  Object.entries(regulations).map(([short, { zh, en }]) => [zh, { short, en }]),
)

/** '56, 57, 68' → '56、57、68' in Chinese; '59(3)' is item 3 of article 59. */
const numbers = (article: string, lang: Teller['lang']): string =>
  lang === 'en' ? article : article.replace(/, /g, '、').replace(/\((\d+)\)/g, '条第$1项')

/** A basis in full: 「政府采购货物和服务招标投标管理办法（财政部令第87号）第55条」. */
export const basisText = ({ regulation, article }: Pick<Basis, 'regulation' | 'article'>, lang: Teller['lang']) =>
  joined(lang === 'en' ? (byTitle.get(regulation)?.en ?? regulation) : regulation, article, lang)

const joined = (title: string, article: string, lang: Teller['lang']): string => {
  if (article === '') return title
  if (lang === 'en') return /^\d/.test(article) ? `${title}, art. ${article}` : `${title}, ${article}`
  if (!/^\d/.test(article)) return `${title}${article}`
  const said = numbers(article, lang)
  return said.includes('条') ? `${title}第${said}` : `${title}第${said}条`
}

/** The same, short, for beside a step: 「87号令第55条」, 'MOF Order 87, art. 55'. */
const shortText = ({ regulation, article }: Pick<Basis, 'regulation' | 'article'>, lang: Teller['lang']): string => {
  const known = byTitle.get(regulation)
  const en = known && (/\((\D[^)]*)\)$/.exec(known.en)?.[1] ?? known.en)
  const name = (lang === 'en' ? en : known?.short) ?? regulation
  return joined(name, article, lang)
}

/** The answer's own articles, and those of the counting steps that an answer takes for granted (DAY-1 to DAY-5). */
const lawOf = (working: Working, basis: readonly Basis[], context: LawContext): Basis[] => {
  const missing = new Set(
    working.steps.flatMap(({ rule }) => (rule && !basis.some((one) => one.rule === rule) ? [rule] : [])),
  )
  return [...basis, ...basisOf(...[...missing].map((rule) => ruleFor(rule as RuleId, context)))]
}

/** '87号令 55' as a reason cites it. */
const citedText = (citation: string, lang: Teller['lang']): string => {
  const cut = citation.indexOf(' ')
  const [name, article] = cut < 0 ? [citation, ''] : [citation.slice(0, cut), citation.slice(cut + 1)]
  const known = (regulations as Readonly<Record<string, { zh: string }>>)[name]
  return shortText({ regulation: known?.zh ?? name, article }, lang)
}

const stepView = (step: Step, basis: readonly Basis[], tell: Teller): StepView => {
  const found = step.rule === undefined ? undefined : basis.find(({ rule }) => rule === step.rule)
  const article = step.cite ? citedText(step.cite, tell.lang) : found ? shortText(found, tell.lang) : ''
  return { text: tell(step.text), article, state: step.state }
}

const gridView = (grid: Grid, tell: Teller): GridView => ({
  caption: tell(grid.caption),
  columns: grid.columns.map(({ label, money }) => ({ label: tell(label), money: money ?? false })),
  rows: grid.rows.map(({ cells, strong }) => ({
    cells: cells.map((cell) => (cell === null ? '—' : typeof cell === 'string' ? cell : tell(cell))),
    strong: strong ?? false,
  })),
})

/** The text cut at its marks; marks that overlap are one. */
export const cut = (text: string, hits: readonly Mark[]): TextPart[] => {
  const parts: TextPart[] = []
  let at = 0
  for (const { start, end } of [...hits].sort((a, b) => a.start - b.start)) {
    if (start > at) parts.push({ text: text.slice(at, start), marked: false })
    if (end > Math.max(at, start)) parts.push({ text: text.slice(Math.max(at, start), end), marked: true })
    at = Math.max(at, end)
  }
  if (at < text.length) parts.push({ text: text.slice(at), marked: false })
  return parts
}

const markView = (hit: Mark, basis: readonly Basis[], tell: Teller): MarkView => {
  const short = tell.lang === 'en' ? 'en' : 'zh'
  const found = basis.find(({ rule }) => rule === hit.rule)
  return {
    quote: hit.quote,
    rule: hit.rule,
    article: /^\d/.test(hit.article) && found ? basisText(found, tell.lang) : articleText(hit.article, tell.lang),
    severity: hit.severity,
    why: hit.why?.[short] ?? '',
    wording: hit.wording?.[short] ?? '',
  }
}

/** A working in a language, with the full text of every article it rests on. */
export const answerView = (
  working: Working,
  basis: readonly Basis[],
  context: LawContext,
  tell: Teller,
): AnswerView => {
  const law = lawOf(working, basis, context)
  return {
    tone: working.tone ?? null,
    steps: working.steps.map((step) => stepView(step, law, tell)),
    notes: (working.notes ?? []).map(tell),
    days: working.days ? calendarOf(working.days, context.calendar) : null,
    grid: working.grid ? gridView(working.grid, tell) : null,
    marks: working.marks
      ? {
          parts: cut(working.marks.text, working.marks.hits),
          hits: working.marks.hits.map((hit) => markView(hit, law, tell)),
        }
      : null,
    basis: law.map((one) => ({ rule: one.rule, text: basisText(one, tell.lang) })),
  }
}
