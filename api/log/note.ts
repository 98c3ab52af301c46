/** C2SP signed-note: a text, an empty line, signature lines `— <key name> base64(u32 key id ‖ signature)`. */
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, concat, fromBase64, fromHex, readUint, toBase64, toHex, u32, utf8 } from './bytes.ts'
import { type Ed25519Signer, verifyEd25519 } from './ed25519.ts'

/** Signature types of signed-note: a plain Ed25519 signature, and a witness's cosignature/v1. */
export const ED25519 = 0x01
export const COSIGNATURE = 0x04

/** A public key with its name, as written in a vkey. */
export type NoteKey = { name: string; id: number; type: number; publicKey: Bytes }
/** A private key with its name. */
export type NoteSigner = NoteKey & { sign: Ed25519Signer['sign'] }
export type NoteSignature = { name: string; id: number; signature: Bytes }
export type Note = { text: string; signatures: NoteSignature[] }

const MAX_SIGNATURES = 64
const NAME = /^[^\s+]+$/u

/** signed-note forbids every ASCII control character but the newline. */
const hasControl = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 && text[i] !== '\n') return true
  return false
}

/** SHA-256(name ‖ "\n" ‖ type ‖ public key)[:4] as an integer. */
export const keyId = (name: string, type: number, publicKey: Uint8Array): number =>
  readUint(sha256(concat(utf8(`${name}\n`), Uint8Array.of(type), publicKey)), 0, 4)

/** A named key; throws RangeError for a name that signed-note forbids (spaces, plus signs, empty). */
export const noteKey = (name: string, type: number, publicKey: Bytes): NoteKey => {
  if (!NAME.test(name) || hasControl(name)) throw new RangeError('not a key name')
  return { name, id: keyId(name, type, publicKey), type, publicKey }
}

/** A named signer over an Ed25519 key. */
export const noteSigner = (name: string, type: number, signer: Ed25519Signer): NoteSigner => ({
  ...noteKey(name, type, signer.publicKey),
  sign: signer.sign,
})

/** `name+hex(key id)+base64(type ‖ public key)`. */
export const formatVkey = (key: NoteKey): string =>
  `${key.name}+${toHex(u32(key.id))}+${toBase64(concat(Uint8Array.of(key.type), key.publicKey))}`

/** The key a vkey names; throws RangeError when malformed, of another length, or when its id does not belong to it. */
export const parseVkey = (vkey: string): NoteKey => {
  const [name, id, material] = splitVkey(vkey)
  const bytes = fromBase64(material)
  const type = bytes[0]
  if (bytes.length !== 33 || (type !== ED25519 && type !== COSIGNATURE)) throw new RangeError('not an Ed25519 vkey')
  const key = noteKey(name, type, bytes.slice(1))
  if (id.length !== 8 || readUint(fromHex(id)) !== key.id) throw new RangeError('vkey with a foreign id')
  return key
}

const splitVkey = (vkey: string): [string, string, string] => {
  // Base64 may hold plus signs, names and ids never do.
  const first = vkey.indexOf('+')
  const second = vkey.indexOf('+', first + 1)
  if (first < 1 || second < 0) throw new RangeError('not a vkey')
  return [vkey.slice(0, first), vkey.slice(first + 1, second), vkey.slice(second + 1)]
}

/** One signature line, with its newline. */
export const signatureLine = (key: NoteKey, signature: Uint8Array): string =>
  `— ${key.name} ${toBase64(concat(u32(key.id), signature))}\n`

/** Text and signatures of a note; throws RangeError when malformed. Nothing is verified yet. */
export const parseNote = (note: string): Note => {
  if (hasControl(note)) throw new RangeError('control character in a note')
  const cut = note.lastIndexOf('\n\n')
  if (cut < 0 || !note.endsWith('\n')) throw new RangeError('not a signed note')
  return { text: note.slice(0, cut + 1), signatures: parseSignatures(note.slice(cut + 2)) }
}

/** Signature lines (a witness answers with bare ones); throws RangeError when malformed, empty or too many. */
export const parseSignatures = (lines: string): NoteSignature[] => {
  if (!lines.endsWith('\n')) throw new RangeError('signature line without an end')
  const all = lines.slice(0, -1).split('\n')
  if (all.length > MAX_SIGNATURES) throw new RangeError('too many signatures')
  return all.map((line) => {
    const [dash, name, material, more] = line.split(' ')
    if (dash !== '—' || !name || !NAME.test(name) || !material || more !== undefined)
      throw new RangeError('not a signature line')
    const bytes = fromBase64(material)
    if (bytes.length < 5) throw new RangeError('signature too short')
    return { name, id: readUint(bytes, 0, 4), signature: bytes.slice(4) }
  })
}

/** The signatures of a note that claim to be by this key (name and id both match). */
export const signaturesBy = (signatures: readonly NoteSignature[], key: NoteKey): NoteSignature[] =>
  signatures.filter((s) => s.name === key.name && s.id === key.id)

/** Signs a text (it must end in a newline) and gives the whole note. */
export const signNote = async (text: string, signer: NoteSigner): Promise<string> => {
  if (!text.endsWith('\n') || hasControl(text)) throw new RangeError('not a note text')
  return `${text}\n${signatureLine(signer, await signer.sign(utf8(text)))}`
}

/** Whether the key (type 0x01) signed the note and no signature in its name is false. Never throws. */
export const isSignedBy = async (note: Note, key: NoteKey): Promise<boolean> => {
  if (key.type !== ED25519) return false
  const claimed = signaturesBy(note.signatures, key)
  const message = utf8(note.text)
  const verdicts = await Promise.all(claimed.map((s) => verifyEd25519(key.publicKey, message, s.signature)))
  return verdicts.length > 0 && verdicts.every(Boolean)
}
