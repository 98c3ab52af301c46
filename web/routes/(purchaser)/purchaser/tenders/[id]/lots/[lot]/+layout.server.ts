import { error } from '@sveltejs/kit'
import { api, must } from '#lib/api.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = async ({ params: { id, lot }, fetch, depends }) => {
  depends('sunlit:room')
  const client = api(fetch)
  const [{ notice, lots }, room] = await Promise.all([
    must(client.api.tenders[':id'].$get({ param: { id } })),
    must(client.api.lots[':id'].evaluation.room.$get({ param: { id: lot } })),
  ])
  const noticeLot = notice.lots.find(({ lotId }) => lotId === lot)
  const standing = lots.find((one) => one.id === lot)
  if (!noticeLot || !standing) return error(404, 'not-found')
  return {
    room,
    lot: { ...noticeLot, status: standing.status },
    plan: notice.committee ?? null,
    noticeTitle: notice.title,
  }
}
