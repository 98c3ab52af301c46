import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { FILE_KINDS } from '../../../web/lib/supplier/bid/draft.ts'
import { problem } from '../../client/http.ts'
import type { PartSink } from '../../client/prepare-bid.ts'
import { plain } from '../../log/bytes.ts'
import type { EnvelopeKind } from '../../seal/context.ts'
import type { FileSource } from '../../seal/plaintext.ts'
import { ANSWERS } from './answers.ts'

/** Left behind by file managers; nobody means to hand them in. */
const CLUTTER = /^(\..*|Thumbs\.db|desktop\.ini)$/i

const TYPES: Readonly<Record<string, string>> = {
  '.pdf': 'application/pdf',
  '.doc': 'application/msword',
  '.docx': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  '.xls': 'application/vnd.ms-excel',
  '.xlsx': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.txt': 'text/plain',
  '.zip': 'application/zip',
}

const readRange = async (path: string, start: number, end: number): Promise<ArrayBuffer> => {
  const file = await open(path)
  try {
    const bytes = new Uint8Array(end - start)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start)
    return plain(bytes.subarray(0, bytesRead)).slice().buffer
  } finally {
    await file.close()
  }
}

/** A file of the disk, of which only what is being sealed is held in memory. */
const sourceOf = (path: string, name: string): FileSource => ({
  name,
  mime: TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream',
  size: statSync(path).size,
  slice: (start, end) => ({ arrayBuffer: () => readRange(path, start, end) }),
})

const listed = (folder: string): string[] =>
  (existsSync(folder) ? readdirSync(folder) : []).filter((name) => !CLUTTER.test(name)).sort()

const stray = (path: string): never => {
  throw problem('unexpected-file', 'A file would be left out of the bid', { detail: path })
}

/**
 * Files by envelope. Whatever would be left out is refused, and so is an empty file: nobody learns at the opening that a
 * paper lay in the wrong folder. @throws Problem unexpected-file
 */
export const papersOf = (folder: string): Partial<Record<EnvelopeKind, FileSource[]>> => {
  const places: readonly string[] = [ANSWERS, ...FILE_KINDS]
  for (const name of listed(folder)) if (!places.includes(name)) stray(join(folder, name))
  const inKind = (kind: string): FileSource[] =>
    listed(join(folder, kind)).map((name) => {
      const path = join(folder, kind, name)
      const facts = statSync(path)
      return facts.isFile() && facts.size > 0 ? sourceOf(path, name) : stray(path)
    })
  return Object.fromEntries(FILE_KINDS.map((kind) => [kind, inKind(kind)]))
}

/** A place for each part of a bid, as `template` lays it out. */
export const layOut = (folder: string): void => {
  for (const kind of FILE_KINDS) mkdirSync(join(folder, kind), { recursive: true })
}

/** Sealed parts on the disk until the package is written. */
export const folderSink = (folder: string): PartSink & { remove: () => void } => {
  mkdirSync(folder, { recursive: true })
  const at = (no: number, part: number) => join(folder, `${no}-${part}`)
  return {
    write: (no, part) => writeFileSync(at(no, part.no), part.bytes),
    read: async (no, part) => new Uint8Array(readFileSync(at(no, part))),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
