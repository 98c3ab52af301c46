import type { Deps } from '../../kernel/deps.ts'

/** What this feature needs of the platform. */
export type IntentionDeps = Pick<Deps, 'db' | 'live'>
