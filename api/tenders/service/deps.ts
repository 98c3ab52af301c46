import type { Deps } from '../../kernel/deps.ts'

/** What this feature needs of the platform. */
export type TenderDeps = Pick<Deps, 'db' | 'files' | 'live' | 'settings' | 'keys' | 'logger'> & {
  /** The platform's seal over a notice PDF, where a seal certificate is configured. */
  seal?: ((pdf: Uint8Array, reason: string, at: Date) => Promise<Uint8Array>) | undefined
  /** DER of that certificate. */
  sealCertificate?: Uint8Array | undefined
  /** Prefix of tender numbers; default YC. */
  cityCode?: string | undefined
}
