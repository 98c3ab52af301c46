import { createHttp, type Http } from '../../../api/client/http.ts'
import { type GivenTrust, loadTrust, pemBlocks, type TrustContext } from '../../../api/client/trust.ts'
import { lang } from '../i18n/t.ts'

/** This page's own session with the platform it came from. */
export const pageHttp = (): Http => createHttp({ origin: location.origin, language: lang() === 'en' ? 'en' : 'zh' })

const KEPT = 'sunlit.trust'
type KeptTrust = { policy: string; pem: string }

const keptTrust = (): KeptTrust | null => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null')
    if (typeof kept !== 'object' || kept === null) return null
    const { policy, pem } = kept as Partial<KeptTrust>
    return typeof policy === 'string' && typeof pem === 'string' ? { policy, pem } : null
  } catch {
    return null
  }
}

/** Keep the policy file and authorities that this person chose on this device. */
export const keepTrust = (kept: KeptTrust): void => localStorage.setItem(KEPT, JSON.stringify(kept))

/**
 * Witness policy and pinned authorities: this person's own, kept on this device; only a sandbox may bring its own.
 * Throws Problem `policy-needed` or `authorities-needed` where a person has none yet.
 */
export const pageTrust = (http: Http): Promise<TrustContext> => loadTrust(http, givenTrust())

/** The pins kept on this device; nothing where there are none. */
export const givenTrust = (): GivenTrust => {
  const kept = keptTrust()
  return kept ? { policy: kept.policy, authorities: pemBlocks(kept.pem, 'CERTIFICATE') } : {}
}

/** Hand a file to the person without sending it anywhere. */
export const saveFile = (name: string, bytes: BlobPart, type = 'application/octet-stream'): void => {
  const address = URL.createObjectURL(new Blob([bytes], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
