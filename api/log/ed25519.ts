/**
 * Ed25519 (RFC 8032): Node's own where this runs in Node, else WebCrypto where the platform has it, else @noble/curves (Chrome 109, Firefox 115 and
 * Safari 16.4 have none; SEALING §6).
 */
import { type Bytes, concat, fromBase64url, fromHex, plain, randomBytes } from './bytes.ts'
import { type NodeCrypto, type NodeKey, native } from './native.ts'
import { remembering } from './remember.ts'

/** Signs with one key; `publicKey` is the raw 32 bytes. */
export type Ed25519Signer = { publicKey: Bytes; sign: (message: Uint8Array) => Promise<Bytes> }

// RFC 8410 §7: the fixed head of a PKCS#8 key around a 32-byte seed.
const PKCS8 = fromHex('302e020100300506032b657004220420')
// RFC 8410 §4: the same of a public key.
const SPKI = fromHex('302a300506032b6570032100')

const noble = async () => (await import('@noble/curves/ed25519.js')).ed25519

/** Whether the browser signs Ed25519 itself; asked once. */
let web: Promise<boolean> | undefined
const hasWeb = (): Promise<boolean> => {
  web ??= crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']).then(
    () => true,
    () => false,
  )
  return web
}

/** A new 32-byte private seed. */
export const newSeed = (): Bytes => randomBytes(32)

/** A signer for a 32-byte private seed; throws RangeError for any other length. */
export const signerOf = async (seed: Uint8Array): Promise<Ed25519Signer> => {
  if (seed.length !== 32) throw new RangeError('an Ed25519 seed has 32 bytes')
  if (native) return nativeSigner(native, seed)
  return (await hasWeb()) ? webSigner(seed) : nobleSigner(seed)
}

const nativeSigner = (node: NodeCrypto, seed: Uint8Array): Ed25519Signer => {
  const key = node.createPrivateKey({ key: concat(PKCS8, seed), format: 'der', type: 'pkcs8' })
  const publicKey = fromBase64url(node.createPublicKey(key).export({ format: 'jwk' }).x ?? '')
  return { publicKey, sign: async (message) => new Uint8Array(node.sign(null, message, key)) }
}

/** The same signer by WebCrypto, whose key cannot be read out again. */
export const webSigner = async (seed: Uint8Array): Promise<Ed25519Signer> => {
  const open = await crypto.subtle.importKey('pkcs8', concat(PKCS8, seed), { name: 'Ed25519' }, true, ['sign'])
  const publicKey = fromBase64url((await crypto.subtle.exportKey('jwk', open)).x ?? '')
  const key = await crypto.subtle.importKey('pkcs8', concat(PKCS8, seed), { name: 'Ed25519' }, false, ['sign'])
  return {
    publicKey,
    sign: async (message) => new Uint8Array(await crypto.subtle.sign({ name: 'Ed25519' }, key, plain(message))),
  }
}

/** The same signer without WebCrypto; signatures are identical because Ed25519 is deterministic. */
export const nobleSigner = async (seed: Uint8Array): Promise<Ed25519Signer> => {
  const curve = await noble()
  const secret = new Uint8Array(seed)
  return { publicKey: plain(curve.getPublicKey(secret)), sign: async (message) => plain(curve.sign(message, secret)) }
}

/** Whether `signature` is the key's over `message`. Never throws. */
export const verifyEd25519 = async (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> => {
  if (publicKey.length !== 32 || signature.length !== 64) return false
  if (native) return verifyWithNode(native, publicKey, message, signature)
  return (await hasWeb())
    ? verifyWithWeb(publicKey, message, signature)
    : verifyWithNoble(publicKey, message, signature)
}

const verifyWithNode = (
  node: NodeCrypto,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean => {
  try {
    const read = () => node.createPublicKey({ key: concat(SPKI, publicKey), format: 'der', type: 'spki' })
    return node.verify(null, message, nativeKeys(publicKey.join(), read), signature)
  } catch {
    return false
  }
}

/** Verification by WebCrypto. */
export const verifyWithWeb = async (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> => {
  try {
    const key = await webKeys(publicKey.join(), () =>
      crypto.subtle.importKey('raw', plain(publicKey), { name: 'Ed25519' }, false, ['verify']),
    )
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, plain(signature), plain(message))
  } catch {
    return false
  }
}

/** Verification without WebCrypto, by the strict rules of RFC 8032 (no ZIP 215 leniency). */
export const verifyWithNoble = async (
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> => {
  try {
    return (await noble()).verify(signature, message, publicKey, { zip215: false })
  } catch {
    return false
  }
}

// A verifier sees few keys and thousands of checkpoints: importing is a third of the work.
const nativeKeys = remembering<NodeKey>(64)
const webKeys = remembering<Promise<CryptoKey>>(64)
