import { fail } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import type { Actions, PageServerLoad } from './$types'

/** Lots that the committee or the purchaser works on. */
const REVIEWED = ['opened', 'evaluated', 'awarded']
const DRAFTING = ['draft', 'in-review']

export const load: PageServerLoad = async ({ params: { id }, parent, fetch }) => {
  const { tender } = await parent()
  const client = api(fetch)
  const isDraft = DRAFTING.includes(tender.status) || /^草稿-/.test(tender.number)
  const [{ files }, notice, correction] = await Promise.all([
    must(client.api.tenders[':id'].files.$get({ param: { id } })),
    isDraft ? null : must(client.api.tenders[':id'].$get({ param: { id } })),
    isDraft ? null : answer(client.api.tenders[':id'].correction.$get({ param: { id } })),
  ])
  const reviewed = (notice?.lots ?? []).filter((lot) => REVIEWED.includes(lot.status))
  const standing = await Promise.all(
    reviewed.map(async ({ id: lotId }) => {
      const param = { id: lotId }
      const [room, award] = await Promise.all([
        answer(client.api.lots[':id'].evaluation.room.$get({ param })),
        answer(client.api.lots[':id'].award.$get({ param })),
      ])
      return [lotId, { room: room.ok ? room.value.status : null, award: award.ok ? award.value.award : null }] as const
    }),
  )
  return {
    standing: Object.fromEntries(standing),
    documents: files.filter((file) => file.kind === 'document' && !file.removed).length,
    notice,
    correction: correction?.ok ? correction.value : null,
  }
}

/** 退回修改 and 取消: each with its reason. */
const reasoned =
  (act: 'return' | 'cancel') =>
  async ({ params, request, fetch }: Parameters<Actions[string]>[0]) => {
    const reason = String((await request.formData()).get('reason') ?? '')
    const done = await answer(
      api(fetch).api.tenders[':id'][act].$post({ param: { id: params['id'] ?? '' }, json: { reason } }),
    )
    return done.ok ? { done: act } : fail(done.problem.status || 503, { problem: done.problem, reason })
  }

export const actions: Actions = { return: reasoned('return') }
