import { fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { problemMessage } from '#lib/problems.ts'
import { sectionOf } from '#lib/purchaser/sections.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, parent, fetch, locals }) => {
  const { tender } = await parent()
  const { files } = await must(api(fetch).api.tenders[':id'].files.$get({ param: { id } }))
  const errors = await Promise.all(
    tender.errors.map(async ({ field, code }) => ({
      field,
      section: sectionOf(field),
      message: await problemMessage(code, locals.lang),
    })),
  )
  return { missing: errors, files: files.filter((file) => !file.removed) }
}

export const actions: Actions = {
  default: async ({ params, request, fetch }) => {
    const version = Number((await request.formData()).get('version'))
    const sent = await answer(
      api(fetch).api.tenders[':id'].submit.$post({ param: { id: params.id }, json: { version } }),
    )
    if (!sent.ok) return fail(sent.problem.status || 503, { problem: sent.problem })
    return redirect(303, `/purchaser/tenders/${params.id}`)
  },
}
