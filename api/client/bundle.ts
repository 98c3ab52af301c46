/*
 * A bundle read as if it were the platform: the verifier's own lines ask it for the same addresses.
 *   const checks = await verifyBundle(file, { policy, authorities }, { complete: true })
 */
import { type BlobLike, fromUtf8 } from '../log/bytes.ts'
import { type Evidence, openEvidence } from '../seal/evidence.ts'
import { type Check, check } from './checks.ts'
import { type Http, problem } from './http.ts'
import { newestCheckpoint } from './scan.ts'
import { type GivenTrust, loadTrust, type TrustContext } from './trust.ts'
import { type VerifyOptions, verifyTenderPublic } from './verify.ts'

const refuses = async (): Promise<never> => {
  throw problem('read-only', 'A bundle takes nothing')
}

/** Whatever is not in it is not there; nothing is ever asked elsewhere. */
export const httpOfBundle = ({ index, get }: Pick<Evidence, 'index' | 'get'>): Http => ({
  origin: index.origin,
  bytes: get,
  json: async <T>(method: string, path: string) => {
    const bytes = method === 'GET' ? await get(path) : null
    if (!bytes) throw problem('not-found', `The bundle does not hold ${path}`, { status: 404 })
    try {
      return JSON.parse(fromUtf8(bytes)) as T
    } catch {
      throw problem('unexpected-answer', `${path} in the bundle is not JSON`)
    }
  },
  form: refuses,
  put: refuses,
})

/** Judged as of the last second by which a quorum had seen the log of the bundle, whenever that was. */
const asOfBundle = async (http: Http, trust: TrustContext): Promise<TrustContext> => {
  const newest = await newestCheckpoint(http.bytes, trust.policy)
  return newest?.seenBy == null ? trust : { ...trust, clockOffset: newest.seenBy * 1000 - Date.now() }
}

/** V-90: the index finds what was lost, altered or put in by accident; the log finds the rest. */
const wholeCheck = async (evidence: Evidence): Promise<Check> => {
  const faults = await evidence.faults()
  return check('V-90', faults.length === 0, faults.join('; ') || `${evidence.index.files.length}`)
}

/** A sandbox's bundle brings its own policy: whoever made it could have made the witnesses, too. */
const ownWord = (found: Check): Check =>
  found.ok === true ? check('V-01', null, `${found.detail}: by the policy in the bundle itself`) : found

/** Whether a file is a bundle at all; null when not. */
export const readBundle = (file: BlobLike): Promise<Evidence | null> => openEvidence(file)

/**
 * All public checks of the tender of a bundle, offline.
 * @throws Problem policy-needed, authorities-needed: outside a sandbox both must be one's own
 */
export const verifyBundle = async (
  evidence: Evidence,
  given: GivenTrust,
  { complete = false, handed = [], papers = [] }: Pick<VerifyOptions, 'complete' | 'handed' | 'papers'> = {},
): Promise<Check[]> => {
  const http = httpOfBundle(evidence)
  const trust = await asOfBundle(http, await loadTrust(http, given))
  const { tenderId, leaves } = evidence.index
  const whole = await wholeCheck(evidence)
  const checks = await verifyTenderPublic(http, trust, tenderId, { complete, handed, papers, offline: { leaves } })
  return [...checks.map((one) => (one.id === 'V-01' && !given.policy ? ownWord(one) : one)), whole]
}
