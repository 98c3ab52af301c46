import { packager } from 'virtual:packager'
import { error } from '@sveltejs/kit'
import { expiring } from '#lib/account/expiry.ts'
import { api, must } from '#lib/api.ts'
import { enter, isSigner } from '#lib/session/enter.ts'
import type { Band } from '#lib/supplier/band.svelte.ts'
import { validBid } from '#lib/supplier/bids.ts'
import { correctionsSince } from '#lib/supplier/corrections.server.ts'
import { sealsOf } from '#lib/supplier/rehearsal/cards.ts'
import { sayIn } from '#lib/supplier/say.server.ts'
import type { PageServerLoad } from './$types'

type Session = { active: string | null; memberships: { id: string; organisation: { uscc: string } }[] }
/** 统一社会信用代码 of the organisation acted for. */
const usccOf = ({ active, memberships }: Session): string =>
  memberships.find(({ id }) => id === active)?.organisation.uscc ?? ''

/** What the page needs of the platform to let a bid be written. What is written never comes back here. */
export const load: PageServerLoad = async (event) => {
  const me = await enter(event, 'supplier')
  const { id, lotId } = event.params
  const client = api(event.fetch).api
  const tender = await must(client.tenders[':id'].$get({ param: { id } }))
  const lot = tender.notice.lots.find((one) => one.lotId === lotId)
  if (!lot) error(404, { message: 'not-found' })
  const [session, { certificates }, documents, deposit, { bids }, { cards }] = await Promise.all([
    must(client.session.$get()),
    must(client.certificates.$get()),
    must(client.tenders[':id'].documents.$get({ param: { id } })),
    must(client.lots[':id'].deposit.$get({ param: { id: lotId } })),
    must(client.bids.$get({ query: { tenderId: id } })),
    must(client.rehearsals.$get()),
  ])
  const isOpen =
    tender.status === 'published' && !tender.suspended && Date.parse(tender.now) < Date.parse(tender.deadline)
  const valid = validBid(bids, lotId)
  const say = sayIn(event.locals.lang, 'supplier')
  const band: Band | null = isOpen
    ? {
        kind: 'stop',
        title: say('band.not'),
        text: say(valid ? 'band.not.replacing' : 'band.not.text'),
        deadline: tender.deadline,
      }
    : null
  const { notice } = tender
  const deadline = Date.parse(tender.deadline)
  const seals = certificates.filter(({ purpose }) => purpose === 'organisation')
  const until = { deadline, opening: deadline + notice.bidderWindowMinutes * 60_000 }
  return {
    band,
    tender: { id, number: tender.number, title: tender.title, deadline: tender.deadline, noticeN: notice.n },
    corrections: await correctionsSince(client, tender, 0),
    expiring: isOpen ? expiring(seals, Date.parse(tender.now), until) : [],
    rehearsed: { now: tender.now, cards, bound: sealsOf(seals) },
    packager,
    goods: notice.object === 'goods',
    consortium: notice.consortium,
    lot,
    deposit,
    bids,
    valid: valid && { id: valid.id, noticeN: valid.noticeN },
    organisation: { id: me.organisationId, name: me.organisation ?? '', uscc: usccOf(session) },
    obtained: documents.obtainedAt !== null,
    isOpen,
    maySubmit: isSigner(me),
  }
}
