import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { searchPatterns } from '../../kernel/search.ts'
import type { Method, Regime } from '../../law/rows/schema.ts'
import { checkTimetable, proposeTimetable, type TimetableDraft } from '../../law/timetable-plan.ts'
import { toBase64url } from '../../log/bytes.ts'
import { lawAt } from '../../regulations/service.ts'
import { PUBLISHED_EVENTS } from '../events.ts'
import { missingDrills } from '../rules/drill.ts'
import { openActs, timelineOf } from '../rules/timeline.ts'
import { areNamesOut } from '../rules.ts'
import { dateChangesOf } from '../store/dates.ts'
import * as lists from '../store/public.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { viewFile } from './files.ts'
import { currentNotice, noticeAt, publicTender } from './shared.ts'

/** What opening, evaluation and award let everybody check: appended without a network address, so that the bodies may be public. */
const LATER_EVENTS = [
  'closing.held/1',
  'deadline.moved/1',
  'outage.declared/1',
  'opening-record.printed/1',
  'opening-record.signed/2',
  'evaluation.reported/1',
  'result.published/1',
  'award-letter.signed/1',
  'lot.ciphertext-deleted/1',
]

/** Of the opening, likewise, but each stands for a bidder: told to everybody together with the names (20号令 30). */
const OPENED_EVENTS = ['release.accepted/1', 'part.resupplied/1']

export type NoticeQuery = {
  q?: string | undefined
  status?: string | undefined
  method?: string | undefined
  object?: string | undefined
  regime?: string | undefined
  least?: string | undefined
  most?: string | undefined
  from?: string | undefined
  to?: string | undefined
  page: number
}

const PAGE = 20
const ENDED: readonly string[] = ['contracted', 'not-opened', 'cancelled', 'failed']
const beijingMidnight = (date: string): Date => new Date(`${date}T00:00:00+08:00`)

/** 公告列表: the newest notice of each tender, with counts beside each filter. */
export const listNotices =
  ({ db }: TenderDeps) =>
  async (query: NoticeQuery) => {
    const filter: lists.NoticeFilter = {
      patterns: searchPatterns(query.q ?? ''),
      status: query.status,
      method: query.method,
      object: query.object,
      regime: query.regime,
      least: query.least === undefined ? undefined : BigInt(query.least),
      most: query.most === undefined ? undefined : BigInt(query.most),
      from: query.from === undefined ? undefined : beijingMidnight(query.from),
      to: query.to === undefined ? undefined : new Date(beijingMidnight(query.to).getTime() + 86_400_000),
    }
    const rows = await lists.listNotices(db, filter, { limit: PAGE, offset: (query.page - 1) * PAGE })
    const { total, counts } = await lists.countNotices(db, filter)
    return {
      total,
      page: query.page,
      pageSize: PAGE,
      counts,
      items: rows.map((row) => ({
        id: row.id,
        number: row.number,
        title: row.title,
        status: row.status,
        suspended: row.suspended,
        regime: row.regime,
        method: row.method,
        object: row.object,
        evaluationMethod: row.evaluation_method,
        n: row.notice_n!,
        purchaser: row.purchaser,
        budget: String(row.budget),
        lots: Number(row.lots),
        deadline: row.deadline!.toISOString(),
        publishedAt: row.published_at!.toISOString(),
        noticeAt: row.notice_at.toISOString(),
      })),
    }
  }

/** The project page: newest notice, lots, timeline, what is open now and for whom, files, contacts. The same for everybody. */
export const readTender =
  ({ db }: TenderDeps) =>
  async (id: string) => {
    const tender = await publicTender(db, id)
    const { notice, hash } = await currentNotice(db, id)
    const notices = await store.noticesOf(db, id)
    const lots = await store.lotsOf(db, id)
    const files = (await store.filesOf(db, id)).filter((file) => file.since_n !== null)
    const history = notices.map((one) => ({ n: one.n, publishedAt: one.published_at, affecting: one.affecting }))
    const at = await now(db)
    const facts = { status: tender.status, suspended: tender.suspended, notice, now: at }
    return {
      id,
      number: tender.number,
      title: tender.title,
      status: tender.status,
      suspended: tender.suspended,
      suspensionReason: tender.suspension_reason,
      suspensionN: tender.suspension_n,
      endReason: tender.end_reason,
      deadline: notice.deadline,
      namesOutAt: tender.names_out_at?.toISOString() ?? null,
      notice,
      noticeHash: toBase64url(hash),
      notices: notices.map((one) => ({
        n: one.n,
        hash: toBase64url(one.hash),
        deadline: one.deadline.toISOString(),
        affecting: one.affecting,
        eventId: one.event_id,
        publishedAt: one.published_at.toISOString(),
      })),
      lots: lots.map((lot) => ({ id: lot.id, no: lot.no, title: lot.title, status: lot.status })),
      timeline: timelineOf(
        { ...facts, history, endedAt: tender.ended_at },
        await lawAt(db, new Date(notice.publishedAt), notice.rowSets),
      ),
      dateChanges: (await dateChangesOf(db, [id])).map((one) => ({
        year: one.year,
        source: one.source,
        toldAt: one.told_at.toISOString(),
        changes: one.changes,
        faults: one.findings,
      })),
      open: openActs(facts),
      files: files.map(viewFile),
      now: at.toISOString(),
    }
  }

/** The exact bytes that were hashed and logged. */
/** What wakes whoever looks at a tender; one that is not published yet is none to a stranger. */
export const liveTopic =
  ({ db }: TenderDeps) =>
  async (id: string) =>
    `tender:${(await publicTender(db, id)).id}`

