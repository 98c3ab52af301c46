import type { LogHead } from '../host.ts'

/**
 * Size and root of a C2SP tlog-checkpoint (signed note), for display only: nothing is verified here.
 * The first signature is the log's own, the others are witnesses' cosignatures.
 */
export const readCheckpoint = (note: string): LogHead | null => {
  const [body, signatures] = note.split('\n\n')
  const [, size = '', root = ''] = (body ?? '').split('\n')
  if (!/^\d+$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return null
  const lines = (signatures ?? '').split('\n').filter((line) => line.startsWith('— '))
  return { size: Number(size), root: hex(root), witnesses: Math.max(0, lines.length - 1) }
}

const hex = (base64: string): string =>
  Array.from(atob(base64), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join('')
