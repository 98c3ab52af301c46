import { api, must } from '#lib/api.ts'
import { enter } from '#lib/session/enter.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  await enter(event, 'trustee')
  const { items } = await must(api(event.fetch).api.my['trustee-seats'].$get())
  const order = { open: 0, 'make-key': 1, drill: 2, wait: 3, over: 4 } as const
  return {
    seats: items
      .map((seat) => ({ ...seat, id: `${seat.tenderId}-${seat.i}` }))
      .sort((a, b) => order[a.next] - order[b.next] || (a.deadline ?? '9').localeCompare(b.deadline ?? '9')),
  }
}
