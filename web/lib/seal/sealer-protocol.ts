import type { ChainHead } from '../../../api/client/prepare-bid.ts'
import type { PreparedRehearsal } from '../../../api/client/rehearsal.ts'
import type { Downloaded } from '../../../api/client/rehearse.ts'
import type { SealTender } from '../../../api/client/tender.ts'
import type { TrustContext } from '../../../api/client/trust.ts'
import type { EnvelopeKind } from '../../../api/seal/context.ts'
import type { Header } from '../../../api/seal/plaintext.ts'

export type FileKind = Exclude<EnvelopeKind, 'summary'>

/** Copies a picked file into the private file system and hashes it on the way. */
export type KeepJob = { do: 'keep'; path: string[]; name: string; file: Blob }
export type Kept = { sha256: string }
/** `sha256` in hexadecimal, as it was computed when the file was copied here. */
export type KeptFile = { key: string; name: string; mime: string; sha256: string }

export type SealJob = {
  do: 'seal'
  tender: SealTender
  trust: TrustContext
  deadline: number
  lotId: string
  organisationId: string
  /** 统一社会信用代码 the certificate must carry. */
  uscc: string
  p12: Uint8Array
  pin: string
  passphrase?: string
  forms: Partial<Record<EnvelopeKind, Header['form']>>
  /** Organisations of the consortium besides the bidder. */
  consortium: string[]
  /** Further inner signatures, over the exact header of every envelope but the summary; `uscc` null: any valid certificate. */
  coSigners: { p12: Uint8Array; pin: string; uscc: string | null }[]
  files: Record<FileKind, KeptFile[]>
  summary: Record<string, string>
  head: ChainHead
  bundleSha256: string
}
export type Sealed = { key: string }

/** Who signs a rehearsal; the same for each of its jobs. */
type RehearsalSigner = { trust: TrustContext; uscc: string; p12: Uint8Array; pin: string }

/** Opens the certificate file and judges chain and revocation list as of now. */
export type CertificateJob = RehearsalSigner & { do: 'certificate' }
/** `certSha256` base64url, `notAfter` UTC ms. */
export type CertificateSeen = { certSha256: string; holder: string; notAfter: number }

export type RehearseJob = RehearsalSigner & {
  do: 'rehearse'
  organisationId: string
  passphrase: string
  file: KeptFile
  bundleSha256: string
}
/** What the page needs to upload it; no key is among it. */
export type RehearsalSealed = Omit<PreparedRehearsal, 'keys'> & { key: string; took: number; bytes: number }

/** Opens what came back from the store and signs the key of the summary. */
export type ReopenJob = RehearsalSigner & {
  do: 'reopen'
  passphrase: string
  manifest: Uint8Array
  recoveryFile: Uint8Array
  parts: Downloaded[]
}
export type Reopened = { statement: Uint8Array<ArrayBuffer>; cms: Uint8Array<ArrayBuffer> }

export type Job = KeepJob | SealJob | CertificateJob | RehearseJob | ReopenJob
export type JobResult = Kept | Sealed | CertificateSeen | RehearsalSealed | Reopened
export type JobProgress = {
  step: 'keep' | 'seal' | 'self-test' | 'sign'
  kind: EnvelopeKind | null
  done: number
  total: number
}

export type FromWorker =
  | { id: number; progress: JobProgress }
  | { id: number; result: JobResult }
  | { id: number; fault: { code: string; title: string; facts: Record<string, unknown> } | { quota: true } | null }
