import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import type { Lang } from '../i18n/text.ts'
import { signingWord } from './words.ts'

/** What is wrong with a certificate file and its password, in the words that stand beside each. */
export type CertificateFaults = { file?: string; pin?: string }
export type Opened = { ok: true; signer: OpenedPkcs12 } | { ok: false; faults: CertificateFaults }

/** A certificate file is a few KB; anything larger is some other file. */
const MOST_BYTES = 1_000_000

/** What has not been given yet. */
export const lackingOf = (files: FileList | null, pin: string, lang: Lang): CertificateFaults => ({
  ...(files?.[0] ? {} : { file: signingWord('file-none', lang) }),
  ...(pin ? {} : { pin: signingWord('pin-none', lang) }),
})

/** Whether a refusal is about the file or its password, and which: none of the two is `{}`. */
export const certificateFaults = (code: string | undefined, lang: Lang): CertificateFaults => {
  if (code === 'wrong-pin') return { pin: signingWord('wrong-pin', lang) }
  return code === 'not-pkcs12' ? { file: signingWord('not-pkcs12', lang) } : {}
}

export const isFaulty = ({ file, pin }: CertificateFaults): boolean => file !== undefined || pin !== undefined

/** The same for ErrorSummary, where several certificates are asked for. `name`: the prefix of the fields. */
export const listedFaults = (name: string, { file, pin }: CertificateFaults): { id: string; message: string }[] => [
  ...(file ? [{ id: `${name}-file`, message: file }] : []),
  ...(pin ? [{ id: `${name}-pin`, message: pin }] : []),
]

/** Opens a certificate file in this browser; the libraries for it are fetched only now. */
export const openCertificate = async (files: FileList | null, pin: string, lang: Lang): Promise<Opened> => {
  const file = files?.[0]
  const faults = lackingOf(files, pin, lang)
  if (!file || isFaulty(faults)) return { ok: false, faults }
  if (file.size > MOST_BYTES) return { ok: false, faults: certificateFaults('not-pkcs12', lang) }
  const { openPkcs12 } = await import('../../../api/seal/pkcs12.ts')
  const opened = await openPkcs12(new Uint8Array(await file.arrayBuffer()), pin)
  return opened.ok ? { ok: true, signer: opened } : { ok: false, faults: certificateFaults(opened.code, lang) }
}
