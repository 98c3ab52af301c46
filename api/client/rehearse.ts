/*
 * A rehearsal's way through the platform: uploaded, downloaded and handed over as signed.
 *   await uploadRehearsal(http, prepared, { sink, onProgress })
 *   const read = await downloadRehearsal(http, prepared.rehearsalId)
 *   const card = await completeRehearsal(http, prepared.rehearsalId, { statement, cms, browser, pace })
 */
import { toBase64url } from '../log/bytes.ts'
import { type Http, problem } from './http.ts'
import type { PreparedRehearsal } from './rehearsal.ts'
import { type Address, type SubmitOptions, uploadParts } from './submit-bid.ts'

/** Bytes a second. */
export type RehearsalPace = { seal: number; upload: number; download: number }

/** A passed rehearsal, as the platform keeps it for its own organisation. */
export type RehearsalCard = {
  id: string
  person: string
  certificate: { sha256: string; subject: string; notAfter: string }
  browser: string
  bytes: number
  pace: RehearsalPace
  passedAt: string
  validUntil: string
  valid: boolean
}

/** Hands the signed manifest in and puts every part, by the lines that upload a bid. */
export const uploadRehearsal = async (
  http: Http,
  prepared: Pick<PreparedRehearsal, 'rehearsalId' | 'manifest' | 'cms' | 'partHashes'>,
  options: SubmitOptions,
): Promise<void> => {
  const { parts } = await http.json<{ parts: Address[] }>('POST', '/api/rehearsals', {
    manifest: toBase64url(prepared.manifest),
    cms: toBase64url(prepared.cms),
    partHashes: prepared.partHashes,
  })
  await uploadParts(http, `/api/rehearsals/${prepared.rehearsalId}/parts`, parts, options)
}

type Placed = { envelopeNo: number; part: number; size: number; url: string }
export type Downloaded = { envelopeNo: number; part: number; bytes: Uint8Array }

/** Fetches every part of one's own rehearsal from the store again. @throws Problem of the platform, or `unreachable` */
export const downloadRehearsal = async (
  http: Http,
  rehearsalId: string,
  onProgress?: (done: number, total: number) => void,
): Promise<Downloaded[]> => {
  const { parts } = await http.json<{ parts: Placed[] }>('GET', `/api/rehearsals/${rehearsalId}/ciphertext`)
  const total = parts.reduce((sum, { size }) => sum + size, 0)
  const found: Downloaded[] = []
  let done = 0
  for (const { envelopeNo, part, size, url } of parts) {
    const bytes = await http.bytes(url)
    if (bytes?.length !== size) throw problem('rehearsal-not-reopened', 'A part came back with another length')
    found.push({ envelopeNo, part, bytes })
    done += size
    onProgress?.(done, total)
  }
  return found
}

/** Hands the signed key of the summary over; the platform opens it, and answers the card. */
export const completeRehearsal = (
  http: Http,
  rehearsalId: string,
  { statement, cms, ...more }: { statement: Uint8Array; cms: Uint8Array; browser: string; pace: RehearsalPace },
): Promise<RehearsalCard> =>
  http.json<RehearsalCard>('POST', `/api/rehearsals/${rehearsalId}/completion`, {
    statement: toBase64url(statement),
    cms: toBase64url(cms),
    ...more,
  })
