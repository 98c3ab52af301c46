import { createCipheriv, createECDH, createHash, createHmac } from 'node:crypto'

/*
 * A second, independent writing of the formats of SEALING §3 on node:crypto alone, for the tests: whatever both
 * writings produce alike is what the text says, not what one of them happens to do.
 */
const h = (...parts: (Uint8Array | string)[]): Buffer => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export const secondContext = (tender: string, lot: string, kind: string, der: Uint8Array, seq: number, no: number) => {
  const tail = Buffer.alloc(8)
  tail.writeUInt32BE(seq, 0)
  tail.writeUInt32BE(no, 4)
  return Buffer.concat([h('sunlit/v1/ctx\n', tender, '\0', lot, '\0', kind), h(der), tail])
}

export const secondExpand = (hash: string, prk: Uint8Array, info: Uint8Array, length: number): Buffer => {
  let last = Buffer.alloc(0)
  let out = Buffer.alloc(0)
  for (let i = 1; out.length < length; i++) {
    last = createHmac(hash, prk).update(last).update(info).update(Buffer.of(i)).digest()
    out = Buffer.concat([out, last])
  }
  return out.subarray(0, length)
}

export const secondSeal = (text: Uint8Array, dek: Uint8Array, ctx: Uint8Array, set: Uint8Array, salt: Uint8Array) => {
  const info = Buffer.concat([Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), salt, ctx, set])
  const okm = secondExpand('sha512', dek, info, 76)
  const out: Uint8Array[] = [salt, okm.subarray(44)]
  for (let i = 0; ; i++) {
    const counter = Buffer.alloc(12)
    counter.writeUInt32BE(i, 8)
    const nonce = counter.map((byte, at) => byte ^ okm[32 + at]!)
    const cipher = createCipheriv('aes-256-gcm', okm.subarray(0, 32), nonce)
    const chunk = text.subarray(i * 16384, (i + 1) * 16384)
    out.push(cipher.update(chunk), cipher.final(), cipher.getAuthTag())
    if (chunk.length < 16384) return Buffer.concat(out)
  }
}

const SUITE_KEM = Buffer.concat([Buffer.from('KEM'), Buffer.from([0x00, 0x10])])
const SUITE_HPKE = Buffer.concat([Buffer.from('HPKE'), Buffer.from([0x00, 0x10, 0x00, 0x01, 0x00, 0x02])])

const extract = (suite: Buffer, salt: Uint8Array, label: string, ikm: Uint8Array): Buffer =>
  createHmac('sha256', salt.length ? salt : Buffer.alloc(32))
    .update(Buffer.concat([Buffer.from('HPKE-v1'), suite, Buffer.from(label), ikm]))
    .digest()

const expand = (suite: Buffer, prk: Buffer, label: string, info: Uint8Array, length: number): Buffer => {
  const size = Buffer.of(length >> 8, length & 255)
  return secondExpand(
    'sha256',
    prk,
    Buffer.concat([size, Buffer.from('HPKE-v1'), suite, Buffer.from(label), info]),
    length,
  )
}

/** RFC 9180 base mode, DHKEM(P-256)/HKDF-SHA256/AES-256-GCM, first message, empty AAD. */
export const secondHpkeSeal = (pk: Uint8Array, info: Uint8Array, text: Uint8Array, ikm: Uint8Array): Buffer => {
  const none = Buffer.alloc(0)
  const ephemeral = createECDH('prime256v1')
  // a candidate at or above the order has probability 2^-32: no test vector meets it
  ephemeral.setPrivateKey(expand(SUITE_KEM, extract(SUITE_KEM, none, 'dkp_prk', ikm), 'candidate', Buffer.of(0), 32))
  const enc = ephemeral.getPublicKey()
  const prk = extract(SUITE_KEM, none, 'eae_prk', ephemeral.computeSecret(pk))
  const shared = expand(SUITE_KEM, prk, 'shared_secret', Buffer.concat([enc, pk]), 32)
  const schedule = Buffer.concat([
    Buffer.of(0),
    extract(SUITE_HPKE, none, 'psk_id_hash', none),
    extract(SUITE_HPKE, none, 'info_hash', info),
  ])
  const secret = extract(SUITE_HPKE, shared, 'secret', none)
  const key = expand(SUITE_HPKE, secret, 'key', schedule, 32)
  const cipher = createCipheriv('aes-256-gcm', key, expand(SUITE_HPKE, secret, 'base_nonce', schedule, 12))
  return Buffer.concat([enc, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

/** GF(2⁸) modulo 0x11B by plain long multiplication; Lagrange at 0 over shares of 32 y ‖ 1 x. */
export const secondCombine = (shares: readonly Uint8Array[]): Buffer => {
  const times = (a: number, b: number): number => {
    let product = 0
    for (let x = a, y = b; y > 0; y >>= 1, x = (x << 1) ^ (x & 0x80 ? 0x11b : 0)) if (y & 1) product ^= x
    return product
  }
  const inverse = (a: number): number => {
    let power = 1
    for (let i = 0; i < 254; i++) power = times(power, a)
    return power
  }
  const secret = Buffer.alloc(32)
  for (const one of shares) {
    let basis = 1
    for (const other of shares)
      if (other !== one) basis = times(basis, times(other[32]!, inverse(other[32]! ^ one[32]!)))
    for (let at = 0; at < 32; at++) secret[at]! ^= times(one[at]!, basis)
  }
  return secret
}
