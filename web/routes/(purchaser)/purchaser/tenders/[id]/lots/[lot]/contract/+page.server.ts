import { fail } from '@sveltejs/kit'
import { answer, api, must, readProblem } from '#lib/api.ts'
import { fenOf } from '#lib/purchaser/draft.ts'
import { hexOf } from '#lib/tender/results.server.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { id, lot }, fetch }) => {
  const client = api(fetch)
  const [read, { awards }] = await Promise.all([
    answer(client.api.lots[':id'].award.$get({ param: { id: lot } })),
    must(client.api.tenders[':id'].awards.$get({ param: { id } })),
  ])
  const published = awards.find((one) => one.lotId === lot)
  const contract = published?.contract
  const letter =
    published && !contract
      ? await answer(client.api.lots[':id'].award.letter.signatures.$get({ param: { id: lot } }))
      : null
  return {
    award: read.ok ? read.value.award : null,
    letterUnsigned: letter?.ok === true && letter.value.signers.length === 0,
    winner: published?.winner.name ?? null,
    contract: contract ? { ...contract, fileHash: hexOf(contract.fileSha256) } : null,
  }
}

export const actions: Actions = {
  default: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const typed = { amount: String(form.get('amount') ?? ''), signedOn: String(form.get('signedOn') ?? '') }
    const body = new FormData()
    const file = form.get('file')
    if (file) body.set('file', file)
    body.set('amount', fenOf(typed.amount))
    body.set('signedOn', typed.signedOn.trim())
    const sent = await fetch(`/api/lots/${params.lot}/contract/files`, { method: 'POST', body })
    if (sent.ok) return { problem: null, typed: null }
    const problem = await readProblem(sent)
    return fail(problem.status || 503, { problem, typed })
  },
}
