type Cipher = { update(data: Uint8Array): Uint8Array; final(): Uint8Array }

/** A key as Node holds it: read once, used many times. */
export type NodeKey = { export(options: { format: 'jwk' }): { x?: string } }
type Encoded<T extends string> = { key: Uint8Array; format: 'der'; type: T }

/** What is used of `node:crypto`; written out, because nothing isomorphic imports a module of Node. */
export type NodeCrypto = {
  hash(algorithm: 'sha256', data: Uint8Array, as: 'latin1'): string
  createHmac(algorithm: 'sha256' | 'sha512', key: Uint8Array): { update(data: Uint8Array): { digest(): Uint8Array } }
  createECDH(curve: 'prime256v1'): {
    setPrivateKey(key: Uint8Array): void
    getPublicKey(): Uint8Array
    computeSecret(point: Uint8Array): Uint8Array
  }
  createCipheriv(algorithm: 'aes-256-gcm', key: Uint8Array, iv: Uint8Array): Cipher & { getAuthTag(): Uint8Array }
  createDecipheriv(
    algorithm: 'aes-256-gcm',
    key: Uint8Array,
    iv: Uint8Array,
    options: { authTagLength: number },
  ): Cipher & { setAuthTag(tag: Uint8Array): unknown }
  createPrivateKey(encoded: Encoded<'pkcs8'>): NodeKey
  createPublicKey(encoded: Encoded<'spki'> | NodeKey): NodeKey
  /** `null` where the algorithm names its own digest, as Ed25519 does. */
  sign(digest: null, data: Uint8Array, key: NodeKey): Uint8Array
  verify(
    digest: string | null,
    data: Uint8Array,
    key: NodeKey | { key: NodeKey; dsaEncoding: 'ieee-p1363' },
    signature: Uint8Array,
  ): boolean
}

type NodeProcess = { getBuiltinModule?(name: 'node:crypto'): NodeCrypto }

/**
 * Node's own crypto where this runs in Node, nothing in a browser. A WebCrypto call is a job for another thread: some 100 µs
 * of waking and waiting, more than hashing or sealing 16 KiB or one signature takes. The results are the same bytes; only the waiting differs.
 */
export const native: NodeCrypto | undefined = (globalThis as { process?: NodeProcess }).process?.getBuiltinModule?.(
  'node:crypto',
)

/**
 * SHA-256 by Node, nothing in a browser. Taken as text and written down, because a Buffer made for 32 bytes costs twice
 * what the hash costs; an auditor makes tens of millions of them.
 */
export const nativeSha256: ((data: Uint8Array) => Uint8Array<ArrayBuffer>) | undefined =
  native &&
  ((data) => {
    const text = native.hash('sha256', data, 'latin1')
    const out = new Uint8Array(32)
    for (let i = 0; i < 32; i++) out[i] = text.charCodeAt(i)
    return out
  })

const soon = (globalThis as { setImmediate?: (next: () => void) => unknown }).setImmediate

/**
 * Lets other work have its turn. Where signatures are checked on this very thread their promises never leave it: a loop over
 * hundreds would hold up every request of a server. A browser checks them on another thread, and waits there.
 */
export const turn = (): Promise<void> => (native && soon ? new Promise((next) => soon(next)) : Promise.resolve())
