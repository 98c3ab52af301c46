import { error, fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { beijingDate } from '#lib/i18n/instant.ts'
import { applyForm, applyOp } from '#lib/purchaser/draft.ts'
import { draftLaw, draftTimetable } from '#lib/purchaser/law.server.ts'
import { nextSection, readSection } from '#lib/purchaser/sections.ts'
import type { Actions, PageServerLoad } from './$types'

const intentionsOf = async (fetch: typeof globalThis.fetch, purchaserId: string) => {
  const { items } = await must(api(fetch).api.my.intentions.$get())
  return items
    .filter((one) => one.status === 'published' && one.purchaserId === purchaserId)
    .map((one) => ({ id: one.id, label: `${one.number ?? ''} ${one.content.projectName}` }))
}

export const load: PageServerLoad = async ({ params, parent, fetch }) => {
  const section = readSection(params.section)
  const { tender, now } = await parent()
  const lots = tender.draft.lots ?? []
  const isLot = section?.kind === 'requirements' || section?.kind === 'scoring'
  if (!section || (isLot && !lots[section.lot])) return error(404, 'not-found')
  const at = now ?? new Date().toISOString()
  const changes = await must(api(fetch).api.regulations.changes.$get())
  return {
    section,
    today: beijingDate(at),
    next: nextSection(params.section, lots.length),
    timetable: section.kind === 'timetable' ? draftTimetable(tender.draft, at, changes) : null,
    intentions: section.kind === 'facts' ? await intentionsOf(fetch, tender.purchaserId) : [],
    law: draftLaw(tender.draft, at, changes),
  }
}

export const actions: Actions = {
  default: async ({ params, request, fetch }) => {
    const client = api(fetch)
    const form = await request.formData()
    const { draft } = await must(client.api.tenders[':id'].draft.$get({ param: { id: params.id } }))
    const op = form.get('op')
    const written = applyForm(draft, form)
    const text = typeof op === 'string' ? applyOp(written, op) : written
    const saved = await answer(
      client.api.tenders[':id'].draft.$put({
        param: { id: params.id },
        json: { version: Number(form.get('version')), draft: text },
      }),
    )
    // without script the typed text stands in the refusal's own form again
    if (!saved.ok) return fail(saved.problem.status || 503, { problem: saved.problem, text })
    const base = `/purchaser/tenders/${params.id}/draft`
    return redirect(303, `${base}/${op ? params.section : nextSection(params.section, text.lots?.length ?? 0)}`)
  },
}
