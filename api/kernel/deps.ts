import type { Logger } from 'pino'
import type { ObjectStore } from '../../storage/port.ts'
import type { Database } from './database.ts'
import type { Jobs } from './jobs.ts'
import type { PlatformKeys } from './keys.ts'
import type { Live } from './live.ts'
import type { Settings } from './settings.ts'

/** What a service may use; made once in server.ts (or a test) and handed down. */
export type Deps = {
  db: Database
  files: ObjectStore
  jobs: Jobs
  live: Live
  keys: PlatformKeys
  settings: Settings
  logger: Logger
}
