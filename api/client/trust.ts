/*
 * What a client trusts: the witness policy and the pinned certificate authorities. Outside a sandbox neither is ever
 * taken from the platform itself.
 *   const trust = await loadTrust(http)                                 demo and sandbox
 *   const trust = await loadTrust(http, { policy: text, authorities })  production: from files of one's own
 */
import { type Bytes, fromBase64, fromUtf8 } from '../log/bytes.ts'
import { type Policy, parsePolicy } from '../log/policy.ts'
import type { TrustPolicy } from '../seal/chain.ts'
import { type Http, problem } from './http.ts'

/** Plain data: may be posted to a Worker. */
export type TrustContext = {
  policy: Policy
  /** DER of the pinned authorities. */
  trusted: readonly Bytes[]
  /** DER of their revocation lists; each is signed by its authority, so the platform may carry them. */
  crls: readonly Bytes[]
  /** The log's origin ends in `/sandbox`: its time is moved at will, so the device's clock is not asked. */
  sandbox: boolean
  /** Milliseconds by which the time to judge by is ahead of the device's clock; 0 outside a sandbox. */
  clockOffset: number
}

export type GivenTrust = {
  /** Text of a C2SP policy file. */
  policy?: string
  /** DER of pinned authorities. */
  authorities?: readonly Uint8Array[]
}

type Authorities = { at: string; authorities: { pem: string; crl: { pem: string } | null }[] }

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g

/** DER of each block of a PEM text with this label (`CERTIFICATE`, `X509 CRL`). @throws RangeError for bad base64 */
export const pemBlocks = (text: string, label: string): Bytes[] =>
  [...text.matchAll(PEM)].flatMap(([, found, body]) =>
    found === label ? [fromBase64((body ?? '').replace(/\s/g, ''))] : [],
  )

export const isSandbox = (policy: Policy): boolean => policy.log.name.endsWith('/sandbox')

const readPolicy = async (http: Http, given: string | undefined): Promise<Policy> => {
  if (given !== undefined) return parsePolicy(given)
  const bytes = await http.bytes('/log/policy')
  if (!bytes) throw problem('policy-missing', 'The platform publishes no witness policy')
  const policy = parsePolicy(fromUtf8(bytes))
  if (!isSandbox(policy)) throw problem('policy-needed', 'A witness policy of your own is needed outside a sandbox')
  return policy
}

/** Now, as certificates and windows are judged: the device's clock, or the sandbox's. UTC milliseconds. */
export const nowOf = ({ clockOffset }: TrustContext): number => Date.now() + clockOffset

/** @throws Problem policy-needed, authorities-needed: outside a sandbox both must be given */
export const loadTrust = async (http: Http, given: GivenTrust = {}): Promise<TrustContext> => {
  const policy = await readPolicy(http, given.policy)
  const sandbox = isSandbox(policy)
  const told = await http.json<Authorities>('GET', '/api/certificates/ca')
  if (!given.authorities && !sandbox) {
    throw problem('authorities-needed', 'Certificates of authorities of your own are needed outside a sandbox')
  }
  const pinned = told.authorities.flatMap(({ pem }) => pemBlocks(pem, 'CERTIFICATE'))
  const trusted = given.authorities?.map((der) => new Uint8Array(der)) ?? pinned
  const crls = told.authorities.flatMap(({ crl }) => (crl ? pemBlocks(crl.pem, 'X509 CRL') : []))
  const clockOffset = sandbox ? Date.parse(told.at) - Date.now() : 0
  return { policy, trusted, crls, sandbox, clockOffset }
}

/** Asks a sandbox for its time again; the identity outside. Call it before signing, when the clock may have leapt. */
export const refreshClock = async (http: Http, trust: TrustContext): Promise<TrustContext> => {
  if (!trust.sandbox) return trust
  const { now } = await http.json<{ now: string }>('GET', '/api/clock')
  return { ...trust, clockOffset: Date.parse(now) - Date.now() }
}

/** The pins as of an instant, for the verifiers of `seal`. */
export const trustAt = (trust: TrustContext, at: number, crls: TrustPolicy['crls'] = trust.crls): TrustPolicy => ({
  at,
  trusted: trust.trusted,
  crls,
})

/**
 * A verdict as of a past instant, for which the list of that time may be gone: then without revocation, and said so.
 * @returns the verdict, and whether revocation was looked at
 */
export const judgedAt = async <V extends { ok: boolean }>(
  trust: TrustContext,
  at: number,
  verify: (policy: TrustPolicy) => Promise<V>,
  crls: readonly Uint8Array[] = trust.crls,
): Promise<{ verdict: V; revocation: boolean }> => {
  const strict = await verify(trustAt(trust, at, crls))
  const isStale = !strict.ok && (strict as { code?: string }).code === 'crl-stale'
  if (!isStale) return { verdict: strict, revocation: true }
  return { verdict: await verify(trustAt(trust, at, 'unchecked')), revocation: false }
}
