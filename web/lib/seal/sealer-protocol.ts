import type { ChainHead } from '../../../api/client/prepare-bid.ts'
import type { SealTender } from '../../../api/client/tender.ts'
import type { TrustContext } from '../../../api/client/trust.ts'
import type { EnvelopeKind } from '../../../api/seal/context.ts'
import type { Header } from '../../../api/seal/plaintext.ts'

export type FileKind = Exclude<EnvelopeKind, 'summary'>

/** Copies a picked file into the private file system and hashes it on the way. */
export type KeepJob = { do: 'keep'; path: string[]; name: string; file: Blob }
export type Kept = { sha256: string }

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
  /** `sha256` in hexadecimal, as it was computed when the file was copied here. */
  files: Record<FileKind, { key: string; name: string; mime: string; sha256: string }[]>
  summary: Record<string, string>
  head: ChainHead
  bundleSha256: string
}
export type Sealed = { key: string }

export type Job = KeepJob | SealJob
export type JobProgress = {
  step: 'keep' | 'seal' | 'self-test' | 'sign'
  kind: EnvelopeKind | null
  done: number
  total: number
}

export type FromWorker =
  | { id: number; progress: JobProgress }
  | { id: number; result: Kept | Sealed }
  | { id: number; fault: { code: string; title: string; facts: Record<string, unknown> } | { quota: true } | null }
