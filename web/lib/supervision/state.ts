import type { StatusKind } from '../ui/Status.svelte'

export const STATUSES = [
  'published',
  'closed',
  'opened',
  'evaluated',
  'awarded',
  'contracted',
  'not-opened',
  'cancelled',
  'failed',
] as const
type Word = (typeof STATUSES)[number] | 'suspended'

const KINDS: Readonly<Record<Word, StatusKind>> = {
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
}

export const stateOf = (tender: { status: string; suspended: boolean }): { word: Word; kind: StatusKind } => {
  const word = (tender.suspended ? 'suspended' : tender.status) as Word
  return { word, kind: KINDS[word] ?? 'idle' }
}
