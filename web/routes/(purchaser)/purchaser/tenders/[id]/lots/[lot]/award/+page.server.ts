import { fail } from '@sveltejs/kit'
import { answer, api } from '#lib/api.ts'
import { fenOf } from '#lib/purchaser/draft.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ params: { lot }, fetch }) => {
  const client = api(fetch)
  const [award, bids] = await Promise.all([
    answer(client.api.lots[':id'].award.$get({ param: { id: lot } })),
    answer(client.api.lots[':id'].evaluation.bids.$get({ param: { id: lot } })),
  ])
  const winner = bids.ok && award.ok ? bids.value.bids.find((one) => one.bidId === award.value.award?.bidId) : undefined
  const letter =
    award.ok && award.value.award?.publishedAt
      ? await answer(client.api.lots[':id'].award.letter.signatures.$get({ param: { id: lot } }))
      : null
  return {
    letter: letter?.ok ? letter.value : null,
    award: award.ok ? award.value : { candidates: [], decisionDue: null, award: null },
    // before the report is signed there are no candidates: the page says so in the platform's words
    refusal: award.ok ? null : award.problem,
    files: (winner?.envelopes ?? []).flatMap(({ kind, files }) =>
      kind === 'summary' ? [] : files.map(({ index, name }) => ({ kind, index, name })),
    ),
  }
}

const GROUNDS = ['gave-up', 'force-majeure', 'no-performance-bond', 'illegal-act', 'draw'] as const
const KINDS = ['qualification', 'technical', 'price-detail'] as const

const subjectOf = (form: FormData) => {
  const all = (name: string) => form.getAll(name).map(String)
  const [names, specs, quantities, prices, asked] = [
    all('name'),
    all('spec'),
    all('quantity'),
    all('unitPrice'),
    all('requirement'),
  ]
  return names
    .map((name, i) => ({
      name: name.trim(),
      spec: (specs[i] ?? '').trim(),
      quantity: (quantities[i] ?? '').trim(),
      unitPrice: fenOf(prices[i] ?? ''),
      requirement: (asked[i] ?? '').trim(),
    }))
    .filter((line) => Object.values(line).some((value) => value !== ''))
}

export const actions: Actions = {
  decide: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const bidId = String(form.get('bidId') ?? '')
    const passedOver = form
      .getAll('over')
      .map(String)
      .flatMap((id) => {
        const ground = GROUNDS.find((one) => one === form.get(`ground.${id}`))
        return id !== bidId && ground ? [{ bidId: id, ground, reason: String(form.get(`reason.${id}`) ?? '') }] : []
      })
    const done = await answer(
      api(fetch).api.lots[':id'].award.$post({ param: { id: params.lot }, json: { bidId, passedOver } }),
    )
    return done.ok
      ? { problem: null, subject: null }
      : fail(done.problem.status || 503, { problem: done.problem, subject: null })
  },
  publish: async ({ params, request, fetch }) => {
    const form = await request.formData()
    const subject = subjectOf(form)
    const [kind, index] = String(form.get('sme') ?? '').split('|')
    const sme = KINDS.find((one) => one === kind)
    const done = await answer(
      api(fetch).api.lots[':id'].award.publication.$post({
        param: { id: params.lot },
        json: { subject, ...(sme ? { smeDeclaration: { kind: sme, index: Number(index) } } : {}) },
      }),
    )
    return done.ok
      ? { problem: null, subject: null }
      : fail(done.problem.status || 503, { problem: done.problem, subject })
  },
}
