import { expiring } from '#lib/account/expiry.ts'
import { answer, api, must } from '#lib/api.ts'
import { enter } from '#lib/session/enter.ts'
import { sealsOf } from '#lib/supplier/rehearsal/cards.ts'
import { byDue, dutiesOf, submitted, type TenderWork } from '#lib/supplier/work.ts'
import type { PageServerLoad } from './$types'

/** As many tenders as a person has under way at once; older ones stand in the list of bids. */
const MOST = 30

export const load: PageServerLoad = async (event) => {
  await enter(event, 'supplier')
  const client = api(event.fetch).api
  const [clock, { certificates }, { items }, { bids }, { cards }] = await Promise.all([
    must(client.clock.$get()),
    must(client.certificates.$get()),
    must(client.my.documents.$get()),
    must(client.bids.$get({ query: {} })),
    must(client.rehearsals.$get()),
  ])
  const ids = [...new Set([...items.map(({ tenderId }) => tenderId), ...bids.map(({ tenderId }) => tenderId)])].slice(
    0,
    MOST,
  )
  const works = (await Promise.all(ids.map((id) => workOf(client, id, bids)))).filter((work) => work !== null)
  const now = Math.max(...works.map(({ tender }) => Date.parse(tender.now)), 0)
  const duties = byDue(works.flatMap((work) => dutiesOf(work, now)))
  const running = works.filter(({ tender }) => !['cancelled', 'failed', 'contracted'].includes(tender.status))
  return {
    expiring: expiring(certificates, Date.parse(clock.now)),
    rehearsed: { now: clock.now, cards, bound: sealsOf(certificates) },
    duties,
    at: now === 0 ? null : new Date(now).toISOString(),
    tenders: running.map((work) => ({
      id: work.tender.id,
      number: work.tender.number,
      title: work.tender.title,
      status: work.tender.status,
      suspended: work.tender.suspended,
      deadline: work.tender.deadline,
      submitted: submitted(work),
      withdrawn: work.bids.some((bid) => bid.state === 'withdrawn'),
      lots: work.tender.lots.length,
    })),
  }
}

type Client = ReturnType<typeof api>['api']

/** A tender that cannot be read just now must not take the whole page down. */
const workOf = async (client: Client, id: string, bids: TenderWork['bids']): Promise<TenderWork | null> => {
  const tender = await answer(client.tenders[':id'].$get({ param: { id } }))
  if (!tender.ok) return null
  const own = bids.filter((bid) => bid.tenderId === id)
  const hall =
    tender.value.status === 'closed' ? await answer(client.tenders[':id'].opening.$get({ param: { id } })) : null
  return { tender: tender.value, bids: own, hall: hall?.ok ? hall.value : null }
}
