import { fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { fieldErrors } from '#lib/problems.ts'
import { mandatedPurchasers } from '#lib/purchaser/mandates.server.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, url }) => {
  const client = api(fetch)
  const session = await must(client.api.session.$get())
  const intention = url.searchParams.get('intention')
  const known = intention ? await answer(client.api.intentions[':id'].draft.$get({ param: { id: intention } })) : null
  return {
    purchasers: await mandatedPurchasers(client, session.role),
    intention: known?.ok ? { id: known.value.id, title: known.value.content.projectName } : null,
  }
}

const choice = <T extends string>(value: FormDataEntryValue | null, of: readonly T[]): T | undefined =>
  of.find((one) => one === value)

export const actions: Actions = {
  default: async ({ request, fetch, locals }) => {
    const form = await request.formData()
    const title = String(form.get('title') ?? '')
    const object = choice(form.get('object'), ['goods', 'services', 'works'])
    const evaluationMethod = choice(form.get('evaluationMethod'), ['comprehensive', 'lowest-price'])
    const purchaserId = String(form.get('purchaserId') ?? '')
    const intentionId = String(form.get('intentionId') ?? '')
    const missing = [
      ...(title.trim() ? [] : ['title']),
      ...(object ? [] : ['object']),
      ...(evaluationMethod ? [] : ['evaluationMethod']),
    ]
    const typed = { title, object, evaluationMethod, purchaserId }
    if (missing.length > 0 || !object || !evaluationMethod) {
      const errors = await fieldErrors(
        missing.map((field) => ({ field, code: 'invalid_type' })),
        locals.lang,
      )
      return fail(422, { typed, errors, problem: null })
    }
    const made = await answer(
      api(fetch).api.tenders.$post({
        json: {
          title: title.trim(),
          object,
          evaluationMethod,
          ...(purchaserId ? { purchaserId } : {}),
          ...(intentionId ? { intentionId } : {}),
        },
      }),
    )
    if (!made.ok) return fail(made.problem.status || 503, { typed, errors: [], problem: made.problem })
    return redirect(303, `/purchaser/tenders/${made.value.id}`)
  },
}
