import { error } from '@sveltejs/kit'
import { api, must } from '#lib/api.ts'
import { yuan } from '#lib/i18n/amount.ts'
import { csv } from '#lib/public/csv.ts'
import { openedLot } from '#lib/tender/opened.server.ts'
import type { RequestHandler } from './$types'

/** What the table of a lot shows, as CSV. */
export const GET: RequestHandler = async ({ fetch, params, locals: { lang } }) => {
  const hall = await must(api(fetch, lang).api.tenders[':id'].opening.$get({ param: { id: params.id } }))
  const found = hall.lots.find(({ no }) => String(no) === params.no)
  const lot = found && hall.namesOutAt ? await openedLot(fetch, found.lotId) : null
  if (!lot) return error(404)
  const head = [
    '投标人',
    '统一社会信用代码',
    '联合体成员',
    `${lot.priceLabel}（元）`,
    '大写',
    '占限价%',
    ...lot.otherLabels,
    '保证金',
    '打开方式',
    '认定',
  ]
  const rows = lot.bids.map((bid) => [
    bid.name,
    bid.uscc,
    bid.members.map((name) => name ?? '未登记的单位').join('；'),
    bid.price === null ? '' : yuan(bid.price).replaceAll(',', ''),
    bid.capitals ?? '',
    bid.share ?? '',
    ...bid.others,
    bid.deposit,
    bid.how,
    bid.treatedAs,
  ])
  return new Response(csv([head, ...rows]), {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="opening-lot-${lot.no}.csv"`,
    },
  })
}
