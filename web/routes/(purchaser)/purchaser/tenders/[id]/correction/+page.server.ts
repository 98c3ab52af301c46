import { fail, redirect } from '@sveltejs/kit'
import { answer, api, must, type Problem } from '#lib/api.ts'
import { parseBeijing } from '#lib/i18n/date.ts'
import { beijingDate } from '#lib/i18n/instant.ts'
import { type Kept, keepReasons, settledHits, takenText, withHits } from '#lib/purchaser/correction-wording.server.ts'
import { fenOf } from '#lib/purchaser/draft.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id }, fetch }) => {
  const client = api(fetch)
  const [tender, waiting] = await Promise.all([
    must(client.api.tenders[':id'].$get({ param: { id } })),
    answer(client.api.tenders[':id'].correction.$get({ param: { id } })),
  ])
  return { notice: tender.notice, files: tender.files, waiting: waiting.ok ? waiting.value : null }
}

const DATES = ['noticeEnds', 'documentsTo', 'lastClarification'] as const
type Fetch = typeof globalThis.fetch

/** Only what differs from the newest notice is a change; lots go whole, as they shall read. */
const read = async (fetch: Fetch, id: string, form: FormData) => {
  const { notice } = await must(api(fetch).api.tenders[':id'].$get({ param: { id } }))
  const text = (name: string) => String(form.get(name) ?? '').trim()
  const dates = DATES.flatMap((name) => {
    const at = parseBeijing(text(name))
    const day = at ? beijingDate(at) : text(name)
    return day && day !== notice[name] ? [[name, day]] : []
  })
  const deadline = parseBeijing(text('deadline')) ?? text('deadline')
  // 87号令 27: subject and qualification stay; ceiling and what must be substantially responded to may change
  const lots = notice.lots.map((lot, i) => ({
    ...lot,
    ceiling: fenOf(text(`lots.${i}.ceiling`)) || lot.ceiling,
    conformity: lot.conformity.map((item, j) => ({
      ...item,
      title: text(`lots.${i}.conformity.${j}.title`) || item.title,
      evidence: text(`lots.${i}.conformity.${j}.evidence`) || item.evidence,
    })),
  }))
  const removeFiles = form.getAll('removeFiles').map(String)
  return {
    reason: text('reason'),
    affecting: form.get('affecting') === 'yes',
    ...Object.fromEntries(dates),
    ...(deadline && Date.parse(deadline) !== Date.parse(notice.deadline) ? { deadline } : {}),
    ...(text('place') && text('place') !== notice.place ? { place: text('place') } : {}),
    ...(JSON.stringify(lots) !== JSON.stringify(notice.lots) ? { lots } : {}),
    ...(removeFiles.length > 0 ? { removeFiles } : {}),
  }
}

type Shown = { problem: Problem | null; typed: Record<string, string> | null } & Kept
const NOTHING: Shown = { problem: null, typed: null, hits: [], refused: null }

export const actions: Actions = {
  submit: async ({ params: { id }, request, fetch }) => {
    const form = await request.formData()
    const typed = Object.fromEntries([...form].filter(([, value]) => typeof value === 'string')) as Record<
      string,
      string
    >
    const { hits, refused } = await keepReasons(fetch, id, form)
    const taken = takenText(form)
    if (taken) return { ...NOTHING, typed: { ...typed, [taken.field]: taken.text }, hits }
    // a button below the words decides on them alone
    if (form.get('op') !== null || refused) return { ...NOTHING, typed, hits, refused }
    const json = { ...(await read(fetch, id, form)), settled: settledHits(form) }
    const sent = await answer(api(fetch).api.tenders[':id'].correction.$post({ param: { id }, json }))
    if (sent.ok) return NOTHING
    const { problem } = sent
    return fail(problem.status || 503, { ...NOTHING, problem, typed, hits: withHits(hits, problem.params) })
  },
  approve: async ({ params: { id }, fetch }) => {
    const done = await answer(api(fetch).api.tenders[':id'].correction.approve.$post({ param: { id } }))
    if (!done.ok) return fail(done.problem.status || 503, { ...NOTHING, problem: done.problem })
    return redirect(303, `/purchaser/tenders/${id}`)
  },
  return: async ({ params: { id }, request, fetch }) => {
    const reason = String((await request.formData()).get('return') ?? '')
    const done = await answer(
      api(fetch).api.tenders[':id'].correction.return.$post({ param: { id }, json: { reason } }),
    )
    return done.ok
      ? NOTHING
      : fail(done.problem.status || 503, {
          ...NOTHING,
          problem: done.problem,
          typed: { return: reason } as Record<string, string>,
        })
  },
}
