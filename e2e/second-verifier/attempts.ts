import { toBase64url } from '../../api/log/bytes.ts'
import { type Ed25519Signer, newSeed, signerOf } from '../../api/log/ed25519.ts'
import { NOW, ORG } from '../../api/seal/actors.testing.ts'
import { signAttempt } from '../../api/seal/attempt.ts'

type Log = { name: string } & Pick<Ed25519Signer, 'sign'>

const attempt = async (origin: string, signer: Pick<Ed25519Signer, 'sign'>, status = 409) => {
  const answer = { status, code: 'bid-after-deadline', at: NOW, clock: 'platform' as const }
  const { bytes, signature } = await signAttempt(
    { origin, organisation: ORG, path: '/api/bids', bodySha256: null, ...answer },
    signer,
  )
  return { statement: toBase64url(bytes), signature: toBase64url(signature) }
}

/** Attempt receipts, and whether the log of the policy signed them. */
export const ATTEMPTS: { what: string; make: (log: Log) => Promise<object>; holds: boolean }[] = [
  { what: 'signed by the log', make: (log) => attempt(log.name, log), holds: true },
  {
    what: 'in the name of the log, by the key of another',
    make: async (log) => attempt(log.name, await signerOf(newSeed())),
    holds: false,
  },
  { what: 'of another log with the same key', make: (log) => attempt('another.test/log/sandbox', log), holds: false },
  { what: 'that nothing was refused', make: (log) => attempt(log.name, log, 200), holds: false },
  {
    what: 'the signature of one over the words of another',
    make: async (log) => ({
      ...(await attempt(log.name, log)),
      signature: (await attempt(log.name, log, 422)).signature,
    }),
    holds: false,
  },
]
