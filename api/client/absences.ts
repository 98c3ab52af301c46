/** V-46 of an audit that has read every leaf: what is told is all that there is. Used by `verifyTenderPublic`. */
import { toHex } from '../log/bytes.ts'
import { hasSubject, subjectOf } from '../log/leaf.ts'
import { type Check, check } from './checks.ts'
import { eventsOf } from './events.ts'
import { type Allowed, allowedOf, type Closed, type Stored } from './opening.ts'
import type { VerifiedTender } from './tender.ts'

export type AuditedLot = { no: number; lotId: string; closed: Closed; stored: Stored | null }

/** Stops after CLOSED that are told, and none beyond the last of them. */
const stopsOf = async ({ tenderId, events }: VerifiedTender, { suspensionN }: Closed): Promise<Allowed[]> => {
  const told = new Map(eventsOf(events, 'tender.suspended/1').map(({ data, index }) => [Number(data.n), index]))
  const last = Math.max(suspensionN, ...told.keys())
  const numbers = Array.from({ length: last + 1 - suspensionN }, (_, at) => suspensionN + 1 + at)
  return Promise.all(
    numbers.map(async (n) => {
      const subject = await subjectOf(tenderId, null, 'SUSPENDED', n)
      return { what: `SUSPENDED ${n}`, subject, known: told.get(n) ?? null }
    }),
  )
}

/**
 * Reads along with an audit: keeps of the leaves only those that bear a subject of these lots and are not the ones told. What
 * came after the tender was read is left out, for it may be told by now.
 */
export const createAbsences = async (tender: VerifiedTender, lots: readonly AuditedLot[]) => {
  const wanted = new Map<string, (Allowed & { no: number })[]>()
  for (const { no, lotId, closed, stored } of lots) {
    const unopened = eventsOf(tender.events, 'lot.not-opened/1', lotId)[0]?.index ?? null
    const allowed = await allowedOf(tender, { lotId, closed, stored, unopened })
    for (const one of [...allowed, ...(await stopsOf(tender, closed))]) {
      const name = toHex(one.subject)
      wanted.set(name, [...(wanted.get(name) ?? []), { ...one, no }])
    }
  }
  const found: { no: number; detail: string }[] = []
  return {
    visit: (index: number, leaf: Uint8Array): void => {
      if (index >= tender.checkpoint.size || !hasSubject(leaf)) return
      for (const { no, what, known } of wanted.get(toHex(leaf.subarray(9, 41))) ?? [])
        if (index !== known) found.push({ no, detail: `${what} @ ${index}` })
    },
    /** `isRead` false: not every leaf was there, or the tree is broken. */
    checks: (isRead: boolean): Check[] =>
      lots.map(({ no }) => {
        const faults = found.filter((one) => one.no === no).map(({ detail }) => detail)
        const ok = isRead ? faults.length === 0 : null
        return { ...check('V-46', ok, isRead ? faults.join('; ') : 'the leaves are not all here'), lot: no }
      }),
  }
}
