import { error } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ params: { lot }, fetch, depends }) => {
  depends('sunlit:room')
  const client = api(fetch)
  const room = await must(client.api.lots[':id'].evaluation.room.$get({ param: { id: lot } }))
  const [{ notice }, session, bids] = await Promise.all([
    must(client.api.tenders[':id'].$get({ param: { id: room.tenderId } })),
    must(client.api.session.$get()),
    // refused until the declaration is made: the page then asks for it
    answer(client.api.lots[':id'].evaluation.bids.$get({ param: { id: lot } })),
  ])
  const noticeLot = notice.lots.find(({ lotId }) => lotId === lot)
  const me = room.members.find(({ personId }) => personId !== null && personId === session.person?.id)
  if (!noticeLot || !me) return error(404, 'not-found')
  return { room, lot: noticeLot, number: notice.number, me, bids: bids.ok ? bids.value.bids : [] }
}
