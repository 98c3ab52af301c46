import { api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import { openedLot } from '#lib/tender/opened.server.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async ({ fetch, params, locals: { lang }, url, depends }) => {
  url.searchParams.get('lang')
  depends('sunlit:hall')
  const client = api(fetch, lang).api.tenders[':id']
  const param = { id: params.id }
  const [tender, hall] = await Promise.all([must(client.$get({ param })), must(client.opening.$get({ param }))])
  const opened = hall.namesOutAt
    ? (await Promise.all(hall.lots.map((lot) => openedLot(fetch, lot.lotId)))).filter((lot) => lot !== null)
    : []
  // While suspended no window comes to its end.
  const running = hall.suspended ? [] : hall.lots
  const waits = running.flatMap((lot) => (lot.decidedAt ? [] : [lot.windowEndsAt, lot.fallbackEndsAt]))
  const next = [hall.deadline, ...waits].filter((at) => at !== null && at > hall.now).sort()[0]
  const { bidderWindowMinutes, trusteeWindowMinutes, trustees, lots } = tender.notice
  return {
    pageWords: words(lang, 'tender'),
    tender: { id: tender.id, title: tender.title, number: tender.number },
    terms: { bidder: bidderWindowMinutes, trustee: trusteeWindowMinutes, n: trustees.n, k: trustees.k },
    minimum: Object.fromEntries(lots.map((lot) => [lot.lotId, lot.minimumBidders])),
    hall,
    opened,
    ...(next ? { next } : {}),
  }
}
