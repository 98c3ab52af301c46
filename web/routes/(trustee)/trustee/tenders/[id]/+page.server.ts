import { error } from '@sveltejs/kit'
import { answer, api, must } from '#lib/api.ts'
import { enter } from '#lib/session/enter.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  await enter(event, 'trustee')
  const { id } = event.params
  const client = api(event.fetch).api
  const { items } = await must(client.my['trustee-seats'].$get())
  const seat = items.find((one) => one.tenderId === id)
  if (!seat) error(404, { message: 'not-found' })
  const [trustees, clock] = await Promise.all([
    must(client.tenders[':id'].trustees.$get({ param: { id } })),
    must(client.clock.$get()),
  ])
  // before publication there is no opening hall to look into
  const hall = await answer(client.tenders[':id'].opening.$get({ param: { id } }))
  const own = trustees.seats.find((one) => one.i === seat.i)
  return {
    seat,
    terms: trustees.terms,
    statement: own?.statement ?? null,
    setSigned: trustees.setHash !== null,
    hall: hall.ok ? hall.value : null,
    at: clock.now,
  }
}
