import { api, must } from '#lib/api.ts'
import { readPage } from '#lib/query.ts'
import type { PageServerLoad } from './$types'

const MONTH = /^20\d{2}-(0[1-9]|1[0-2])$/

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, url }) => {
  const q = url.searchParams.get('q')?.trim().slice(0, 100) ?? ''
  const month = url.searchParams.get('month')?.trim() ?? ''
  const sme = url.searchParams.get('sme') === 'true'
  const query = {
    ...(q && { q }),
    ...(MONTH.test(month) && { month }),
    ...(sme && { sme: 'true' as const }),
    page: String(Math.min(10_000, readPage(url))),
  }
  const found = await must(api(fetch).api.intentions.$get({ query }))
  return { found, q, month, sme, wrong: month !== '' && !MONTH.test(month) ? [month] : [] }
}
