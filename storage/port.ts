import { Refused, refuse } from '../api/kernel/problem.ts'

export { attachment, readAll } from '../api/kernel/streams.ts'

export type ObjectBody = Uint8Array | AsyncIterable<Uint8Array>

/** First and last byte, both included, as in an HTTP Range; without `end` to the object's end. */
export type ByteRange = { start: number; end?: number }

export type PutOptions = {
  contentType: string
  /** Bytes announced; another length is refused with `size-mismatch` and leaves nothing. */
  size?: number
  /** Lower-case hex SHA-256 announced; other bytes are refused with `checksum-mismatch` and leave nothing. */
  sha256?: string
  /**
   * UTC milliseconds before which nobody may delete the object (S3: Object Lock, mode COMPLIANCE). For published
   * records only: a bid part must stay deletable (SEALING.md §4, replaced ciphertext is destroyed).
   */
  retainUntil?: number
}

export type StoredObject = { sha256: string; size: number; versionId?: string }

export type ObjectHead = {
  size: number
  contentType: string
  /** Only a hash this platform computed itself over these bytes; a hash claimed by an uploader never shows here. */
  sha256?: string
  versionId?: string
}

export type PresignPut = {
  key: string
  /** The exact length the body must have: S3 can sign a length but no upper bound in a PUT address. */
  maxSize: number
  contentType: string
  expiresSeconds: number
  /** Lower-case hex; enforced by the store itself where `verifiesSha256` is true. */
  sha256?: string
}

export type PresignedPut = {
  url: string
  /** All of them must be sent exactly; they are part of the signature. Content-Length comes from the body. */
  headers: Record<string, string>
}

/**
 * Where ciphertext, documents and records lie. Every key is written once and never overwritten; keys are
 * content-addressed or random, never anybody's text. Thrown refusals are the keys of `STORAGE_PROBLEMS`.
 */
export type ObjectStore = {
  kind: 'filesystem' | 's3'
  /** True when an upload with a wrong `sha256` is refused by the store; else the caller reads the object back once. */
  verifiesSha256: boolean
  /**
   * True when a second PUT to a signed address answers 412. Where false (Ceph with versioning) it answers 200, but the
   * first bytes stay the object all the same.
   */
  refusesSecondPut: boolean
  /** Create-once: a key that exists already throws `object-exists`. */
  put: (key: string, body: ObjectBody, options: PutOptions) => Promise<StoredObject>
  /** Throws `object-not-found`, `range-not-satisfiable`. Read the stream to its end or cancel it. */
  get: (key: string, options?: { range?: ByteRange; versionId?: string }) => Promise<ReadableStream<Uint8Array>>
  head: (key: string) => Promise<ObjectHead | null>
  /** Deletes every version and reads back that none is left; no object is no error. Throws `object-retained`. */
  remove: (key: string) => Promise<void>
  /** Objects whose key begins with `prefix`, in no promised order. */
  list: (prefix: string) => AsyncIterable<{ key: string; size: number }>
  /** An address for one PUT of one object: only the first PUT counts, see `refusesSecondPut`. */
  presignPut: (options: PresignPut) => Promise<PresignedPut>
  /** An address to download one object, always as an attachment. */
  presignGet: (options: { key: string; expiresSeconds: number; fileName?: string }) => Promise<string>
  /** For readiness: throws an error that an operator understands when the store cannot be written or reached. */
  check: () => Promise<void>
  close: () => Promise<void>
}

/** Refusals of the storage: code → status and title, for the problem table of the API. */
export const STORAGE_PROBLEMS = {
  'object-exists': { status: 412, title: 'An object is written only once' },
  'object-not-found': { status: 404, title: 'No such object' },
  'object-retained': { status: 409, title: 'The object is under retention and cannot be deleted yet' },
  'object-too-large': { status: 413, title: 'The body is larger than announced' },
  'size-mismatch': { status: 422, title: 'The body has another length than announced' },
  'checksum-mismatch': { status: 422, title: 'The body has another SHA-256 than announced' },
  'content-type-mismatch': { status: 415, title: 'The body has another content type than announced' },
  'range-not-satisfiable': { status: 416, title: 'The range lies outside the object' },
  'object-address-invalid': { status: 403, title: 'The address was not issued by this server' },
  'object-address-expired': { status: 403, title: 'The address has expired' },
  'object-key-invalid': { status: 400, title: 'Not an object key' },
} as const satisfies Record<string, { status: number; title: string }>

const KEY = /^[a-z0-9][a-z0-9._-]*(?:\/[a-z0-9][a-z0-9._-]*)*$/
const CONTENT_TYPE = /^[a-z0-9.+-]+\/[a-z0-9.+-]+(?:; ?[a-z]+=[A-Za-z0-9-]+)?$/
const SHA256 = /^[0-9a-f]{64}$/
const CHUNK = 1 << 20
const LONGEST_EXPIRY = 7 * 24 * 3600

export const assertKey = (key: string): void => {
  // Segments begin with a letter or digit, so that neither `..` nor a hidden file can be named.
  if (key.length > 512 || !KEY.test(key) || key.split('/').some((part) => part.length > 200))
    refuse('object-key-invalid')
}

export const assertPut = ({ contentType, sha256, size }: Pick<PutOptions, 'contentType' | 'sha256' | 'size'>): void => {
  if (!CONTENT_TYPE.test(contentType)) throw new TypeError('contentType must be a plain lower-case media type')
  if (sha256 !== undefined && !SHA256.test(sha256)) throw new TypeError('sha256 must be 64 lower-case hex digits')
  if (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)) throw new TypeError('size must be whole bytes')
}

export const assertExpiry = (seconds: number): void => {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST_EXPIRY)
    throw new TypeError('expiresSeconds must be between one second and seven days')
}

export const chunksOf = async function* (body: ObjectBody): AsyncGenerator<Uint8Array> {
  if (!(body instanceof Uint8Array)) yield* body
  else for (let at = 0; at < body.byteLength; at += CHUNK) yield body.subarray(at, at + CHUNK)
}

export const isRefused = (error: unknown, code: keyof typeof STORAGE_PROBLEMS): boolean =>
  error instanceof Refused && error.code === code
