/** C2SP tlog-cosignature, cosignature/v1: a witness's Ed25519 signature over time and checkpoint. */
import { concat, readUint, u64, utf8 } from './bytes.ts'
import { verifyEd25519 } from './ed25519.ts'
import { COSIGNATURE, type Note, type NoteKey, type NoteSigner, signatureLine, signaturesBy } from './note.ts'

const message = (seconds: number, text: string) => utf8(`cosignature/v1\ntime ${seconds}\n${text}`)

/** The signature line of a witness for a checkpoint text at a time in unix seconds. */
export const cosign = async (text: string, signer: NoteSigner, seconds: number): Promise<string> => {
  if (signer.type !== COSIGNATURE) throw new RangeError('not a witness key')
  return signatureLine(signer, concat(u64(seconds), await signer.sign(message(seconds, text))))
}

/** The unix seconds at which the witness cosigned the note; null when it did not or a signature is false. Never throws. */
export const cosignedAt = async (note: Note, witness: NoteKey): Promise<number | null> => {
  if (witness.type !== COSIGNATURE) return null
  let latest: number | null = null
  for (const { signature } of signaturesBy(note.signatures, witness)) {
    if (signature.length !== 72) return null
    let seconds: number
    try {
      seconds = readUint(signature, 0, 8)
    } catch {
      return null
    }
    if (!(await verifyEd25519(witness.publicKey, message(seconds, note.text), signature.slice(8)))) return null
    latest = Math.max(latest ?? 0, seconds)
  }
  return latest
}
