import { error, fail, redirect } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { beijingDate } from '#lib/i18n/instant.ts'
import { applyForm, applyOp } from '#lib/purchaser/draft.ts'
import { draftLaw, draftTimetable } from '#lib/purchaser/law.server.ts'
import { nextSection, readSection, sectionOf } from '#lib/purchaser/sections.ts'
import { askedOf, readAct, reasonName, settledIn, takeOffer } from '#lib/purchaser/wording.ts'
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

type Client = ReturnType<typeof api>

/** 「保留」 of the plain form: the reason for exactly the text just saved; null where it was taken. */
const keep = async (client: Client, id: string, op: string, form: FormData) => {
  const act = readAct(op)
  if (act?.act !== 'keep') return null
  const { wording } = await must(client.api.tenders[':id'].draft.$get({ param: { id } }))
  const hit = wording.hits.find((one) => one.field === act.field && one.rule === act.rule && one.words === act.words)
  if (!hit) return null
  const name = reasonName(act)
  const typed = String(form.get(name) ?? '')
  const json = { ...askedOf(hit), place: 'draft' as const, reason: typed }
  const kept = await answer(client.api.tenders[':id'].wording.$post({ param: { id }, json }))
  return kept.ok ? null : { problem: kept.problem, reason: { name, typed } }
}

export const actions: Actions = {
  default: async ({ params: { id, section }, request, fetch }) => {
    const client = api(fetch)
    const form = await request.formData()
    const { draft, wording } = await must(client.api.tenders[':id'].draft.$get({ param: { id } }))
    const op = String(form.get('op') ?? '')
    const act = readAct(op)
    const written = applyForm(draft, form)
    const taken = wording.hits.find(
      (one) => act?.act === 'take' && one.field === act.field && one.rule === act.rule && one.words === act.words,
    )
    const text = taken ? takeOffer(written, taken) : op && !act ? applyOp(written, op) : written
    const saved = await answer(
      client.api.tenders[':id'].draft.$put({
        param: { id },
        json: { version: Number(form.get('version')), draft: text, settled: settledIn(wording.hits, text) },
      }),
    )
    // without script the typed text stands in the refusal's own form again
    if (!saved.ok) return fail(saved.problem.status || 503, { problem: saved.problem, text, reason: null })
    const refused = await keep(client, id, op, form)
    if (refused) return fail(refused.problem.status || 503, { ...refused, text: null })
    const base = `/purchaser/tenders/${id}/draft`
    const after = await must(client.api.tenders[':id'].draft.$get({ param: { id } }))
    const open = after.wording.hits.find((one) => one.kept === null && sectionOf(one.field) === section)
    if (act || open) return redirect(303, `${base}/${section}${open ? `#${open.field}-wording` : ''}`)
    return redirect(303, `${base}/${op ? section : nextSection(section, text.lots?.length ?? 0)}`)
  },
}
