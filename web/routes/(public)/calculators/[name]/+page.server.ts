import { error, redirect } from '@sveltejs/kit'
import { legalToday } from '#lib/calculators/clock.server.ts'
import { answered } from '#lib/calculators/names.ts'
import { calculatorPage } from '#lib/calculators/page.server.ts'
import { ADDRESS_MAX, AREA_MAX } from '#lib/calculators/read.ts'
import { frameWords } from '#lib/calculators/words.server.ts'
import type { Actions, PageServerLoad } from './$types'

/** Asked by a plain form and answered by the server: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, params, locals: { lang }, url }) => {
  const name = answered(params.name)
  if (!name) error(404)
  return {
    pageWords: frameWords(lang),
    page: calculatorPage(name, url.searchParams, await legalToday(fetch), lang),
  }
}

export const actions: Actions = {
  /** A text too long for an address is answered in place; a short one gets its address, which can be sent on. */
  default: async ({ fetch, params, request, locals: { lang } }) => {
    const name = answered(params.name)
    if (!name) return error(404)
    const form = await request.formData()
    const typed = [...form].filter((entry): entry is [string, string] => typeof entry[1] === 'string')
    const longest = Math.max(0, ...typed.map(([, text]) => text.replace(/\r\n/g, '\n').length))
    if (longest > AREA_MAX) return error(413, 'body-too-large')
    const query = new URLSearchParams(typed)
    if (longest <= ADDRESS_MAX) return redirect(303, `/calculators/${name}?${query}#answer`)
    return { page: calculatorPage(name, query, await legalToday(fetch), lang) }
  },
}
