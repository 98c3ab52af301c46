import type { HashName } from './cades.ts'

/** Start and length of the part before the signature's /Contents and of the part after it (ISO 32000-1 12.8.1). */
export type ByteRange = [start: 0, length: number, secondStart: number, secondLength: number]

/** The octets a PDF signature covers: everything but its own /Contents. */
export const coveredBytes = (
  pdf: Uint8Array,
  [, length, secondStart, secondLength]: ByteRange,
): Uint8Array<ArrayBuffer> => {
  const covered = new Uint8Array(length + secondLength)
  covered.set(pdf.subarray(0, length))
  covered.set(pdf.subarray(secondStart, secondStart + secondLength), length)
  return covered
}

/** What the CMS signs. A remote signer computes it anew from the file it shows, instead of believing the server. */
export const digestByteRange = async (
  pdf: Uint8Array,
  range: ByteRange,
  hash: HashName = 'SHA-256',
): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest(hash, coveredBytes(pdf, range)))

const hexDigit = (octet: number): number => {
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const lower = octet | 0x20
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
}

/** The octets of the hex string that fills the gap, or null when the gap is anything but one `<…>`. */
export const contentsInGap = (pdf: Uint8Array, [, length, secondStart]: ByteRange): Uint8Array | null => {
  const digits = secondStart - length - 2
  if (digits <= 0 || digits % 2 !== 0 || pdf[length] !== 0x3c || pdf[secondStart - 1] !== 0x3e) return null
  const contents = new Uint8Array(digits / 2)
  for (let index = 0; index < contents.length; index++) {
    const high = hexDigit(pdf[length + 1 + index * 2]!)
    const low = hexDigit(pdf[length + 2 + index * 2]!)
    if (high < 0 || low < 0) return null
    contents[index] = high * 16 + low
  }
  return contents
}

/** Four whole numbers that describe two parts of the file, in order, the first from its start. */
export const asByteRange = (numbers: number[], size: number): ByteRange | null => {
  const [start, length, secondStart, secondLength] = numbers
  if (numbers.length !== 4 || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0)) return null
  if (start !== 0 || secondStart! <= length! || secondStart! + secondLength! > size) return null
  return [0, length!, secondStart!, secondLength!]
}

/** A DER value's own octets: the zeros that fill the reserved room after it are cut off. */
export const derWithin = (padded: Uint8Array): Uint8Array => {
  const first = padded[1] ?? 0
  if (first < 0x80) return padded.subarray(0, 2 + first)
  const count = first & 0x7f
  let length = 0
  for (let index = 0; index < count; index++) length = length * 256 + (padded[2 + index] ?? 0)
  const end = 2 + count + length
  return count > 0 && count <= 4 && end <= padded.length ? padded.subarray(0, end) : padded
}
