import { api, must } from '#lib/api.ts'
import { enter, isSigner } from '#lib/session/enter.ts'
import { signersOf } from '#lib/supplier/hall/record-signing.ts'
import { type OpeningRecord, openingRecordSchema } from '../../../../../../../api/seal/opening-record.ts'
import type { PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const me = await enter(event, 'supplier')
  const { id } = event.params
  const client = api(event.fetch).api
  const [hall, tender] = await Promise.all([
    must(client.tenders[':id'].opening.$get({ param: { id } })),
    must(client.tenders[':id'].$get({ param: { id } })),
  ])
  const opened = hall.namesOutAt === null ? [] : hall.lots.filter((lot) => lot.count !== null)
  const records = await Promise.all(
    opened.map(async ({ lotId }) => {
      const [record, signers] = await Promise.all([recordOf(event.fetch, lotId), signersOf(lotId, event.fetch)])
      return record && { record, signers }
    }),
  )
  const { notice } = tender
  return {
    hall,
    records: records.filter((one) => one !== null),
    tender: { id, number: tender.number, title: tender.title },
    trustees: { n: notice.trustees.n, k: notice.trustees.k, minutes: notice.trusteeWindowMinutes },
    organisationId: me.organisationId,
    maySign: isSigner(me),
  }
}

/** The record itself, byte for byte what OPENING holds the hash of; a lot that was not opened has none. */
const recordOf = async (fetcher: typeof fetch, lotId: string): Promise<OpeningRecord | null> => {
  const response = await fetcher(`/api/lots/${lotId}/opening-record`)
  if (!response.ok) return null
  const read = openingRecordSchema.safeParse(await response.json())
  return read.success ? read.data : null
}
