import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch }) => {
  const client = api(fetch)
  const { items } = await must(client.api.my.tenders.$get())
  const worked = items.filter(({ status }) => ['opened', 'evaluated', 'awarded', 'contracted'].includes(status))
  const rows = await Promise.all(
    worked.map(async (tender) => {
      const [read, { awards }] = await Promise.all([
        must(client.api.tenders[':id'].$get({ param: { id: tender.id } })),
        must(client.api.tenders[':id'].awards.$get({ param: { id: tender.id } })),
      ])
      return read.lots.map((lot) => {
        const award = awards.find(({ lotId }) => lotId === lot.id)
        return {
          id: lot.id,
          tenderId: tender.id,
          title: tender.title,
          number: tender.number,
          lotNo: lot.no,
          status: lot.status,
          winner: award?.winner.name ?? null,
          price: award?.price ?? null,
          publishedAt: award?.publishedAt ?? null,
          contracted: award?.contract != null,
        }
      })
    }),
  )
  return { rows: rows.flat() }
}
