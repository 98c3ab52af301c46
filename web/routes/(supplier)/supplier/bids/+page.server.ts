import { answer, api, must } from '#lib/api.ts'
import { enter } from '#lib/session/enter.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  await enter(event, 'supplier')
  const client = api(event.fetch).api
  const { bids } = await must(client.bids.$get({ query: {} }))
  const ids = [...new Set(bids.map(({ tenderId }) => tenderId))]
  const tenders = new Map(
    await Promise.all(
      ids.map(async (id) => {
        const got = await answer(client.tenders[':id'].$get({ param: { id } }))
        return [id, got.ok ? got.value : null] as const
      }),
    ),
  )
  return {
    bids: bids
      .map((bid) => {
        const tender = tenders.get(bid.tenderId)
        const lot = tender?.lots.find(({ id }) => id === bid.lotId)
        return {
          id: bid.id,
          number: bid.number,
          kind: bid.kind,
          state: bid.state,
          at: bid.receivedAt,
          tender: tender?.title ?? '',
          tenderNumber: tender?.number ?? '',
          lotNo: lot?.no ?? 0,
        }
      })
      .sort((a, b) => (b.at ?? '9').localeCompare(a.at ?? '9')),
  }
}
