import { expiring } from '#lib/account/expiry.ts'
import { api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import { enter, isSigner } from '#lib/session/enter.ts'
import { sealsOf } from '#lib/supplier/rehearsal/cards.ts'
import type { PageServerLoad } from './$types'

/** One's own cards, and what a certificate is compared with. */
export const load: PageServerLoad = async (event) => {
  const me = await enter(event, 'supplier')
  const client = api(event.fetch).api
  const [session, { certificates }, { now, left, cards }] = await Promise.all([
    must(client.session.$get()),
    must(client.certificates.$get()),
    must(client.rehearsals.$get()),
  ])
  const acting = session.memberships.find((one) => one.id === session.active)
  const seals = certificates.filter(({ purpose }) => purpose === 'organisation')
  return {
    pageWords: words(event.locals.lang, 'rehearsal'),
    organisation: { id: me.organisationId, name: me.organisation ?? '', uscc: acting?.organisation.uscc ?? '' },
    bound: sealsOf(seals),
    expiring: expiring(seals, Date.parse(now)),
    left,
    cards,
    mayRehearse: isSigner(me),
  }
}
