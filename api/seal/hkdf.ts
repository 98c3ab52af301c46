import { type Bytes, concat, plain } from '../log/bytes.ts'
import { native } from '../log/native.ts'

const hmacSha512 = async (key: Uint8Array): Promise<(data: Bytes) => Promise<ArrayBuffer> | Uint8Array> => {
  if (native) return (data) => native!.createHmac('sha512', key).update(data).digest()
  const imported = await crypto.subtle.importKey('raw', plain(key), { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])
  return (data) => crypto.subtle.sign('HMAC', imported, data)
}

/**
 * HKDF-Expand with SHA-512 (RFC 5869 §2.3). WebCrypto's HKDF always extracts first, so the expand step alone is
 * assembled from HMAC here; checked against RFC 5869 style vectors by a second implementation in the test.
 * @throws RangeError above 255 blocks
 */
export const hkdfExpandSha512 = async (prk: Uint8Array, info: Uint8Array, length: number): Promise<Bytes> => {
  if (length > 255 * 64) throw new RangeError('too long for HKDF-Expand')
  const hmac = await hmacSha512(prk)
  const blocks: Bytes[] = []
  for (let i = 1; (i - 1) * 64 < length; i++)
    blocks.push(new Uint8Array(await hmac(concat(blocks.at(-1) ?? new Uint8Array(), info, Uint8Array.of(i)))))
  return concat(...blocks).slice(0, length)
}
