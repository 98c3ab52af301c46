import { error } from '@sveltejs/kit'
import { api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import { type OpeningRecord, openingRecordSchema } from '../../../../../../../api/seal/opening-record.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

/** Public like the record it reads, and not a moment earlier: before names are out there is no such page (20号令 30). */
export const load: PageServerLoad = async ({ fetch, params: { id }, locals: { lang } }) => {
  const client = api(fetch, lang).api.tenders[':id']
  const param = { id }
  const [tender, hall] = await Promise.all([must(client.$get({ param })), must(client.opening.$get({ param }))])
  if (hall.namesOutAt === null) error(404, { message: 'not-found' })
  const records: OpeningRecord[] = []
  for (const { lotId } of hall.lots) {
    const response = await fetch(`/api/lots/${lotId}/opening-record`)
    if (response.ok) records.push(openingRecordSchema.parse(await response.json()))
  }
  return {
    pageWords: { ...words(lang, 'tender'), ...words(lang, 'decryption') },
    tender: { id: tender.id, title: tender.title, number: tender.number },
    lots: records.map((record) => ({
      lotId: record.lotId,
      no: record.lotNo,
      title: record.lotTitle,
      fallback: record.fallback,
      bids: record.bids.map(({ bidId, name, how, treatedAs, decision }) => ({ bidId, name, how, treatedAs, decision })),
    })),
  }
}
