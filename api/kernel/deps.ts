import type { Logger } from 'pino'
import type { ObjectStore } from '../../storage/port.ts'
import type { Database } from './database.ts'
import type { Jobs } from './jobs.ts'
import type { PlatformKeys } from './keys.ts'
import type { Live } from './live.ts'
import type { Settings } from './settings.ts'

/** The running log as services need it; `api/log` gives it. */
export type LogPort = {
  /** Everything committed before the call is sequenced, signed and offered to the witnesses. */
  flush: () => Promise<void>
  /** Index of an event's leaf, null until it is sequenced. */
  indexOf: (db: Database, eventId: string) => Promise<number | null>
  /** C2SP proof under a witnessed checkpoint, null until there is one. */
  proofOf: (db: Database, eventId: string) => Promise<string | null>
  /** True once a quorum has cosigned a checkpoint that covers the leaf, false after `timeout` ms. */
  witnessed: (index: number, timeout?: number) => Promise<boolean>
  /** The log's name, which every checkpoint and every probe's statement bears. */
  origin: string
  /** The log's own key: promises are signed with it. */
  signer: { publicKey: Uint8Array<ArrayBuffer>; sign: (message: Uint8Array) => Promise<Uint8Array<ArrayBuffer>> }
  /** Runs `move` (which moves the sandbox clock) while no append and no batch is under way. */
  quiesce: (move: (trx: Database) => Promise<void>) => Promise<void>
}

/** What a service may use; made once in server.ts (or a test) and handed down. */
export type Deps = {
  db: Database
  files: ObjectStore
  jobs: Jobs
  live: Live
  log: LogPort
  keys: PlatformKeys
  settings: Settings
  logger: Logger
  /**
   * Put the platform's seal (PAdES) under a paper; `stamped` = with a time-stamp of the authority outside, where one is
   * configured. Never for a paper of a bidder before the opening: the authority would count bids.
   */
  seal: (pdf: Uint8Array, reason: string, at: Date, stamped?: 'stamped') => Promise<Uint8Array>
  /** DER of that seal's certificate, which first notices name. */
  sealCertificate: Uint8Array
  /** A signature (CMS) with a time-stamp, or as it was; absent where no authority is configured. Never throws. */
  stamp?: ((cms: Uint8Array) => Promise<Uint8Array>) | undefined
}
