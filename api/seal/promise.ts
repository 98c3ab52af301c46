import type { z } from 'zod'
import { type Bytes, concat, fromBase64url, toBase64url, utf8 } from '../log/bytes.ts'
import { type Ed25519Signer, verifyEd25519 } from '../log/ed25519.ts'
import { decodeLeaf, LEAF_SIZE } from '../log/leaf.ts'
import { bytesField, encodeJson, failed, idField, instantField, parseJson, V, type Verdict } from './json.ts'
import { signedSchema } from './signed-json.ts'

/** 递交回执 (20号令 第二十七条): the log's signed word that this leaf will stand in it by `mergeBy`. */
export const promiseSchema = signedSchema('promise', {
  tender: idField,
  lot: idField,
  manifestHash: bytesField(32),
  leaf: bytesField(LEAF_SIZE),
  mergeBy: instantField,
})
export type LogPromise = z.output<typeof promiseSchema>

/** Milliseconds between a leaf's time and the instant by which it must be merged. */
export const MERGE_DELAY = 60_000

const signedBytes = (bytes: Uint8Array): Bytes => concat(utf8('sunlit/v1/promise\n'), bytes)

/** Signs a promise with the log key. @throws RangeError for a malformed leaf */
export const signPromise = async (
  promise: { tender: string; lot: string; manifestHash: Uint8Array; leaf: Uint8Array },
  signer: Ed25519Signer,
): Promise<{ bytes: Bytes; signature: Bytes }> => {
  const { time } = decodeLeaf(promise.leaf)
  const bytes = encodeJson({
    v: V,
    type: 'promise',
    tender: promise.tender,
    lot: promise.lot,
    manifestHash: toBase64url(promise.manifestHash),
    leaf: toBase64url(promise.leaf),
    mergeBy: time + MERGE_DELAY,
  })
  return { bytes, signature: await signer.sign(signedBytes(bytes)) }
}

/** Verifies a promise against the log's public key (32 bytes). Never throws. */
export const verifyPromise = async (
  bytes: Uint8Array,
  signature: Uint8Array,
  logKey: Uint8Array,
): Promise<Verdict<{ promise: LogPromise; leaf: Bytes; leafTime: number }, 'promise-invalid'>> => {
  try {
    if (!(await verifyEd25519(logKey, signedBytes(bytes), signature))) return failed('promise-invalid')
    const read = parseJson(bytes, promiseSchema)
    if (!read.ok) return failed('promise-invalid')
    const leaf = fromBase64url(read.value.leaf)
    const { time } = decodeLeaf(leaf)
    if (read.value.mergeBy !== time + MERGE_DELAY) return failed('promise-invalid')
    return { ok: true, promise: read.value, leaf, leafTime: time }
  } catch {
    return failed('promise-invalid')
  }
}
