import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** A socket gives 64 KiB at a time: so many bytes go to the disk in one call. */
const GATHERED = 1 << 20

const gather = async function* (bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array[]> {
  let pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of bytes) {
    pieces.push(piece)
    size += piece.byteLength
    if (size < GATHERED) continue
    yield pieces
    pieces = []
    size = 0
  }
  yield pieces
}

const writeAll = async (file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> => {
  const size = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
  if (size === 0) return
  const { bytesWritten } = await file.writev(pieces)
  // A disk may take less than it was given.
  for (let rest = Buffer.concat(bytesWritten < size ? pieces : []).subarray(bytesWritten); rest.byteLength > 0; )
    rest = rest.subarray((await file.write(rest)).bytesWritten)
}

/** A new file with these bytes, the next read while the last are written; on the disk once `makeDurable` resolves. */
export const writeNew = async (
  path: string,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ makeDurable: () => Promise<void> }> => {
  const file = await open(path, 'wx', 0o640)
  let writing: Promise<void> = Promise.resolve()
  try {
    for await (const pieces of gather(bytes)) {
      await writing
      writing = writeAll(file, pieces)
      writing.catch(() => undefined) // surfaces at the next piece or at the end
    }
    await writing
  } catch (error) {
    await writing.catch(() => undefined)
    await file.close()
    throw error
  }
  return { makeDurable: () => file.sync().finally(() => file.close()) }
}

/** Every folder that is new must itself be durable in its parent. */
export const makeFolder = async (folder: string, root: string): Promise<void> => {
  const first = await mkdir(folder, { recursive: true, mode: 0o750 })
  if (first === undefined) return
  for (let parent = dirname(folder); parent.length >= root.length; parent = dirname(parent)) {
    await syncFolder(parent)
    if (parent.length < first.length) break
  }
}

export const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, constants.O_RDONLY)
  await handle.sync().finally(() => handle.close())
}
