/// <reference path="./forge.d.ts" />
import { sha1 } from '@noble/hashes/legacy.js'
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js'
import forge from 'node-forge/lib/forge.js'
import { type Bytes, concat } from '../log/bytes.ts'
import 'node-forge/lib/des.js'
import 'node-forge/lib/rc2.js'

/*
 * What PKCS#12 files need and WebCrypto lacks: the key derivation of RFC 7292 appendix B, and the two old ciphers that CA
 * tools still write. Of node-forge only these come along: every bidder downloads this.
 */
const HASHES = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 } as const
export type Pkcs12Hash = keyof typeof HASHES
/** What the derived bytes are for, RFC 7292 B.3. */
export const USES = { key: 1, iv: 2, mac: 3 } as const

/** The PIN as BMPString with its closing zero (RFC 7292 B.1). */
const bmp = (pin: string): Bytes => {
  const bytes = new Uint8Array(2 * pin.length + 2)
  for (let at = 0; at < pin.length; at++) new DataView(bytes.buffer).setUint16(2 * at, pin.charCodeAt(at))
  return bytes
}

/** Copies of the bytes one after another, up to the next multiple of `block`. */
const repeated = (bytes: Uint8Array, block: number): Bytes => {
  const size = block * Math.ceil(bytes.length / block)
  return Uint8Array.from({ length: size }, (_, at) => bytes[at % bytes.length]!)
}

/** One block plus another plus one, modulo 2^(8·length). */
const addInto = (block: Uint8Array, more: Uint8Array): void => {
  let carry = 1
  for (let at = block.length - 1; at >= 0; at--) {
    const sum = block[at]! + more[at]! + carry
    block[at] = sum % 256
    carry = Math.floor(sum / 256)
  }
}

/**
 * RFC 7292 B.2: `size` bytes for one use of a PIN.
 * @throws RangeError for no rounds at all: the key would not depend on the PIN
 */
export const pkcs12Key = (
  hash: Pkcs12Hash,
  pin: string,
  salt: Uint8Array,
  use: (typeof USES)[keyof typeof USES],
  rounds: number,
  size: number,
): Bytes => {
  if (!(rounds >= 1)) throw new RangeError('not-pkcs12')
  const digest = HASHES[hash]
  const block = digest.blockLen
  const input = concat(repeated(salt, block), repeated(bmp(pin), block))
  const diversifier = new Uint8Array(block).fill(use)
  const out: Uint8Array[] = []
  for (let made = 0; made < size; made += digest.outputLen) {
    let bytes = digest(concat(diversifier, input))
    for (let round = 1; round < rounds; round++) bytes = digest(bytes)
    out.push(bytes)
    const more = repeated(bytes, block).subarray(0, block)
    for (let at = 0; at < input.length; at += block) addInto(input.subarray(at, at + block), more)
  }
  return concat(...out).slice(0, size)
}

const toBinary = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
const fromBinary = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0))

const TRIPLE_DES = '1.2.840.113549.1.12.1.3'
const RC2_40 = '1.2.840.113549.1.12.1.6'

const cipherOf = (oid: string, keyFor: (size: number) => string) => {
  if (oid === TRIPLE_DES) {
    const cipher = forge.cipher.createDecipher('3DES-CBC', forge.util.createBuffer(keyFor(24)))
    return { ...partsOf(cipher), start: (iv: string) => cipher.start({ iv }) }
  }
  if (oid !== RC2_40) throw new RangeError('not-pkcs12')
  const cipher = forge.rc2.createDecryptionCipher(keyFor(5), 40)
  return { ...partsOf(cipher), start: (iv: string) => cipher.start(iv) }
}
type Decipher = {
  update: (input: ReturnType<typeof forge.util.createBuffer>) => void
  finish: () => boolean
  output: ReturnType<typeof forge.util.createBuffer>
}
const partsOf = (cipher: Decipher) => ({
  update: (bytes: Uint8Array) => cipher.update(forge.util.createBuffer(toBinary(bytes))),
  finish: () => cipher.finish(),
  output: () => fromBinary(cipher.output.getBytes()),
})

/**
 * Opens what 3DES or RC2-40 sealed under a PIN (RFC 7292 appendix C).
 * @throws RangeError not-pkcs12 for any other cipher, wrong-pin where the padding does not fit
 */
export const decryptOld = (
  oid: string,
  { pin, salt, rounds }: { pin: string; salt: Uint8Array; rounds: number },
  sealed: Uint8Array,
): Bytes => {
  const derive = (use: 1 | 2, size: number) => toBinary(pkcs12Key('SHA-1', pin, salt, use, rounds, size))
  const cipher = cipherOf(oid, (size) => derive(USES.key, size))
  cipher.start(derive(USES.iv, 8))
  cipher.update(sealed)
  if (!cipher.finish()) throw new RangeError('wrong-pin')
  return cipher.output()
}
