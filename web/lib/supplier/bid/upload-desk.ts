import type { Http } from '../../../../api/client/http.ts'
import type { PartSink } from '../../../../api/client/prepare-bid.ts'
import { lang } from '../../i18n/t.ts'
import { pageHttp, pageTrust } from '../../seal/client.ts'
import { faultOf } from '../../seal/faults.ts'
import { preparedOf, type SealedBid, sealedParts } from '../../seal/sealed-bid.ts'
import type { PartState } from '../../ui/Upload.svelte'
import type { Desk } from './desk.svelte.ts'

type Addressed = { envelopeNo: number; part: number; size: number; stored: boolean }
type Watch = {
  start: (parts: readonly Addressed[]) => void
  done: (envelopeNo: number, part: number) => void
  commit: () => void
}

/** The same client, telling what happens to each part: the cells of the page. */
const watched = (http: Http, watch: Watch): Http => ({
  ...http,
  json: async <T>(...[method, path, body]: Parameters<Http['json']>): Promise<T> => {
    if (path.endsWith('/commit')) watch.commit()
    const answer = await http.json<T>(method, path, body)
    if (method === 'POST' && path === '/api/bids') watch.start((answer as { parts: Addressed[] }).parts)
    if (method === 'POST' && path.endsWith('/parts')) {
      const { envelopeNo, part } = body as { envelopeNo: number; part: number }
      watch.done(envelopeNo, part)
    }
    return answer
  },
})

const setCell = (desk: Desk, key: string, state: PartState): void => {
  const cell = desk.cells.find((one) => one.key === key)
  if (cell) cell.state = state
}

const watchOf = (desk: Desk): Watch => {
  const began = performance.now()
  let bytes = 0
  return {
    start: (parts) => {
      desk.cells = parts.map(({ envelopeNo, part, size, stored }) => ({
        key: `${envelopeNo}/${part}`,
        size,
        state: stored ? 'done' : 'waiting',
      }))
    },
    done: (envelopeNo, part) => {
      const key = `${envelopeNo}/${part}`
      setCell(desk, key, 'done')
      bytes += desk.cells.find((cell) => cell.key === key)?.size ?? 0
      desk.pace = bytes / Math.max(0.2, (performance.now() - began) / 1000)
    },
    commit: () => {
      desk.phase = 'committing'
    },
  }
}

/** Parts from this device; each waits while the upload is paused, and one that is read again is a retry. */
const sinkOf = (desk: Desk, bid: SealedBid): Pick<PartSink, 'read'> => {
  const parts = sealedParts(desk.place.organisationId, bid)
  const seen = new Set<string>()
  return {
    read: async (envelopeNo, part) => {
      await desk.gate?.open
      const key = `${envelopeNo}/${part}`
      setCell(desk, key, seen.has(key) ? 'retry' : 'going')
      seen.add(key)
      return parts.read(envelopeNo, part)
    },
  }
}

export const pause = (desk: Desk): void => {
  if (desk.gate || desk.phase !== 'uploading') return
  let release = (): void => {}
  const open = new Promise<void>((done) => {
    release = done
  })
  desk.gate = { open, release }
  desk.phase = 'paused'
}

export const resume = (desk: Desk): void => {
  desk.gate?.release()
  desk.gate = null
  if (desk.phase === 'paused') desk.phase = 'uploading'
}

/** Uploads what is missing and commits; the bid's id once the log's signed promise was verified here, else null. */
export const handIn = async (desk: Desk): Promise<string | null> => {
  const bid = desk.sealed
  if (!bid) return null
  desk.fault = null
  desk.phase = 'uploading'
  try {
    const http = watched(pageHttp(), watchOf(desk))
    const [trust, { submitBid }] = await Promise.all([pageTrust(http), import('../../../../api/client/submit-bid.ts')])
    const options = { sink: sinkOf(desk, bid) }
    const received = await submitBid(http, trust, { deadline: bid.deadline }, preparedOf(bid), options)
    desk.phase = 'received'
    return received.bidId
  } catch (error) {
    desk.fault = faultOf(error, lang())
    desk.phase = 'sealed'
    return null
  } finally {
    desk.gate = null
    desk.pace = null
  }
}
