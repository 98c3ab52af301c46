import type { Deps } from '../../kernel/deps.ts'

/** What this feature needs of the platform. */
export type IdentityDeps = Pick<Deps, 'db' | 'settings' | 'keys' | 'logger'>
