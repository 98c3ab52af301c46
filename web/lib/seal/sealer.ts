import { problem } from '../../../api/client/http.ts'
import address from './sealer.worker.ts?worker&url'
import type {
  CertificateJob,
  CertificateSeen,
  FromWorker,
  Job,
  JobProgress,
  KeepJob,
  Kept,
  RehearsalSealed,
  RehearseJob,
  Reopened,
  ReopenJob,
  Sealed,
  SealJob,
} from './sealer-protocol.ts'

/** Address of the Worker's script, whose hash every manifest names. */
export const sealerAddress = address

type TrustedTypes = {
  createPolicy: (
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ) => { createScriptURL: (url: string) => string }
}

let made: string | undefined

/** Under Trusted Types only this one script may become a Worker; the policy's name stands in the page's CSP. */
const trustedAddress = (): string => {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes
  made ??= types
    ? types
        .createPolicy('sunlit-worker', {
          createScriptURL: (url) => {
            if (url !== address) throw new TypeError('not the sealing worker')
            return url
          },
        })
        .createScriptURL(address)
    : address
  return made
}

const faultFrom = (fault: Extract<FromWorker, { fault: unknown }>['fault']): unknown => {
  if (fault === null) return new Error('the sealing worker failed')
  if ('quota' in fault) return new DOMException('disk full', 'QuotaExceededError')
  return problem(fault.code, fault.title, fault.facts)
}

/** One job in a Worker of its own, which ends with it: no key outlives the act. */
const work = <T>(job: Job, onProgress?: (progress: JobProgress) => void, signal?: AbortSignal): Promise<T> =>
  new Promise<T>((done, failed) => {
    const worker = new Worker(trustedAddress(), { type: 'module' })
    const end = (act: () => void): void => {
      worker.terminate()
      act()
    }
    signal?.addEventListener('abort', () => end(() => failed(signal.reason)))
    worker.onerror = () => end(() => failed(new Error('the sealing worker did not start')))
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('progress' in data) onProgress?.(data.progress)
      else if ('result' in data) end(() => done(data.result as T))
      else end(() => failed(faultFrom(data.fault)))
    }
    worker.postMessage({ id: 1, job })
  })

export const keepFile = (
  job: Omit<KeepJob, 'do'>,
  onProgress?: (progress: JobProgress) => void,
  signal?: AbortSignal,
) => work<Kept>({ do: 'keep', ...job }, onProgress, signal)

export const sealInWorker = (job: Omit<SealJob, 'do'>, onProgress?: (progress: JobProgress) => void) =>
  work<Sealed>({ do: 'seal', ...job }, onProgress)

export const certificateInWorker = (job: Omit<CertificateJob, 'do'>) =>
  work<CertificateSeen>({ do: 'certificate', ...job })

export const rehearseInWorker = (job: Omit<RehearseJob, 'do'>, onProgress?: (progress: JobProgress) => void) =>
  work<RehearsalSealed>({ do: 'rehearse', ...job }, onProgress)

export const reopenInWorker = (job: Omit<ReopenJob, 'do'>, onProgress?: (progress: JobProgress) => void) =>
  work<Reopened>({ do: 'reopen', ...job }, onProgress)
