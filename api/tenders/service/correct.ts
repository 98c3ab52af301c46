import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { toBase64url } from '../../log/bytes.ts'
import { holdLaw, lawAt } from '../../regulations/service.ts'
import type { Notice } from '../../seal/notice.ts'
import { type Correction, correctionSchema } from '../contract/content.ts'
import { record } from '../events.ts'
import { checkCorrection, corrected } from '../rules/correction.ts'
import { type Asked, correctionPassages, screenPassages, undecided } from '../rules/wording.ts'
import { mayCorrect } from '../rules.ts'
import * as wordings from '../store/wording.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { refuseFindings } from './draft.ts'
import { logNotice, noticeFiles, type Prepared, prepareNotice } from './publish.ts'
import { assertPurchaserSide, currentNotice, lockTender, tenderById } from './shared.ts'
import { readWording, settleWording } from './wording.ts'

/** What the correction says anew is screened like a draft; the refusal carries each place, so that a page can ask about it. */
const assertFair = async (db: store.Db, tenderId: string, correction: Correction, notice: Notice, at: Date) => {
  const [context, passages] = [await lawAt(db, at), correctionPassages(correction, notice)]
  const open = undecided(screenPassages(passages, context), await wordings.wordingOf(db, tenderId))
  if (open.length === 0) return
  const { hits } = await readWording(db, tenderId, passages, context)
  refuseFindings('wording-undecided', open, { hits: JSON.stringify(hits) })
}

/** The notice as corrected, its files included; refused where the law stops it. */
const nextNotice = async (db: store.Db, tender: store.TenderRow, correction: Correction, at: Date): Promise<Notice> => {
  refuseIf(mayCorrect(tender, at))
  const { notice, hash } = await currentNotice(db, tender.id)
  const files = await store.filesOf(db, tender.id)
  const removed = new Set(correction.removeFiles ?? [])
  if ([...removed].some((id) => !files.some((file) => file.file_id === id))) refuse('not-found')
  const changesFiles = removed.size > 0 || files.some((file) => !file.removed && file.since_n === null)
  refuseFindings(
    'correction-unlawful',
    checkCorrection(notice, correction, changesFiles, await lawAt(db, at, notice.rowSets), at),
  )
  await assertFair(db, tender.id, correction, notice, at)
  return {
    ...corrected(notice, correction),
    previous: toBase64url(hash),
    publishedAt: at.toISOString(),
    files: noticeFiles(files.filter((file) => !removed.has(file.file_id))),
  }
}

type Submitted = Correction & { settled?: readonly Asked[] | undefined }

/** 更正、澄清送审: one at a time; the law's days are counted again at publication. */
export const submitCorrection = (deps: TenderDeps) => (actor: Actor, id: string, command: Submitted) =>
  deps.db.transaction().execute(async (trx) => {
    const { settled = [], ...correction } = command
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    if (await store.correctionOf(trx, id)) refuse('correction-pending')
    const notice = await nextNotice(trx, tender, correction, await now(trx))
    const { notice: current } = await currentNotice(trx, id)
    await store.insertCorrection(trx, {
      tender_id: id,
      content: correction,
      submitted_by: actor.personId ?? refuse('sign-in-needed'),
    })
    await settleWording(trx, actor, id, 'correction', settled, correctionPassages(correction, current))
    await record(trx, actor, id, 'correction.submitted/1', { n: notice.n })
    return { n: notice.n }
  })

/** The waiting correction, for its own side. */
export const readCorrection =
  ({ db }: TenderDeps) =>
  async (actor: Actor, id: string) => {
    await assertPurchaserSide(db, actor, await tenderById(db, id))
    const row = found(await store.correctionOf(db, id))
    return {
      correction: correctionSchema.parse(row.content),
      submittedBy: row.submitted_by,
      submittedAt: row.submitted_at.toISOString(),
    }
  }

export const returnCorrection = (deps: TenderDeps) => (actor: Actor, id: string, reason: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    found(await store.correctionOf(trx, id))
    await store.deleteCorrection(trx, id)
    await record(trx, actor, id, 'correction.returned/1', { n: (tender.notice_n ?? 0) + 1, reason })
    return { done: true as const }
  })

const waiting = async (db: store.Db, actor: Actor, id: string): Promise<Correction> => {
  const row = found(await store.correctionOf(db, id))
  if (row.submitted_by === actor.personId) refuse('same-approver')
  return correctionSchema.parse(row.content)
}

/** A second person approves: NOTICE n+1, never with an earlier deadline, chained to the one before. */
export const approveCorrection = (deps: TenderDeps) => async (actor: Actor, id: string) => {
  const tender = await tenderById(deps.db, id)
  await assertPurchaserSide(deps.db, actor, tender)
  const correction = await waiting(deps.db, actor, id)
  const notice = await nextNotice(deps.db, tender, correction, await now(deps.db))
  const prepared = await prepareNotice(deps, actor, notice)
  await deps.db.transaction().execute((trx) => publish(deps, trx, actor, prepared))
  return { n: notice.n }
}

const publish = async (deps: TenderDeps, trx: store.Db, actor: Actor, prepared: Prepared): Promise<void> => {
  const { notice } = prepared
  const tender = await lockTender(trx, notice.tenderId, 'update')
  await assertPurchaserSide(trx, actor, tender)
  const correction = await waiting(trx, actor, tender.id)
  // Under the lock once more: the deadline, the notice before and the files must be those it was made from.
  const again = await nextNotice(trx, tender, correction, await holdLaw(trx))
  const { publishedAt: _, ...mine } = notice
  const { publishedAt: __, ...theirs } = again
  if (JSON.stringify(mine) !== JSON.stringify(theirs) && !isSameNotice(mine, theirs)) refuse('notice-stale')
  await logNotice(trx, actor, prepared)
  for (const fileId of correction.removeFiles ?? [])
    await store.updateTenderFile(trx, tender.id, fileId, { removed: true })
  for (const lot of notice.lots) await store.updateLot(trx, lot.lotId, { ceiling: BigInt(lot.ceiling) })
  await store.deleteCorrection(trx, tender.id)
  await store.updateTender(trx, tender.id, { notice_n: notice.n, deadline: new Date(notice.deadline) })
  await deps.live.changed(trx, 'notices')
  await deps.live.changed(trx, `tender:${tender.id}`)
}

type Timeless = Omit<Notice, 'publishedAt'>
const isSameNotice = (a: Timeless, b: Timeless): boolean =>
  (Object.keys({ ...a, ...b }) as (keyof Timeless)[]).every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]))
