import { type Bytes, concat, fromHex } from '../log/bytes.ts'
import type { VerifyOptions } from './cms.ts'
import { verifyDetached } from './cms-verify.ts'
import { must } from './signed-data.ts'
import { withoutSignatureStamp } from './timestamp.ts'

/*
 * Signatures inside a PDF as anybody recomputes them: by the octets alone, without a reader of PDFs, whose tolerance is what
 * an attack on signed PDFs lives on. Each revision of the file ends with the signature over all of it.
 */

/** One signed version of a file: everything up to `end`, but the hexadecimal digits of the signature itself. */
export type SignedRevision = { end: number; covered: Bytes; cms: Bytes }

const RANGE = '/ByteRange'
const SPELLING = /\/ByteRange \[ 0 ([1-9]\d{0,9}) ([1-9]\d{0,9}) ([1-9]\d{0,9}) \]/y
const EOF = /%%EOF(?:\r\n|\r|\n)?$/

/** Octets as text of as many characters. */
const latin1 = (bytes: Uint8Array): string => {
  let out = ''
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return out
}

/** The DER in its reserved room, which is filled up with zeros. */
const withinRoom = (room: Bytes): Bytes => {
  const count = room[1]! & 0x7f
  const isLong = room[1]! >= 0x80
  must(room[0] === 0x30 && (!isLong || (count > 0 && count <= 4)))
  const length = isLong ? room.subarray(2, 2 + count).reduce((sum, byte) => sum * 256 + byte, 0) : room[1]!
  const end = 2 + (isLong ? count : 0) + length
  must(end <= room.length && room.subarray(end).every((byte) => byte === 0))
  return room.slice(0, end)
}

const revisionAt = (pdf: Uint8Array, text: string, at: number, before: number): SignedRevision => {
  SPELLING.lastIndex = at
  const [, first, second, rest] = (SPELLING.exec(text) ?? []).map(Number)
  must(first !== undefined && second !== undefined && rest !== undefined)
  const end = second! + rest!
  must(at > before && second! > first! + 2 && end > before && end <= pdf.length && EOF.test(text.slice(end - 8, end)))
  // The hole is the whole value of /Contents of the very dictionary that states the range.
  const [from, to] = [text.lastIndexOf(' obj', at), text.indexOf('endobj', second)]
  must(from > before && to > 0 && to < end && text.slice(first! - 10, first) === '/Contents ')
  must(text[first!] === '<' && text[second! - 1] === '>')
  const own = text.slice(from, first) + text.slice(second, to)
  must(!text.slice(from + 4, first).includes('endobj') && own.includes('/SubFilter /ETSI.CAdES.detached'))
  const cms = withinRoom(fromHex(text.slice(first! + 1, second! - 1)))
  return { end, covered: concat(pdf.subarray(0, first), pdf.subarray(second!, end)), cms }
}

/**
 * The signed versions of a PDF, oldest first; null unless every /ByteRange in it is one strict signature over all octets up
 * to an end of file, and the last covers the whole file. Never throws.
 */
export const signedRevisions = (pdf: Uint8Array): SignedRevision[] | null => {
  try {
    const text = latin1(pdf)
    const revisions: SignedRevision[] = []
    for (let at = text.indexOf(RANGE); at >= 0; at = text.indexOf(RANGE, at + 1))
      revisions.push(revisionAt(pdf, text, at, revisions.at(-1)?.end ?? 0))
    return revisions.length > 0 && revisions.at(-1)!.end === pdf.length ? revisions : null
  } catch {
    return null
  }
}

/** The signature of one version, by the strict rules of every CMS here; PAdES wants no signing-time, and may have a stamp. */
export const verifyRevision = ({ covered, cms }: SignedRevision, options: VerifyOptions) => {
  try {
    return verifyDetached(covered, withoutSignatureStamp(cms), { ...options, signingTime: 'absent' })
  } catch {
    return Promise.resolve({ ok: false as const, code: 'signature-malformed' as const })
  }
}
