import type { Http } from '../../../../api/client/http.ts'
import { putPart } from '../../seal/put-part.ts'
import type { PartState } from '../../ui/Upload.svelte'
import type { Line } from './line.ts'
import { createPace } from './pace.ts'

/** One part on its way: a cell of the page. */
export type Cell = { key: string; size: number; sent: number; state: PartState }
/** What a page shows of an upload: that of a bid, or of a rehearsal. `pace` in bytes a second. */
export type Board = { cells: Cell[]; pace: number | null }

type Addressed = { envelopeNo: number; part: number; size: number; stored: boolean }
type Watch = {
  start: (parts: readonly Addressed[]) => void
  change: (key: string, change: Partial<Cell>) => void
  commit: () => void
}

const keyOf = ({ envelopeNo, part }: { envelopeNo: number; part: number }): string => `${envelopeNo}/${part}`
/** Where an upload begins: the answer names its parts. */
const BEGINNINGS = ['/api/bids', '/api/rehearsals']

/** Writes what happens to the parts onto a board; `commit` is told when all of them are there. */
export const watchOf = (board: Board, commit: () => void): Watch => {
  const pace = createPace()
  return {
    start: (parts) => {
      board.cells = parts.map((one) => {
        const { size, stored } = one
        return { key: keyOf(one), size, sent: stored ? size : 0, state: stored ? 'done' : 'waiting' }
      })
    },
    change: (key, change) => {
      const cell = board.cells.find((one) => one.key === key)
      if (!cell) return
      const more = (change.sent ?? cell.sent) - cell.sent
      Object.assign(cell, change)
      if (more > 0) board.pace = pace.sent(more)
    },
    commit,
  }
}

/**
 * The same client over a line that may be paused or lost, telling what happens to each part: the cells of the page.
 * `owners` says which part a file of this device is.
 */
export const watched = (http: Http, line: Line, watch: Watch, owners: WeakMap<object, string>): Http => ({
  ...http,
  json: <T>(...[method, path, body]: Parameters<Http['json']>): Promise<T> =>
    line.carry(async () => {
      if (path.endsWith('/commit')) watch.commit()
      const answer = await http.json<T>(method, path, body)
      if (method !== 'POST') return answer
      if (BEGINNINGS.includes(path)) watch.start((answer as { parts: Addressed[] }).parts)
      if (path.endsWith('/parts')) watch.change(keyOf(body as Addressed), { state: 'done' })
      return answer
    }),
  put: (url, headers, body) =>
    line.carry(async (signal) => {
      const [file, key] = [body as Blob, owners.get(body) ?? '']
      watch.change(key, { state: 'going', sent: 0 })
      const onSent = (bytes: number) => {
        line.alive()
        watch.change(key, { sent: Math.min(bytes, file.size) })
      }
      try {
        await putPart(url, headers, file, { signal, onSent })
        watch.change(key, { sent: file.size })
      } catch (error) {
        watch.change(key, { state: signal.aborted ? 'waiting' : 'retry', sent: 0 })
        throw error
      }
    }),
})

export type Files = { read: (envelopeNo: number, part: number) => Promise<Blob> }

/** Sealed parts as files of this device, remembered by whose bytes they are. */
export const ownedBy = (parts: Files, owners: WeakMap<object, string>): Files => ({
  read: async (envelopeNo, part) => {
    const file = await parts.read(envelopeNo, part)
    owners.set(file, keyOf({ envelopeNo, part }))
    return file
  },
})
