import { type Basis, basisOf, type LawContext, ruleFor } from '../../../api/law/contract.ts'
import type { RuleId } from '../../../api/law/rows/schema.ts'
import { basisText, citedText, shortText } from './cite.ts'
import { calendarOf } from './days.ts'
import { date, say, type Teller } from './say.ts'
import type { AnswerView, GridView, MarkView, StepView, TextPart } from './view.ts'
import type { Grid, Mark, Step, Working } from './working.ts'

/** The answer's own articles, and those of the counting steps that an answer takes for granted (DAY-1 to DAY-5). */
const lawOf = (working: Working, basis: readonly Basis[], context: LawContext): Basis[] => {
  const missing = new Set(
    working.steps.flatMap(({ rule }) => (rule && !basis.some((one) => one.rule === rule) ? [rule] : [])),
  )
  return [...basis, ...basisOf(...[...missing].map((rule) => ruleFor(rule as RuleId, context)))]
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
    article: /^\d/.test(hit.article) && found ? basisText(found, tell.lang) : citedText(hit.article, tell.lang),
    severity: hit.severity,
    why: hit.why?.[short] ?? '',
    wording: hit.wording?.[short] ?? '',
  }
}

/** From when to when the row holds that was counted with. */
const inForceText = ({ effectiveFrom, effectiveTo }: Basis, tell: Teller): string =>
  tell(
    effectiveTo === null
      ? say('calc.ui.in-force', { from: date(effectiveFrom) })
      : say('calc.ui.in-force.until', { from: date(effectiveFrom), to: date(effectiveTo) }),
  )

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
    basis: law.map((one) => ({ rule: one.rule, text: basisText(one, tell.lang), inForce: inForceText(one, tell) })),
  }
}
