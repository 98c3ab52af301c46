/*
 * The sealing Worker. It is served without any connect-src: what it reads can only come back to the page as sealed parts
 * in the private file system, a signed manifest, or a hash (SEALING.md §5 "script in the worker").
 */
// first of all, see there
import './strict.ts'
import { isProblem, problem } from '../../../api/client/http.ts'
import { type PreparedBid, prepareBid } from '../../../api/client/prepare-bid.ts'
import { openSigners } from '../../../api/client/signers.ts'
import { toBase64url } from '../../../api/log/bytes.ts'
import type { EnvelopeKind } from '../../../api/seal/context.ts'
import { type BidManifest, parseManifest } from '../../../api/seal/manifest.ts'
import type { FileSource } from '../../../api/seal/plaintext.ts'
import { draftFolder, sealedFolder } from './private-files.ts'
import { rehearse, reopen, seeCertificate } from './rehearsal-work.ts'
import { encodeSealed, sealedFile } from './sealed-bid.ts'
import { keep, type Report, type SealedHere, sealInto, sourceOf, writeFile } from './sealer-files.ts'
import type { FileKind, FromWorker, Job, JobProgress, JobResult, Sealed, SealJob } from './sealer-protocol.ts'

const EVERY = 100

const post = (message: FromWorker): void =>
  (self as unknown as { postMessage: (m: FromWorker) => void }).postMessage(message)

/** At most ten messages a second, the last one always. */
const reporter = (id: number): Report => {
  let last = 0
  return (progress: JobProgress): void => {
    const at = performance.now()
    if (at - last < EVERY && progress.done < progress.total) return
    last = at
    post({ id, progress })
  }
}

const sourcesOf = async (job: SealJob): Promise<Partial<Record<EnvelopeKind, FileSource[]>>> => {
  const path = draftFolder(job.organisationId, job.lotId)
  const sources: Partial<Record<EnvelopeKind, FileSource[]>> = {}
  for (const [kind, files] of Object.entries(job.files))
    sources[kind as FileKind] = await Promise.all(files.map((file) => sourceOf(path, file)))
  return sources
}

const record = (job: SealJob, { prepared, key, took, bytes }: SealedHere<PreparedBid>): string => {
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

const seal = async (job: SealJob, report: Report): Promise<Sealed> => {
  const { own: signer, others } = await openSigners(job.trust, job, job.coSigners)
  const files = await sourcesOf(job)
  const { tender, trust, lotId, organisationId, forms, head, bundleSha256, passphrase, consortium } = job
  return sealInto(
    sealedFolder(organisationId, lotId),
    files,
    report,
    (sink) =>
      prepareBid({
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
        sink,
        ...(passphrase ? { passphrase } : {}),
      }),
    async (made) => {
      // Written last: a folder without it is an interrupted sealing and never taken for a bid.
      await writeFile(made.at, sealedFile, new TextEncoder().encode(record(job, made)))
      return { key: made.key }
    },
  )
}

const work = (job: Job, report: Report): Promise<JobResult> => {
  if (job.do === 'keep') return keep(job, report)
  if (job.do === 'seal') return seal(job, report)
  if (job.do === 'certificate') return seeCertificate(job)
  return job.do === 'rehearse' ? rehearse(job, report) : reopen(job, report)
}

const run = async (id: number, job: Job): Promise<void> => {
  try {
    post({ id, result: await work(job, reporter(id)) })
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
