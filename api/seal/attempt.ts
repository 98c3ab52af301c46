import { z } from 'zod'
import { type Bytes, concat, fromBase64url, utf8 } from '../log/bytes.ts'
import { type Ed25519Signer, verifyEd25519 } from '../log/ed25519.ts'
import {
  base64urlField,
  bytesField,
  encodeJson,
  failed,
  idField,
  instantField,
  parseJson,
  V,
  type Verdict,
} from './json.ts'
import { signedSchema } from './signed-json.ts'

/**
 * An attempt receipt: the log's signed word that somebody tried to hand in at this instant and was answered so. It is
 * given to the one who tried and kept nowhere: before the opening nobody else may learn that there was an attempt.
 */
export const attemptSchema = signedSchema('attempt', {
  /** Of the log. */
  origin: z.string().min(1).max(300),
  organisation: idField,
  path: z.string().min(1).max(200),
  /** H of the request's body, which the bidder has; null where it could not be read any more. */
  bodySha256: bytesField(32).nullable(),
  status: z.int().min(400).max(599),
  code: z.string().max(100),
  at: instantField,
  /** `machine`: the database did not answer, so that this is not the clock of the deadlines. */
  clock: z.enum(['platform', 'machine']),
})
export type Attempt = z.output<typeof attemptSchema>

const signedBytes = (bytes: Uint8Array): Bytes => concat(utf8('sunlit/v1/attempt\n'), bytes)

/** Signs an attempt with the log's key. */
export const signAttempt = async (
  attempt: Omit<Attempt, 'v' | 'type'>,
  signer: Pick<Ed25519Signer, 'sign'>,
): Promise<{ bytes: Bytes; signature: Bytes }> => {
  const bytes = encodeJson({ v: V, type: 'attempt', ...attempt })
  return { bytes, signature: await signer.sign(signedBytes(bytes)) }
}

/** Verifies an attempt receipt against the log's public key (32 bytes) and its origin. Never throws. */
export const verifyAttempt = async (
  { bytes, signature }: { bytes: Uint8Array; signature: Uint8Array },
  log: { name: string; publicKey: Uint8Array },
): Promise<Verdict<{ attempt: Attempt }, 'attempt-invalid'>> => {
  if (!(await verifyEd25519(log.publicKey, signedBytes(bytes), signature))) return failed('attempt-invalid')
  const read = parseJson(bytes, attemptSchema)
  return read.ok && read.value.origin === log.name ? { ok: true, attempt: read.value } : failed('attempt-invalid')
}

const fileSchema = z.strictObject({ statement: base64urlField(1, 4000), signature: bytesField(64) })

/** The file `attempt.json` as it is saved; null when it is none. */
export const parseAttemptFile = (bytes: Uint8Array): { bytes: Bytes; signature: Bytes } | null => {
  const read = parseJson(bytes, fileSchema)
  if (!read.ok) return null
  return { bytes: fromBase64url(read.value.statement), signature: fromBase64url(read.value.signature) }
}
