import { type Bytes, plain } from '../log/bytes.ts'
import { type NodeCrypto, native } from '../log/native.ts'

/** Ciphertext and tag where they lie: joining them would only make garbage. */
type Pieces = readonly [ciphertext: Bytes, tag: Bytes]

/** AES-256-GCM under one key, 12-byte nonces, no AAD; a sealed chunk is ciphertext ‖ tag[16]. */
export type ChunkCipher = {
  /** The browser's own promise, so that whoever waits can hold it until it is settled; in Node the two pieces themselves. */
  seal(iv: Bytes, text: Bytes): Promise<ArrayBuffer> | Pieces
  /** Rejects for any fault. */
  open(iv: Bytes, sealed: Bytes): Promise<Uint8Array>
}

const TAG = 16
const NAME = 'AES-GCM'

/** In a browser or a Worker: WebCrypto, whose key cannot be read out again. */
export const webCipher = async (key: Bytes): Promise<ChunkCipher> => {
  const imported = await crypto.subtle.importKey('raw', key, NAME, false, ['encrypt', 'decrypt'])
  return {
    seal: (iv, text) => crypto.subtle.encrypt({ name: NAME, iv }, imported, text),
    open: async (iv, sealed) => new Uint8Array(await crypto.subtle.decrypt({ name: NAME, iv }, imported, sealed)),
  }
}

/** In Node: the same cipher where it stands, since a chunk is sealed sooner than another thread is woken. */
export const nativeCipher = (node: NodeCrypto, key: Bytes): ChunkCipher => ({
  seal: (iv, text) => {
    const cipher = node.createCipheriv('aes-256-gcm', key, iv)
    const sealed = cipher.update(text)
    cipher.final()
    return [plain(sealed), plain(cipher.getAuthTag())]
  },
  open: async (iv, sealed) => {
    if (sealed.length < TAG) throw new RangeError('shorter than a tag')
    const decipher = node.createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG })
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG))
    const text = decipher.update(sealed.subarray(0, sealed.length - TAG))
    decipher.final()
    return text
  },
})

export const chunkCipher = async (key: Bytes): Promise<ChunkCipher> =>
  native ? nativeCipher(native, plain(key)) : webCipher(plain(key))
