import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Writes a file whole and durably: after a power cut it holds the old or the new text, never a part. */
export const writeDurably = (file: string, text: string, mode: number): void => {
  mkdirSync(dirname(resolve(file)), { recursive: true })
  const fresh = `${file}.new`
  const fd = openSync(fresh, 'w', mode)
  writeFileSync(fd, text)
  fsyncSync(fd)
  closeSync(fd)
  renameSync(fresh, file)
  const folder = openSync(dirname(resolve(file)), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
