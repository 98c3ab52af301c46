import type { StatusKind } from '../ui/Status.svelte'

const KINDS = {
  draft: 'busy',
  'in-review': 'busy',
  published: 'open',
  closed: 'busy',
  opened: 'busy',
  evaluated: 'busy',
  awarded: 'busy',
  contracted: 'done',
  'not-opened': 'stop',
  cancelled: 'stop',
  failed: 'stop',
  suspended: 'stop',
} as const satisfies Record<string, StatusKind>

export type TenderWord = keyof typeof KINDS

/** Where a tender stands, as word and mark; a suspension is said before everything else. */
export const tenderState = (tender: { status: string; suspended: boolean }): { word: TenderWord; kind: StatusKind } => {
  const word = (tender.suspended ? 'suspended' : tender.status) as TenderWord
  return { word, kind: KINDS[word] ?? 'idle' }
}
