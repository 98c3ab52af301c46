import type { Http } from '../../../../api/client/http.ts'
import { lang } from '../../i18n/t.ts'
import { pageHttp, pageTrust } from '../../seal/client.ts'
import { faultOf } from '../../seal/faults.ts'
import { putPart } from '../../seal/put-part.ts'
import { preparedOf, type SealedBid, sealedParts } from '../../seal/sealed-bid.ts'
import type { Cell, Desk } from './desk.svelte.ts'
import { createLine, type Line, type LineState } from './line.ts'
import { createPace } from './pace.ts'

type Addressed = { envelopeNo: number; part: number; size: number; stored: boolean }
type Watch = {
  start: (parts: readonly Addressed[]) => void
  change: (key: string, change: Partial<Cell>) => void
  commit: () => void
}

const keyOf = ({ envelopeNo, part }: { envelopeNo: number; part: number }): string => `${envelopeNo}/${part}`
const PHASE = { open: 'uploading', paused: 'paused', lost: 'offline' } as const satisfies Record<LineState, string>

const watchOf = (desk: Desk): Watch => {
  const pace = createPace()
  return {
    start: (parts) => {
      desk.cells = parts.map((one) => {
        const { size, stored } = one
        return { key: keyOf(one), size, sent: stored ? size : 0, state: stored ? 'done' : 'waiting' }
      })
    },
    change: (key, change) => {
      const cell = desk.cells.find((one) => one.key === key)
      if (!cell) return
      const more = (change.sent ?? cell.sent) - cell.sent
      Object.assign(cell, change)
      if (more > 0) desk.pace = pace.sent(more)
    },
    commit: () => {
      desk.phase = 'committing'
    },
  }
}

/**
 * The same client over a line that may be paused or lost, telling what happens to each part: the cells of the page.
 * `owners` says which part a file of this device is.
 */
const watched = (http: Http, line: Line, watch: Watch, owners: WeakMap<object, string>): Http => ({
  ...http,
  json: <T>(...[method, path, body]: Parameters<Http['json']>): Promise<T> =>
    line.carry(async () => {
      if (path.endsWith('/commit')) watch.commit()
      const answer = await http.json<T>(method, path, body)
      if (method !== 'POST') return answer
      if (path === '/api/bids') watch.start((answer as { parts: Addressed[] }).parts)
      if (path.endsWith('/parts')) watch.change(keyOf(body as Addressed), { state: 'done' })
      return answer
    }),
  put: (url, headers, body) =>
    line.carry(async (signal) => {
      const [file, key] = [body as Blob, owners.get(body) ?? '']
      watch.change(key, { state: 'going', sent: 0 })
      const onSent = (bytes: number) => {
        line.alive()
        watch.change(key, { sent: Math.min(bytes, file.size) })
      }
      try {
        await putPart(url, headers, file, { signal, onSent })
        watch.change(key, { sent: file.size })
      } catch (error) {
        watch.change(key, { state: signal.aborted ? 'waiting' : 'retry', sent: 0 })
        throw error
      }
    }),
})

/** Sealed parts as files of this device, remembered by whose bytes they are. */
const sinkOf = (desk: Desk, bid: SealedBid, owners: WeakMap<object, string>) => {
  const parts = sealedParts(desk.place.organisationId, bid)
  return {
    read: async (envelopeNo: number, part: number): Promise<Blob> => {
      const file = await parts.read(envelopeNo, part)
      owners.set(file, keyOf({ envelopeNo, part }))
      return file
    },
  }
}

export const pause = (desk: Desk): void => {
  if (desk.phase === 'uploading' || desk.phase === 'offline') desk.line?.pause()
}
export const resume = (desk: Desk): void => desk.line?.resume()

const upload = async (desk: Desk, bid: SealedBid, line: Line): Promise<string> => {
  const owners = new WeakMap<object, string>()
  const http = watched(pageHttp(), line, watchOf(desk), owners)
  const [trust, { submitBid }] = await Promise.all([pageTrust(http), import('../../../../api/client/submit-bid.ts')])
  const options = { sink: sinkOf(desk, bid, owners) }
  return (await submitBid(http, trust, { deadline: bid.deadline }, preparedOf(bid), options)).bidId
}

/** Uploads what is missing and commits; the bid's id once the log's signed promise was verified here, else null. */
export const handIn = async (desk: Desk): Promise<string | null> => {
  const bid = desk.sealed
  if (!bid) return null
  desk.fault = null
  desk.phase = 'uploading'
  const line = createLine((state) => {
    desk.phase = PHASE[state]
    desk.pace = null
  })
  desk.line = line
  try {
    const bidId = await upload(desk, bid, line)
    desk.phase = 'received'
    return bidId
  } catch (error) {
    desk.fault = faultOf(error, lang())
    desk.phase = 'sealed'
    desk.resumes = desk.cells.length > 0
    return null
  } finally {
    line.end()
    desk.line = null
    desk.pace = null
  }
}
