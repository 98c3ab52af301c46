import { error } from '@sveltejs/kit'
import { legalToday } from '#lib/calculators/clock.server.ts'
import { planPage } from '#lib/calculators/plan.server.ts'
import { calculatorTexts } from '#lib/calculators/words.server.ts'
import { csv } from '#lib/public/csv.ts'
import type { RequestHandler } from './$types'

/** What the table under the picture shows, as CSV. */
export const GET: RequestHandler = async ({ fetch, url, locals: { lang } }) => {
  const { plan } = planPage(url.searchParams, await legalToday(fetch), lang)
  if (!plan) return error(404)
  const texts = calculatorTexts(lang)
  const head = ['step', 'from', 'date', 'why'].map((column) => texts[`calc.plan.col.${column}`] ?? column)
  const short = lang === 'en' ? 'en' : 'zh'
  const rows = plan.picture.lanes.map(({ step }, i) => [
    step.event,
    step.from,
    step.date,
    step.explanation[short],
    plan.articles[i] ?? '',
  ])
  return new Response(csv([[...head, texts['calc.ui.basis'] ?? ''], ...rows]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="timetable.csv"',
    },
  })
}
