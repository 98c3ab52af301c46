import type { InferResponseType } from 'hono/client'
import type { OpenedPkcs12 } from '../../../../api/seal/pkcs12.ts'
import { answer, api, type Client, type Problem } from '../../api.ts'
import { paperOfLot, signPdf } from '../../seal/sign-pdf.ts'

type Route = Client['api']['lots'][':id']['opening-record']
/** Who has signed; `mine` null where it is not this person's to sign. */
export type RecordSigners = InferResponseType<Route['signatures']['$get'], 200>

/** Who has signed a lot's opening record; null for the seconds in which it is being printed. */
export const signersOf = async (lotId: string, fetcher: typeof fetch = fetch): Promise<RecordSigners | null> => {
  const { signatures } = api(fetcher).api.lots[':id']['opening-record']
  const got = await answer(signatures.$get({ param: { id: lotId } }))
  return got.ok ? got.value : null
}

/** 20号令 32: a bidder confirms the record by its signature; null when done. */
export const signRecord = (lotId: string, signer: OpenedPkcs12): Promise<Problem | null> =>
  signPdf(paperOfLot(lotId, 'opening-record', api().api.lots[':id']['opening-record'].signature), signer)
