import type { WordingHit } from './wording.ts'

/** What the notes below a form's fields show; functions, so that each reads the newest state. */
export type WordingContext = {
  readonly hitsAt: (field: string) => readonly WordingHit[]
  /** Why the last reason was not taken, and what was typed, by the name of its field. */
  readonly refusedAt: (reason: string) => { message: string; typed: string } | null
  readonly readonly: () => boolean
}
export const WORDING = Symbol('wording')
