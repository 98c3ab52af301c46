import { sha256 as streamingSha256 } from '@noble/hashes/sha2.js'
import { problem } from '../../../api/client/http.ts'
import type { PartSink } from '../../../api/client/seal-envelopes.ts'
import { fromHex, toHex } from '../../../api/log/bytes.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../../../api/seal/context.ts'
import type { FileSource } from '../../../api/seal/plaintext.ts'
import { ask, folder, partName, readKept, removeKept } from './private-files.ts'
import type { JobProgress, KeepJob, Kept, KeptFile } from './sealer-protocol.ts'

/* Writing into the private file system, which only a Worker can. */
/** Synchronous handles exist in Workers only, so the page's type library does not know them. */
type SyncHandle = {
  write: (bytes: Uint8Array, options: { at: number }) => number
  truncate: (size: number) => void
  flush: () => void
  close: () => void
}
type SyncFile = { createSyncAccessHandle: () => Promise<SyncHandle> }

const SLICE = 4 * 1024 * 1024

export type Report = (progress: JobProgress) => void

const openFile = async (at: FileSystemDirectoryHandle, name: string): Promise<SyncHandle> => {
  const file = await ask(at, (one) => one.getFileHandle(name, { create: true }))
  return ask(file as unknown as SyncFile, (one) => one.createSyncAccessHandle())
}

const writeAll = (handle: SyncHandle, bytes: Uint8Array, at: number): void => {
  if (handle.write(bytes, { at }) !== bytes.length) throw new DOMException('disk full', 'QuotaExceededError')
}

export const writeFile = async (at: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> => {
  const handle = await openFile(at, name)
  try {
    handle.truncate(0)
    writeAll(handle, bytes, 0)
    handle.flush()
  } finally {
    handle.close()
  }
}

/**
 * A file's bytes piece by piece, each lent until the next: in one buffer where the browser reads into it, else a slice each,
 * hundreds of megabytes of which wait for the collector.
 */
async function* piecesOf(file: Blob): AsyncGenerator<Uint8Array> {
  const reader = byteReader(file)
  if (reader === null) {
    for (let at = 0; at < file.size; at += SLICE) yield new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer())
    return
  }
  for (let room = new ArrayBuffer(SLICE); ; ) {
    const { done, value } = await reader.read(new Uint8Array(room))
    if (done) return
    yield value
    room = value.buffer
  }
}

const byteReader = (file: Blob): ReadableStreamBYOBReader | null => {
  try {
    return file.stream().getReader({ mode: 'byob' })
  } catch {
    return null
  }
}

/** Copies a picked file here and hashes it on the way. */
export const keep = async ({ path, name, file }: KeepJob, report: Report): Promise<Kept> => {
  const handle = await openFile(await folder(path, true), name)
  const hash = streamingSha256.create()
  try {
    handle.truncate(0)
    let at = 0
    for await (const bytes of piecesOf(file)) {
      writeAll(handle, bytes, at)
      hash.update(bytes)
      at += bytes.length
      report({ step: 'keep', kind: null, done: at, total: file.size })
    }
    handle.flush()
  } finally {
    handle.close()
  }
  return { sha256: toHex(hash.digest()) }
}

/** What will be written, up to headers and padding: for the bar and the time left only. */
const expected = (sources: Partial<Record<EnvelopeKind, FileSource[]>>): number =>
  ENVELOPE_KINDS.reduce((sum, kind) => {
    const bytes = (sources[kind] ?? []).reduce((all, file) => all + file.size, 0)
    const unit = kind === 'summary' ? 65_536 : 1_048_576
    return sum + Math.ceil((bytes + 16_384) / unit) * unit
  }, 0)

type Counted = { sink: PartSink; bytes: () => number }

/** Parts to disk and back, counted: the first pass writes, the second is the self-test. */
const countedSink = (
  at: FileSystemDirectoryHandle,
  path: readonly string[],
  total: number,
  report: Report,
): Counted => {
  let [written, read] = [0, 0]
  let kind: EnvelopeKind | null = null
  return {
    bytes: () => written,
    sink: {
      write: async (no, part) => {
        kind = ENVELOPE_KINDS[no - 1] ?? null
        await writeFile(at, partName(no, part.no), part.bytes)
        written += part.bytes.length
        report({ step: 'seal', kind, done: Math.min(written, total), total: 2 * total })
      },
      read: async (no, part) => {
        const file = await readKept(path, partName(no, part))
        if (!file) throw new RangeError('no such part')
        const bytes = new Uint8Array(await file.arrayBuffer())
        read += bytes.length
        kind = ENVELOPE_KINDS[no - 1] ?? null
        report({ step: 'self-test', kind, done: Math.min(total + read, 2 * total - 1), total: 2 * total })
        return bytes
      },
    },
  }
}

/** A file that was copied here before, as the sealing reads it. @throws Problem not-a-file */
export const sourceOf = async (path: readonly string[], { key, name, mime, sha256 }: KeptFile): Promise<FileSource> => {
  const file = await readKept(path, key)
  if (!file) throw problem('not-a-file', 'A file of the draft is gone from this device')
  return { name, mime, size: file.size, sha256: fromHex(sha256), slice: (start, end) => file.slice(start, end) }
}

/** `at`: the folder of the parts; took in ms, bytes of ciphertext. */
export type SealedHere<T> = { at: FileSystemDirectoryHandle; key: string; prepared: T; took: number; bytes: number }

/** Seals into a folder of its own, counted and timed; a sealing that fails leaves nothing there. */
export const sealInto = async <T, R>(
  parent: readonly string[],
  files: Partial<Record<EnvelopeKind, FileSource[]>>,
  report: Report,
  prepare: (sink: PartSink) => Promise<T>,
  finish: (made: SealedHere<T>) => R | Promise<R>,
): Promise<R> => {
  const key = crypto.randomUUID()
  const path = [...parent, key]
  const at = await folder(path, true)
  const began = performance.now()
  const counted = countedSink(at, path, expected(files), report)
  try {
    const prepared = await prepare(counted.sink)
    return await finish({ at, key, prepared, took: performance.now() - began, bytes: counted.bytes() })
  } catch (error) {
    await removeKept(parent, key).catch(() => {})
    throw error
  }
}
