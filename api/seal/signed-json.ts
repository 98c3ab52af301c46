import { z } from 'zod'
import type { Bytes } from '../log/bytes.ts'
import { type CmsFault, type Signer, signDetached, type Verified, type VerifyOptions, verifyDetached } from './cms.ts'
import { bytesField, encodeJson, failed, instantField, parseJson, V, type Verdict } from './json.ts'

/** Every kind of JSON that anybody signs here; a verifier refuses any other than the one it expects (SEALING §3). */
export const SIGNED_TYPES = [
  'bid',
  'withdraw',
  'dek',
  'share',
  'trustee-key',
  'trustee-set',
  'drill',
  'login',
  'promise',
  'report',
  'mandate',
  'bind',
  'rehearsal',
  'rehearsal-dek',
  'probe',
  'attempt',
] as const
export type SignedType = (typeof SIGNED_TYPES)[number]

/** Strict schema of a signed JSON of this type. */
export const signedSchema = <T extends SignedType, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.strictObject({ v: z.literal(V), type: z.literal(type), ...shape })

export type SignedJson = { bytes: Bytes; cms: Bytes }

/**
 * Builds and signs a statement. The signer builds it: a client never signs bytes that a server composed.
 * @param value without `v` and `type`, which are added here
 */
export const signJson = async (
  type: SignedType,
  value: Readonly<Record<string, unknown>> & { v?: never; type?: never },
  signer: Signer,
  signingTime?: number,
): Promise<SignedJson> => {
  const bytes = encodeJson({ v: V, type, ...value })
  return { bytes, cms: await signDetached(bytes, signer, signingTime) }
}

/** Verifies the signature first and reads the statement only then. Never throws. */
export const openSignedJson = async <S extends z.ZodType<{ type: string }>>(
  bytes: Uint8Array,
  cms: Uint8Array,
  schema: S,
  expectedType: SignedType,
  options: VerifyOptions,
): Promise<
  Verdict<Verified & { value: z.output<S> }, CmsFault | 'statement-malformed' | 'statement-of-another-type'>
> => {
  const verified = await verifyDetached(bytes, cms, options)
  if (!verified.ok) return verified
  const typed = parseJson(bytes, z.looseObject({ v: z.literal(V), type: z.enum(SIGNED_TYPES) }))
  if (!typed.ok) return failed('statement-malformed')
  if (typed.value.type !== expectedType) return failed('statement-of-another-type')
  const read = parseJson(bytes, schema)
  return read.ok ? { ...verified, value: read.value } : failed('statement-malformed')
}

/** `{v, type:"login", origin, nonce, at}`: nonce = 43 base64url characters of the server's 32 random bytes. */
export const loginSchema = signedSchema('login', {
  origin: z
    .string()
    .max(300)
    .regex(/^https?:\/\/[^/\s]+$/),
  nonce: bytesField(32),
  at: instantField,
})

/** Signs a login in the browser. @throws RangeError when the nonce or origin is not of the right form */
export const signLogin = async (
  login: { origin: string; nonce: string; at: number },
  signer: Signer,
): Promise<SignedJson> => {
  const value = { origin: login.origin, nonce: login.nonce, at: login.at }
  if (!loginSchema.safeParse({ v: V, type: 'login', ...value }).success) throw new RangeError('not a login')
  return signJson('login', value, signer, login.at)
}

/** A login must be at most this old, in ms; the nonce is used once, which the server remembers. */
const LOGIN_AGE = 5 * 60_000

/** Verifies a login for this origin and this nonce. Never throws. */
export const verifyLogin = async (
  { bytes, cms }: { bytes: Uint8Array; cms: Uint8Array },
  expected: { origin: string; nonce: string },
  options: VerifyOptions,
) => {
  const opened = await openSignedJson(bytes, cms, loginSchema, 'login', options)
  if (!opened.ok) return opened
  const { origin, nonce, at } = opened.value
  if (origin !== expected.origin || nonce !== expected.nonce) return failed('login-elsewhere')
  return Math.abs(options.at - at) <= LOGIN_AGE ? opened : failed('login-too-old')
}
