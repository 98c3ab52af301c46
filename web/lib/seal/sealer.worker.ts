/*
 * The sealing Worker. It is served without any connect-src: what it reads can only come back to the page as sealed parts
 * in the private file system, a signed manifest, or a hash (SEALING.md §5 "script in the worker").
 */
// first of all, see there
import './strict.ts'
import { sha256 as streamingSha256 } from '@noble/hashes/sha2.js'
import { isProblem, problem } from '../../../api/client/http.ts'
import { type PartSink, type PreparedBid, prepareBid } from '../../../api/client/prepare-bid.ts'
import { openSigners } from '../../../api/client/signers.ts'
import { fromHex, toBase64url, toHex } from '../../../api/log/bytes.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../../../api/seal/context.ts'
import { type BidManifest, parseManifest } from '../../../api/seal/manifest.ts'
import type { FileSource } from '../../../api/seal/plaintext.ts'
import { ask, draftFolder, folder, partName, readKept, removeKept, sealedFolder } from './private-files.ts'
import { encodeSealed, sealedFile } from './sealed-bid.ts'
import type { FileKind, FromWorker, Job, JobProgress, KeepJob, Kept, Sealed, SealJob } from './sealer-protocol.ts'

/** Synchronous handles exist in Workers only, so the page's type library does not know them. */
type SyncHandle = {
  write: (bytes: Uint8Array, options: { at: number }) => number
  truncate: (size: number) => void
  flush: () => void
  close: () => void
}
type SyncFile = { createSyncAccessHandle: () => Promise<SyncHandle> }

const SLICE = 4 * 1024 * 1024
const EVERY = 100

const post = (message: FromWorker): void =>
  (self as unknown as { postMessage: (m: FromWorker) => void }).postMessage(message)

const openFile = async (at: FileSystemDirectoryHandle, name: string): Promise<SyncHandle> => {
  const file = await ask(at, (one) => one.getFileHandle(name, { create: true }))
  return ask(file as unknown as SyncFile, (one) => one.createSyncAccessHandle())
}

const writeAll = (handle: SyncHandle, bytes: Uint8Array, at: number): void => {
  if (handle.write(bytes, { at }) !== bytes.length) throw new DOMException('disk full', 'QuotaExceededError')
}

const writeFile = async (at: FileSystemDirectoryHandle, name: string, bytes: Uint8Array): Promise<void> => {
  const handle = await openFile(at, name)
  try {
    handle.truncate(0)
    writeAll(handle, bytes, 0)
    handle.flush()
  } finally {
    handle.close()
  }
}

/** At most ten messages a second, the last one always. */
const reporter = (id: number) => {
  let last = 0
  return (progress: JobProgress): void => {
    const at = performance.now()
    if (at - last < EVERY && progress.done < progress.total) return
    last = at
    post({ id, progress })
  }
}

const keep = async (id: number, { path, name, file }: KeepJob): Promise<Kept> => {
  const report = reporter(id)
  const handle = await openFile(await folder(path, true), name)
  const hash = streamingSha256.create()
  try {
    handle.truncate(0)
    for (let at = 0; at < file.size; at += SLICE) {
      const bytes = new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer())
      writeAll(handle, bytes, at)
      hash.update(bytes)
      report({ step: 'keep', kind: null, done: at + bytes.length, total: file.size })
    }
    handle.flush()
  } finally {
    handle.close()
  }
  return { sha256: toHex(hash.digest()) }
}

const sourcesOf = async (job: SealJob): Promise<Partial<Record<EnvelopeKind, FileSource[]>>> => {
  const path = draftFolder(job.organisationId, job.lotId)
  const read = async ({ key, name, mime, sha256 }: SealJob['files'][FileKind][number]): Promise<FileSource> => {
    const file = await readKept(path, key)
    if (!file) throw problem('not-a-file', 'A file of the draft is gone from this device')
    return { name, mime, size: file.size, sha256: fromHex(sha256), slice: (start, end) => file.slice(start, end) }
  }
  const sources: Partial<Record<EnvelopeKind, FileSource[]>> = {}
  for (const [kind, files] of Object.entries(job.files)) sources[kind as FileKind] = await Promise.all(files.map(read))
  return sources
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
  report: (p: JobProgress) => void,
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

const record = (job: SealJob, prepared: PreparedBid, key: string, took: number, bytes: number): string => {
  const read = parseManifest(prepared.manifest)
  if (!read.ok) throw problem('self-test-failed', 'The manifest does not read back')
  const manifest = read.manifest as BidManifest
  return encodeSealed({
    key,
    tenderId: prepared.tenderId,
    lotId: prepared.lotId,
    at: manifest.createdAt,
    deadline: job.deadline,
    noticeN: job.tender.noticeN,
    manifest: toBase64url(prepared.manifest),
    cms: toBase64url(prepared.cms),
    manifestHash: prepared.manifestHash,
    partHashes: prepared.partHashes,
    recoveryFile: toBase64url(prepared.recoveryFile),
    envelopes: manifest.envelopes.map(({ no, kind, size, partsRoot }) => ({ no, kind, size, root: partsRoot })),
    summary: job.summary,
    took,
    bytes,
  })
}

const seal = async (id: number, job: SealJob): Promise<Sealed> => {
  const { own: signer, others } = await openSigners(job.trust, job, job.coSigners)
  const files = await sourcesOf(job)
  const key = crypto.randomUUID()
  const path = [...sealedFolder(job.organisationId, job.lotId), key]
  const at = await folder(path, true)
  const began = performance.now()
  const counted = countedSink(at, path, expected(files), reporter(id))
  const { tender, trust, lotId, organisationId, forms, head, bundleSha256, passphrase, consortium } = job
  try {
    const prepared = await prepareBid({
      tender,
      trust,
      lotId,
      organisationId,
      signer,
      forms,
      files,
      consortium,
      coSigners: { qualification: others, technical: others, 'price-detail': others },
      head,
      bundleSha256,
      sink: counted.sink,
      ...(passphrase ? { passphrase } : {}),
    })
    const text = record(job, prepared, key, performance.now() - began, counted.bytes())
    // Written last: a folder without it is an interrupted sealing and never taken for a bid.
    await writeFile(at, sealedFile, new TextEncoder().encode(text))
    return { key }
  } catch (error) {
    await removeKept(path.slice(0, -1), key).catch(() => {})
    throw error
  }
}

const run = async (id: number, job: Job): Promise<void> => {
  try {
    post({ id, result: job.do === 'keep' ? await keep(id, job) : await seal(id, job) })
  } catch (error) {
    if (isProblem(error)) {
      const { code, title, kind, fields, fault, signer } = error
      post({ id, fault: { code, title, facts: { kind, fields, fault, signer } } })
    } else if (error instanceof DOMException && error.name === 'QuotaExceededError') {
      post({ id, fault: { quota: true } })
    } else {
      // Nothing of the cause leaves the Worker: it might hold what was being sealed.
      post({ id, fault: null })
    }
  }
}

self.addEventListener('message', ({ data }: MessageEvent<{ id: number; job: Job }>) => void run(data.id, data.job))
