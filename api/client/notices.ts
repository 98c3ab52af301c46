/** The chain of notices of a tender: exact bytes and PDF of each, against what the log holds of them. */
import { type Bytes, toBase64url } from '../log/bytes.ts'
import { parseJson } from '../seal/json.ts'
import { noticeHash } from '../seal/manifest.ts'
import { type Notice, noticeSchema } from '../seal/notice.ts'
import { type Check, check, merged } from './checks.ts'
import { eventsOf, type LoggedEvent } from './events.ts'
import type { Http } from './http.ts'

export type VerifiedNotice = {
  n: number
  hash: Bytes
  notice: Notice
  /** UTC ms. */
  deadline: number
  /** Place and time of its leaf. */
  index: number
  time: number
}

type Read = { found: VerifiedNotice | null; ok: boolean; detail: string }

const readNotice = async (http: Http, tenderId: string, event: LoggedEvent): Promise<Read> => {
  const { n, noticeHash: logged, previous, deadline } = event.data as Record<string, unknown>
  const [bytes, pdf] = await Promise.all([
    http.bytes(`/api/tenders/${tenderId}/notices/${n}`),
    http.bytes(`/api/tenders/${tenderId}/notices/${n}/pdf`),
  ])
  const fault = (detail: string): Read => ({ found: null, ok: false, detail: `NOTICE ${n}: ${detail}` })
  if (!bytes || !pdf) return fault('bytes or PDF missing')
  const hash = await noticeHash(bytes, pdf)
  if (toBase64url(hash) !== logged) return fault('another hash than the one logged')
  const read = parseJson(bytes, noticeSchema)
  if (!read.ok) return fault('not a notice')
  const notice = read.value
  const agrees =
    notice.tenderId === tenderId && notice.n === n && notice.previous === previous && notice.deadline === deadline
  if (!agrees) return fault('the event and the notice differ')
  const found = {
    n: notice.n,
    hash,
    notice,
    deadline: Date.parse(notice.deadline),
    index: event.index,
    time: event.time,
  }
  return { found, ok: true, detail: '' }
}

const chainFault = (notices: readonly VerifiedNotice[]): string => {
  for (const [at, one] of notices.entries()) {
    const before = notices[at - 1]
    if (one.n !== at) return `NOTICE ${at} is missing`
    if (one.notice.previous !== (before ? toBase64url(before.hash) : null))
      return `NOTICE ${at} names another one before it`
    if (before && one.index < before.index) return `NOTICE ${at} was logged before NOTICE ${at - 1}`
  }
  return ''
}

/** Deadlines may move later, never earlier; the set's own is the floor (UTC ms). */
export const deadlineCheck = (notices: readonly VerifiedNotice[], floor: number | null): Check => {
  const early = notices.find(
    (one, at) => one.deadline < (notices[at - 1]?.deadline ?? floor ?? Number.NEGATIVE_INFINITY),
  )
  const shown = notices.map((one) => one.notice.deadline).join(' → ')
  return check('V-34', floor === null ? false : early === undefined, early ? `NOTICE ${early.n}: ${shown}` : shown)
}

/** All notices that the log holds, oldest first, with V-32 and V-33. */
export const readNotices = async (
  http: Http,
  tenderId: string,
  events: readonly LoggedEvent[],
): Promise<{ notices: VerifiedNotice[]; checks: Check[] }> => {
  const logged = eventsOf(events, 'notice.published/1').sort((a, b) => Number(a.data.n) - Number(b.data.n))
  const reads = await Promise.all(logged.map((event) => readNotice(http, tenderId, event)))
  const notices = reads.flatMap(({ found }) => (found ? [found] : []))
  const fault = notices.length === 0 ? 'no notice in the log' : chainFault(notices)
  return { notices, checks: [merged('V-32', reads), check('V-33', fault === '', fault || `0…${notices.length - 1}`)] }
}
