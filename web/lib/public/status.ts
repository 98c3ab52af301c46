import type { MessageKey } from '../i18n/zh-CN.ts'
import type { StatusKind } from '../ui/Status.svelte'

type Look = { kind: StatusKind; label: MessageKey }

const LOOKS: Readonly<Record<string, Look>> = {
  published: { kind: 'open', label: 'notice.status.published' },
  closed: { kind: 'busy', label: 'notice.status.closed' },
  opened: { kind: 'busy', label: 'notice.status.opened' },
  evaluated: { kind: 'busy', label: 'notice.status.evaluated' },
  awarded: { kind: 'open', label: 'notice.status.awarded' },
  contracted: { kind: 'done', label: 'notice.status.contracted' },
  'not-opened': { kind: 'stop', label: 'notice.status.not-opened' },
  cancelled: { kind: 'stop', label: 'notice.status.cancelled' },
  failed: { kind: 'stop', label: 'notice.status.failed' },
}

/** The same word and shape for a tender's status from list to page. */
export const statusLook = ({ status, suspended }: { status: string; suspended: boolean }): Look =>
  suspended
    ? { kind: 'warn', label: 'notice.status.suspended' }
    : (LOOKS[status] ?? { kind: 'idle', label: 'notice.status.closed' })
