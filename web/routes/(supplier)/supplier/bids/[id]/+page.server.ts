import { fail } from '@sveltejs/kit'
import { shown, textOf } from '#lib/account/auth.server.ts'
import { answer, api, must } from '#lib/api.ts'
import { enter, isSigner } from '#lib/session/enter.ts'
import type { Band } from '#lib/supplier/band.svelte.ts'
import { sizeOf } from '#lib/supplier/bids.ts'
import { correctionsSince } from '#lib/supplier/corrections.server.ts'
import { unanswered } from '#lib/supplier/corrections.ts'
import { sayIn } from '#lib/supplier/say.server.ts'
import type { Actions, PageServerLoad } from './$types'

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
  const isStanding = bid.kind === 'bid' && bid.state === 'received'
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
    corrections: isOpen && isStanding ? await correctionsSince(client, tender, bid.noticeN) : [],
    unanswered: isOpen && isStanding && unanswered(tender.notices, bid),
    tender: { id: tender.id, number: tender.number, title: tender.title, deadline: tender.deadline },
    purchaser: { name: notice.purchaser.name, contact: notice.purchaser.contact },
    minutes: notice.bidderWindowMinutes,
    lot: { id: bid.lotId, no: lot?.no ?? 0, title: lot?.title ?? '', priceKey: priceKey(lot?.summaryFields ?? []) },
    organisation: { id: me.organisationId, name: me.organisation ?? '', uscc: acting?.organisation.uscc ?? '' },
    isOpen,
    maySubmit: isSigner(me),
  }
}

export const actions: Actions = {
  /** 87号令 27: the correction was read, the bid stays as it is. */
  confirm: async ({ params, request, fetch, locals: { lang } }) => {
    const n = Number(textOf(await request.formData(), 'n'))
    const got = await answer(api(fetch, lang).api.bids[':id'].confirmation.$post({ param: params, json: { n } }))
    return got.ok ? { problem: null } : fail(got.problem.status || 503, await shown(got.problem, lang))
  },
}

const priceKey = (fields: readonly { key: string; type: string; required: boolean }[]): string | null =>
  fields.find((field) => field.type === 'money' && field.required)?.key ?? null
