import { randomBytes } from '../../api/log/bytes.ts'
import { LOT } from '../../api/seal/actors.testing.ts'
import { CENTRE, openPrinted } from './printed.ts'
import { openResult } from './results.ts'

/*
 * Events without a once-only subject, told as of another lot than their body says. Nothing that a leaf commits to bears the
 * row's lot: what it says decides which lot an event is read for, and whether it is read at all.
 */
const ELSEWHERE = '0b6f1b52-6a58-4f0e-9a43-6d1f0c2b7e99'
type Misplaced = {
  what: string
  open: () => Promise<Pick<Awaited<ReturnType<typeof openResult>>, 'platform' | 'http'>>
}

export const MISPLACED: Misplaced[] = [
  {
    // Its paper is logged and sealed, and was never this lot's.
    what: 'the opening record of another lot, told as that of this one',
    open: async () => {
      const { platform, http, row } = await openPrinted({ named: CENTRE }, {}, ELSEWHERE)
      row.lotId = LOT
      return { platform, http }
    },
  },
  {
    what: 'the printed record told as of no lot, and its PDF exchanged',
    open: async () => {
      const { platform, http, row } = await openPrinted({ named: CENTRE })
      row.lotId = null
      platform.state.routes.set(`/api/lots/${LOT}/opening-record.pdf`, randomBytes(5000))
      return { platform, http }
    },
  },
  {
    what: 'a result told as that of another lot, and its paper exchanged',
    open: async () => {
      const { platform, http, row } = await openResult({ shown: () => randomBytes(5000) })
      row.lotId = ELSEWHERE
      return { platform, http }
    },
  },
  {
    what: 'an event of the tender told as one of a lot',
    open: async () => {
      const { platform, http } = await openPrinted({ named: CENTRE })
      await platform.add('tender.dates-recounted/1', { year: 2027 }, null, LOT)
      await platform.tick(platform.state.now + 1000)
      return { platform, http }
    },
  },
]