export const readNotice =
  ({ db }: TenderDeps) =>
  async (id: string, n: number) => {
    await publicTender(db, id)
    const { bytes, hash } = await noticeAt(db, id, n)
    return { bytes, hash: toBase64url(hash) }
  }

export const openNoticePdf = (deps: TenderDeps) => async (id: string, n: number) => {
  const tender = await publicTender(deps.db, id)
  const row = found(await store.noticeOf(deps.db, id, n))
  const file = found(await store.storedFile(deps.db, row.pdf_file_id))
  return {
    name: `${tender.number}-${n}.pdf`,
    mime: file.mime,
    size: Number(file.size),
    stream: await deps.files.get(file.object_key),
  }
}

/** The events of a tender that everybody may read, with both layers and their salts: what anybody needs to check them in the log. */
export const readEvents =
  ({ db }: TenderDeps) =>
  async (id: string) => {
    const tender = await publicTender(db, id)
    const types = { open: [...PUBLISHED_EVENTS, ...LATER_EVENTS], bidders: areNamesOut(tender) ? OPENED_EVENTS : [] }
    const rows = await lists.publicEvents(db, id, types)
    return {
      events: rows.map((row) => ({
        eventId: row.id,
        at: row.at.toISOString(),
        type: row.type,
        lotId: row.lot_id,
        outer: toBase64url(row.outer_bytes),
        outerSalt: toBase64url(row.outer_salt),
        body: toBase64url(row.body),
        bodySalt: toBase64url(row.body_salt),
        leaf: toBase64url(row.leaf),
        leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
      })),
    }
  }

/** What a holiday plan moved since the newest notice, of tenders that have not ended. */
const movedOf = async (db: store.Db, rows: readonly { id: string; status: string; published_at: Date | null }[]) => {
  const running = rows.filter(({ status, published_at }) => published_at !== null && !ENDED.includes(status))
  const changes = await dateChangesOf(
    db,
    running.map(({ id }) => id),
  )
  const found = new Map<string, { year: number; toldAt: string; faults: number }>()
  for (const one of changes)
    if (!found.has(one.tender_id) && !one.answered)
      found.set(one.tender_id, { year: one.year, toldAt: one.told_at.toISOString(), faults: one.findings.length })
  return found
}

/** What is late or about to be, for a purchaser or its agency. */
export const myTenders =
  ({ db }: TenderDeps) =>
  async (actor: Actor) => {
    const rows = await lists.tendersOf(db, actor.organisationId ?? refuse('membership-needed'))
    const moved = await movedOf(db, rows)
    return {
      items: rows.map((row) => ({
        id: row.id,
        number: row.number,
        title: row.title,
        purchaser: row.purchaser,
        status: row.status,
        suspended: row.suspended,
        version: row.version,
        deadline: row.deadline?.toISOString() ?? null,
        publishedAt: row.published_at?.toISOString() ?? null,
        returnedReason: row.returned_reason,
        correctionAt: row.correction_at?.toISOString() ?? null,
        /** True when this very person may approve it (somebody else sent it in). */
        waitsForMe:
          actor.role === 'purchaser-approver' && row.status === 'in-review' && row.submitted_by !== actor.personId,
        datesMoved: moved.get(row.id) ?? null,
      })),
    }
  }

/** A trustee's home: which tenders wait for the key, and for what. */
export const mySeats =
  ({ db }: TenderDeps) =>
  async (actor: Actor) => {
    const rows = await lists.seatsOfPerson(db, actor.personId!, actor.organisationId ?? refuse('membership-needed'))
    const at = await now(db)
    return {
      items: rows.map((row) => ({
        tenderId: row.id,
        number: row.number,
        title: row.title,
        purchaser: row.purchaser,
        status: row.status,
        suspended: row.suspended,
        deadline: row.deadline?.toISOString() ?? null,
        i: row.i,
        role: row.role,
        statedAt: row.stated_at?.toISOString() ?? null,
        drilledAt: row.drilled_at?.toISOString() ?? null,
        next: nextTask(row, at),
      })),
    }
  }

type SeatRow = { i: number; status: string; deadline: Date | null; stated_at: Date | null; drilled_at: Date | null }

/** Until the names are out a trustee may be needed; afterwards, and where nothing was opened, nothing is asked of it. */
const UNOPENED = ['draft', 'in-review', 'published', 'closed']

const nextTask = (row: SeatRow, at: Date) => {
  if (!UNOPENED.includes(row.status)) return 'over' as const
  if (row.stated_at === null) return 'make-key' as const
  const isDue = row.status === 'published' && missingDrills([row], row.deadline, at).length > 0
  if (row.drilled_at === null || isDue) return 'drill' as const
  return row.status === 'closed' ? ('open' as const) : ('wait' as const)
}

export type TimetableQuestion = {
  regime: Regime
  method: Method
  noticeDate: string
  check?: Omit<TimetableDraft, 'regime' | 'method' | 'noticeDate'> | undefined
}

/** A proposal from the day of the notice, and what the law says to given dates. */
export const planTimetable =
  ({ db }: TenderDeps) =>
  async (question: TimetableQuestion) => {
    const { regime, method, noticeDate, check } = question
    const context = await lawAt(db, await now(db))
    return {
      proposal: proposeTimetable({ regime, method, noticeDate }, context),
      findings: check ? checkTimetable({ regime, method, noticeDate, ...check }, context) : [],
    }
  }
