import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'

export type P12Fault = 'none' | 'wrong-pin' | 'not-pkcs12'
/** A certificate file is a few KB; anything larger is some other file. */
const MOST_BYTES = 1_000_000

/** Opens a certificate file in this browser; the libraries for it are fetched only now. */
export const openP12 = async (
  files: FileList | null,
  pin: string,
): Promise<{ ok: true; signer: OpenedPkcs12 } | { ok: false; fault: P12Fault }> => {
  const file = files?.[0]
  if (!file) return { ok: false, fault: 'none' }
  if (file.size > MOST_BYTES) return { ok: false, fault: 'not-pkcs12' }
  const { openPkcs12 } = await import('../../../api/seal/pkcs12.ts')
  const opened = await openPkcs12(new Uint8Array(await file.arrayBuffer()), pin)
  return opened.ok ? { ok: true, signer: opened } : { ok: false, fault: opened.code as P12Fault }
}
