import type { Http } from '../../../../api/client/http.ts'
import { pageHttp } from '../../seal/client.ts'
import { createLine, type Line, type LineState } from './line.ts'
import { type Board, type Files, ownedBy, watched, watchOf } from './watched.ts'

type Upload<T> = {
  /** The sealed parts, as files of this device. */
  parts: Files
  onstate: (state: LineState) => void
  oncommit?: () => void
  send: (http: Http, sink: Files) => Promise<T>
}

/** One upload over a line of its own, that of a bid or of a rehearsal: its parts stand on the board as they go. */
export const overLine = async <T>(
  board: Board & { line: Line | null },
  { parts, onstate, oncommit = () => {}, send }: Upload<T>,
): Promise<T> => {
  const line = createLine((state) => {
    onstate(state)
    board.pace = null
  })
  board.line = line
  const owners = new WeakMap<object, string>()
  try {
    return await send(watched(pageHttp(), line, watchOf(board, oncommit), owners), ownedBy(parts, owners))
  } finally {
    line.end()
    board.line = null
    board.pace = null
  }
}
