import type { Basis, LawContext } from '../../../api/law/contract.ts'
import { type CalculatorName, calculate } from '../../../api/law/index.ts'
import { answerView } from './answer-view.ts'
import { citedText } from './cite.ts'
import { EXAMPLES } from './examples.ts'
import { formView, labelOf } from './form-view.ts'
import { FORMS } from './forms.ts'
import { type PageName, takesPrices } from './names.ts'
import { present } from './present.ts'
import { bodyOf, queryOf, readTyped } from './read.ts'
import { date, say, type Teller } from './say.ts'
import type { Fault } from './view.ts'
import { calculatorTexts, tellerOf } from './words.server.ts'
import { type Wrong, wrongOf } from './wrong.ts'

type Name = CalculatorName & PageName
type Query = Pick<URLSearchParams, 'get' | 'has' | 'keys'>

/** Row 2 of a list is the third bidder: its label says which. */
const placed = (wrong: Wrong, page: string, tell: Teller, texts: Readonly<Record<string, string>>): string => {
  if (wrong.list) return labelOf(texts, page, wrong.list)
  const label = labelOf(texts, page, wrong.field)
  const row = /\.(\d+)\./.exec(wrong.field)
  return row ? tell(say('calc.ui.row', { n: Number(row[1]) + 1, label })) : label
}

const faultText = (wrong: Wrong, tell: Teller): string => {
  const article = wrong.article ? tell(say('calc.ui.cited', { article: citedText(wrong.article, tell.lang) })) : ''
  return `${tell(wrong.text)}${article}`
}

/** Everything a calculator's page shows, worked out here: the answer is the law's own, and needs no script. */
export const calculatorPage = (name: Name, query: Query, context: LawContext, lang: Teller['lang']) => {
  const form = FORMS[name]
  const texts = calculatorTexts(lang)
  const tell = tellerOf(lang)
  const typed = readTyped(form, query)
  const body = bodyOf(form, typed)
  const outcome = typed.asked ? calculate(name, body, context) : null
  const refused = outcome && 'problem' in outcome ? wrongOf(form, body, outcome.problem, context) : []
  // who adds a row has not finished: what is missing is no error yet
  const wrong = typed.reshaped ? [] : refused
  const errors = Object.fromEntries(wrong.map((one) => [one.field, faultText(one, tell)]))
  const faults: Fault[] = wrong.map((one) => ({
    id: one.field,
    message: tell(say('calc.ui.at', { label: placed(one, name, tell, texts), text: errors[one.field] ?? '' })),
  }))
  const answered = outcome && !('problem' in outcome) ? (outcome as object & { basis: Basis[] }) : null
  const working = answered && present(name, { body, answer: answered, context })
  return {
    name,
    title: tell(say(`calc.page.${name}.name`)),
    heading: working ? tell(working.head) : tell(say(`calc.page.${name}.q`)),
    lead: tell(say(`calc.page.${name}.lead`)),
    form: formView(name, form, typed, errors, texts),
    faults,
    answer: working && answered ? answerView(working, answered.basis, context, tell) : null,
    takesPrices: takesPrices(name),
    example: `/calculators/${name}?${queryOf(form, EXAMPLES[name])}#answer`,
    json: typed.asked ? JSON.stringify(body, null, 2) : null,
    today: tell(say('calc.ui.today', { date: date(context.today) })),
  }
}
