import { isDate } from '../../../api/law/beijing.ts'
import type { LawContext } from '../../../api/law/contract.ts'
import { type Method, methods, type Regime, regimes } from '../../../api/law/rows/schema.ts'
import { proposeTimetable } from '../../../api/law/timetable-plan.ts'
import { basisText } from './cite.ts'
import { formView, labelOf } from './form-view.ts'
import type { FormSpec } from './forms.ts'
import { pictureOf } from './plan.ts'
import { bodyOf, readTyped } from './read.ts'
import { date, say, type Teller } from './say.ts'
import type { Fault } from './view.ts'
import { calculatorTexts, tellerOf } from './words.server.ts'

/** The whole timetable is asked by the day of its notice; the law proposes the rest. */
const FORM: FormSpec = {
  fields: [
    { name: 'regime', kind: 'select', needed: true, options: regimes },
    { name: 'method', kind: 'select', needed: true, options: methods },
    { name: 'noticeDate', kind: 'date', needed: true },
  ],
  lists: [],
}
type Asked = { regime: Regime; method: Method; noticeDate: string }

const isLawful = (body: Record<string, unknown>): body is Asked =>
  (regimes as readonly unknown[]).includes(body['regime']) && (methods as readonly unknown[]).includes(body['method'])

const dateFault = (
  body: Record<string, unknown>,
): 'calc.wrong.needed' | 'calc.wrong.date' | 'calc.wrong.century' | null => {
  const typed = body['noticeDate']
  if (typed === undefined) return 'calc.wrong.needed'
  if (!isDate(String(typed))) return 'calc.wrong.date'
  return String(typed) < '2000-01-01' || String(typed) > '2099-12-31' ? 'calc.wrong.century' : null
}

export const planPage = (
  query: Pick<URLSearchParams, 'get' | 'has' | 'keys'>,
  context: LawContext,
  lang: Teller['lang'],
) => {
  const tell = tellerOf(lang)
  const texts = calculatorTexts(lang)
  const typed = readTyped(FORM, query)
  const body = bodyOf(FORM, typed)
  const wrong = typed.asked ? dateFault(body) : null
  const errors = wrong ? { noticeDate: tell(say(wrong)) } : {}
  const faults: Fault[] = wrong
    ? [
        {
          id: 'noticeDate',
          message: tell(
            say('calc.ui.at', { label: labelOf(texts, 'plan', 'noticeDate'), text: errors.noticeDate ?? '' }),
          ),
        },
      ]
    : []
  const plan = typed.asked && !wrong && isLawful(body) ? proposeTimetable(body, context) : null
  const none = typed.asked && !wrong && plan === null
  return {
    title: tell(say('calc.page.plan.name')),
    lead: tell(say('calc.page.plan.lead')),
    heading: plan
      ? tell(say('calc.plan.head', { date: date(plan.deadlineDate) }))
      : tell(say(none ? 'calc.plan.none' : 'calc.page.plan.q')),
    form: formView('plan', FORM, typed, errors, texts),
    faults,
    plan: plan && {
      picture: pictureOf(plan, String(body['noticeDate']), context.calendar),
      csv: `/calculators/timetable/plan/table.csv?${new URLSearchParams(typed.texts)}`,
      provisional: plan.provisional ? tell(say('calc.note.provisional')) : null,
      articles: plan.steps.map((step) => basisText(step, lang)),
    },
    today: tell(say('calc.ui.today', { date: date(context.today) })),
    example: '/calculators/timetable/plan?regime=GP&method=open&noticeDate=2026-09-11#answer',
  }
}
