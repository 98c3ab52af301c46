import { lang } from '../../i18n/t.ts'
import { pageHttp, pageTrust } from '../../seal/client.ts'
import { faultOf } from '../../seal/faults.ts'
import { preparedOf, type SealedBid, sealedParts } from '../../seal/sealed-bid.ts'
import type { Desk } from './desk.svelte.ts'
import { createLine, type Line, type LineState } from './line.ts'
import { ownedBy, watched, watchOf } from './watched.ts'

const PHASE = { open: 'uploading', paused: 'paused', lost: 'offline' } as const satisfies Record<LineState, string>

export const pause = (desk: Desk): void => {
  if (desk.phase === 'uploading' || desk.phase === 'offline') desk.line?.pause()
}
export const resume = (desk: Desk): void => desk.line?.resume()

const upload = async (desk: Desk, bid: SealedBid, line: Line): Promise<string> => {
  const owners = new WeakMap<object, string>()
  const watch = watchOf(desk, () => {
    desk.phase = 'committing'
  })
  const http = watched(pageHttp(), line, watch, owners)
  const [trust, { submitBid }] = await Promise.all([pageTrust(http), import('../../../../api/client/submit-bid.ts')])
  const options = { sink: ownedBy(sealedParts(desk.place.organisationId, bid), owners) }
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
