import { error } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { enter } from '#lib/session/enter.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  await enter(event, 'supplier')
  const { id, lotId } = event.params
  const client = api(event.fetch).api
  const tender = await must(client.tenders[':id'].$get({ param: { id } }))
  const lot = tender.notice.lots.find((one) => one.lotId === lotId)
  if (!lot) error(404, { message: 'not-found' })
  const [result, deposit] = await Promise.all([
    answer(client.lots[':id']['my-result'].$get({ param: { id: lotId } })),
    must(client.lots[':id'].deposit.$get({ param: { id: lotId } })),
  ])
  if (!result.ok && result.problem.status >= 500) error(result.problem.status, { message: result.problem.title })
  const letter =
    result.ok && result.value.outcome === 'won'
      ? await answer(client.lots[':id'].award.letter.signatures.$get({ param: { id: lotId } }))
      : null
  return {
    signers: letter?.ok ? letter.value.signers : null,
    tender: { id, number: tender.number, title: tender.title },
    lot: { id: lotId, no: lot.no, title: lot.title },
    result: result.ok ? result.value : null,
    refunds: deposit.refunds,
  }
}
