import { lang } from '../../i18n/t.ts'
import { pageTrust } from '../../seal/client.ts'
import { faultOf } from '../../seal/faults.ts'
import { preparedOf, type SealedBid, sealedParts } from '../../seal/sealed-bid.ts'
import type { Desk } from './desk.svelte.ts'
import type { LineState } from './line.ts'
import { overLine } from './over-line.ts'

const PHASE = { open: 'uploading', paused: 'paused', lost: 'offline' } as const satisfies Record<LineState, string>

export const pause = (desk: Desk): void => {
  if (desk.phase === 'uploading' || desk.phase === 'offline') desk.line?.pause()
}
export const resume = (desk: Desk): void => desk.line?.resume()

const upload = (desk: Desk, bid: SealedBid): Promise<string> =>
  overLine(desk, {
    parts: sealedParts(desk.place.organisationId, bid),
    onstate: (state) => {
      desk.phase = PHASE[state]
    },
    oncommit: () => {
      desk.phase = 'committing'
    },
    send: async (http, sink) => {
      const load = import('../../../../api/client/submit-bid.ts')
      const [trust, { submitBid }] = await Promise.all([pageTrust(http), load])
      return (await submitBid(http, trust, { deadline: bid.deadline }, preparedOf(bid), { sink })).bidId
    },
  })

/** Uploads what is missing and commits; the bid's id once the log's signed promise was verified here, else null. */
export const handIn = async (desk: Desk): Promise<string | null> => {
  const bid = desk.sealed
  if (!bid) return null
  desk.fault = null
  desk.phase = 'uploading'
  try {
    const bidId = await upload(desk, bid)
    desk.phase = 'received'
    return bidId
  } catch (error) {
    desk.fault = faultOf(error, lang())
    desk.phase = 'sealed'
    desk.resumes = desk.cells.length > 0
    return null
  }
}
