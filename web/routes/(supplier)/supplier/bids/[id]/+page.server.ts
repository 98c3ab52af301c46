import { api, must } from '#lib/api.ts'
import { enter, isSigner } from '#lib/session/enter.ts'
import type { Band } from '#lib/supplier/band.svelte.ts'
import { sizeOf } from '#lib/supplier/bids.ts'
import { sayIn } from '#lib/supplier/say.server.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const me = await enter(event, 'supplier')
  const client = api(event.fetch).api
  const { bid } = await must(client.bids[':id'].parts.$get({ param: { id: event.params.id } }))
  const [tender, session] = await Promise.all([
    must(client.tenders[':id'].$get({ param: { id: bid.tenderId } })),
    must(client.session.$get()),
  ])
  const acting = session.memberships.find((one) => one.id === session.active)
  const isOpen =
    tender.status === 'published' && !tender.suspended && Date.parse(tender.now) < Date.parse(tender.deadline)
  const say = sayIn(event.locals.lang, 'supplier')
  const { notice } = tender
  const lot = notice.lots.find((one) => one.lotId === bid.lotId)
  const unfinished = bid.state === 'uploading'
  const band: Band | null =
    bid.receipt === null
      ? unfinished && isOpen
        ? { kind: 'stop', title: say('band.not'), text: say('band.not.text'), deadline: tender.deadline }
        : null
      : { kind: 'open', title: say('band.received'), text: say('band.received.text') }
  return {
    band,
    bid,
    size: sizeOf(bid),
    tender: { id: tender.id, number: tender.number, title: tender.title, deadline: tender.deadline },
    purchaser: { name: notice.purchaser.name, contact: notice.purchaser.contact },
    minutes: notice.bidderWindowMinutes,
    lot: { id: bid.lotId, no: lot?.no ?? 0, title: lot?.title ?? '', priceKey: priceKey(lot?.summaryFields ?? []) },
    organisation: { id: me.organisationId, name: me.organisation ?? '', uscc: acting?.organisation.uscc ?? '' },
    isOpen,
    maySubmit: isSigner(me),
  }
}

const priceKey = (fields: readonly { key: string; type: string; required: boolean }[]): string | null =>
  fields.find((field) => field.type === 'money' && field.required)?.key ?? null
