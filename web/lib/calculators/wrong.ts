import { isDate } from '../../../api/law/beijing.ts'
import { type LawContext, type Problem, ruleFor } from '../../../api/law/contract.ts'
import { rateRows } from '../../../api/law/price-score.ts'
import { citation } from '../../../api/law/regulations.ts'
import type { ObjectKind, Regime } from '../../../api/law/rows/schema.ts'
import type { FieldSpec, FormSpec } from './forms.ts'
import { type Part, percent, type Say, type SayKey, say } from './say.ts'

/** What is wrong with one field of a question, ready to stand beside it. */
export type Wrong = {
  readonly field: string
  readonly text: Say
  readonly article: string
  /** The refusal is about a whole list, not about the field where it stands. */
  readonly list?: string
}
type Body = Readonly<Record<string, unknown>>

/** What the law itself refuses; each has words of its own. */
export const LAW_CODES = [
  'rate-out-of-range',
  'rate-not-allowed',
  'out-of-range',
  'missing-field',
  'no-statutory-period',
  'no-rule-in-force',
  'not-an-amount',
  'steps-not-ascending',
  'no-valid-bid',
  'trim-too-large',
  'base-not-positive',
  'no-committee',
  'more-than-size',
  'stage-not-in-method',
  'no-statutory-cap',
  'agreed-days-too-long',
  'no-statutory-range',
  'mixed-instants',
  'before-start',
] as const
type LawCode = (typeof LAW_CODES)[number]
const isLawCode = (code: string): code is LawCode => (LAW_CODES as readonly string[]).includes(code)

const at = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], body)

type Range = { least?: Part; most?: Part; cite: string }

/** The lawful range of a refused rate with its article, from the row that refused it. */
const rangeOf = (field: string, body: Body, context: LawContext): Range | null => {
  const asked = {
    regime: body['regime'] as Regime,
    object: body['object'] as ObjectKind,
    date: (body['date'] as string | undefined) ?? context.today,
  }
  const rates = { smeRate: 'sme', consortiumRate: 'consortium', domesticRate: 'domestic' } as const
  if (field in rates) {
    const row = rateRows(asked, context)[rates[field as keyof typeof rates]]
    return row && { least: percent(row.params.least), most: percent(row.params.most), cite: citation(row) }
  }
  const tests = { averageRate: 'average', secondRate: 'second', ceilingRate: 'ceiling' } as const
  if (field in tests) {
    const row = ruleFor('PRC-5', context, { regime: 'GP' })
    const least = row?.params[tests[field as keyof typeof tests]]
    return row && { least: percent(least ?? '0'), most: percent(row.params.most), cite: citation(row) }
  }
  const delivered = { date: String(body['delivered'] ?? context.today) }
  if (field === 'agreedRate') {
    const row = ruleFor('CON-8', context, delivered)
    return row && { least: `${row.params.leastAgreed}%`, cite: citation(row) }
  }
  if (field !== 'agreedDays') return null
  const row = ruleFor('CON-7', context, delivered)
  return row && { most: row.params.most, cite: citation(row) }
}

const rangeSay = ({ least, most }: Range): Say =>
  least !== undefined && most !== undefined
    ? say('calc.wrong.range', { least, most })
    : least !== undefined
      ? say('calc.wrong.least', { least })
      : say('calc.wrong.most', { most: most ?? '' })

/** The words for a field that does not fit the schema: by how it is typed, since that is what must be typed otherwise. */
const shapeSay = (field: FieldSpec | undefined, value: unknown, code: string): Say => {
  if (!field) return say('calc.wrong.other')
  if (value === undefined) return say(field.kind === 'select' ? 'calc.wrong.choose' : 'calc.wrong.needed')
  if (field.kind === 'date' && typeof value === 'string' && isDate(value))
    return say(field.name === 'plannedStart' && value >= '2000-01-01' ? 'calc.wrong.since' : 'calc.wrong.century')
  // a price that is well formed but not above 0
  if (field.kind === 'money' && code === 'custom') return say('calc.wrong.positive')
  return say(`calc.wrong.${field.kind}` satisfies SayKey)
}

const specOf = (form: FormSpec, path: string): FieldSpec | undefined => {
  const own = form.fields.find(({ name }) => name === path)
  if (own) return own
  for (const list of form.lists) {
    const rest = path.startsWith(`${list.name}.`) ? path.slice(list.name.length + 1).replace(/^\d+\./, '') : null
    if (rest !== null) return list.fields.find(({ name }) => name === rest)
  }
  return undefined
}

/** A refusal that names a whole part (`item`, `formula`, `bids`) stands at the first field of it. */
const placeOf = (form: FormSpec, path: string): string => {
  if (specOf(form, path)) return path
  const inner = form.fields.find(({ name }) => name.startsWith(`${path}.`))
  if (inner) return inner.name
  const list = form.lists.find(({ name }) => name === path || path.startsWith(`${name}.`))
  return list ? `${list.name}.0.${list.fields[0]?.name ?? ''}` : path
}

const listSay = (form: FormSpec, path: string, code: string): Say | null =>
  form.lists.some(({ name }) => name === path)
    ? say(code === 'too_small' || code === 'invalid_type' ? 'calc.wrong.rows' : 'calc.wrong.twice')
    : null

/** Every field that is wrong, once, in the law's words and with its article where the law refuses. */
export const wrongOf = (form: FormSpec, body: Body, problem: Problem, context: LawContext): Wrong[] => {
  const found = new Map<string, Wrong>()
  // an article without its regulation says nothing
  const cited = problem.article !== undefined && !/^\d/.test(problem.article) ? problem.article : ''
  const errors = problem.errors.length > 0 ? problem.errors : [{ field: '', code: problem.code, message: '' }]
  for (const { field, code } of errors) {
    const place = placeOf(form, field)
    if (found.has(place)) continue
    const range = ['rate-out-of-range', 'agreed-days-too-long'].includes(code) ? rangeOf(field, body, context) : null
    const ofList = listSay(form, field, code)
    const text = range
      ? rangeSay(range)
      : isLawCode(code)
        ? say(`calc.code.${code}`)
        : (ofList ?? shapeSay(specOf(form, field), at(body, field), code))
    found.set(place, {
      field: place,
      text,
      article: isLawCode(code) ? (range?.cite ?? cited) : '',
      ...(form.lists.some(({ name }) => name === field) ? { list: field } : {}),
    })
  }
  return [...found.values()]
}
