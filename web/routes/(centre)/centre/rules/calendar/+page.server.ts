import { error, fail, redirect } from '@sveltejs/kit'
import { shown, textOf, textsOf } from '#lib/account/auth.server.ts'
import { answer, api } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ locals: { lang }, parent }) => {
  const { me } = await parent()
  if (me?.role !== 'administrator') error(403, { message: 'forbidden' })
  return { pageWords: words(lang, 'rules') }
}

const linesOf = (text: string): string[] =>
  text
    .split(/\s+/)
    .map((line) => line.trim())
    .filter((line) => line !== '')

/** '2027-02-05/2027-02-11' is a run, '2027-01-01' one day. */
const runOf = (line: string): string | [string, string] => {
  const [first = '', last] = line.split('/')
  return last === undefined ? first : [first, last]
}

export const actions: Actions = {
  default: async ({ request, fetch, locals: { lang } }) => {
    const form = await request.formData()
    const typed = textsOf(form, ['year', 'source', 'holidays', 'workdays'] as const)
    const json = {
      year: Number(typed.year),
      source: typed.source,
      holidays: linesOf(textOf(form, 'holidays')).map(runOf),
      workdays: linesOf(textOf(form, 'workdays')),
    }
    const got = await answer(api(fetch, lang).api.regulations.calendars.$post({ json }))
    if (got.ok) redirect(303, '/centre/rules?said=saved')
    const { problem, errors } = await shown(got.problem, lang)
    // A wrong day stands under the field it was typed in, with the day.
    const own = errors.map((one) => ({ ...one, id: one.id?.split('.')[0] ?? '' }))
    return fail(got.problem.status || 503, { typed, problem, errors: own })
  },
}
