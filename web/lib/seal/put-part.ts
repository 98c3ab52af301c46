import { type Problem, problem } from '../../../api/client/http.ts'

const refusal = ({ status, responseText }: XMLHttpRequest): Problem => {
  const facts = { status }
  try {
    const { code, title } = JSON.parse(responseText) as { code?: unknown; title?: unknown }
    if (typeof code === 'string') return problem(code, String(title ?? code), facts)
  } catch {
    // an S3 store answers in XML, a proxy in HTML: the status has to do
  }
  return problem('unexpected-answer', `HTTP ${status}`, facts)
}

/**
 * Puts a part to its signed address, from the file on this device: nothing of it is held in memory. By XMLHttpRequest,
 * since fetch does not tell how much has been sent, and 8 MiB on a slow line take a minute.
 * @throws Problem unreachable, stopped, or the store's own
 */
export const putPart = (
  url: string,
  headers: Record<string, string>,
  body: Blob,
  { signal, onSent }: { signal: AbortSignal; onSent: (bytes: number) => void },
): Promise<void> =>
  new Promise((done, failed) => {
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    const end = (act: () => void) => {
      signal.removeEventListener('abort', stop)
      act()
    }
    const stopped = () => end(() => failed(problem('stopped', 'Stopped by hand')))
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onload = () => end(() => (request.status < 300 ? done() : failed(refusal(request))))
    request.onerror = () => end(() => failed(problem('unreachable', 'The store cannot be reached')))
    request.onabort = stopped
    if (signal.aborted) return stopped()
    signal.addEventListener('abort', stop)
    request.send(body)
  })
