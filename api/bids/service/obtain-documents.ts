import type { Actor } from '../../kernel/actor.ts'
import type { Deps } from '../../kernel/deps.ts'
import { secretId } from '../../kernel/ids.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { append } from '../../log/append.ts'
import { lockTender } from '../../tenders/service/shared.ts'
import * as store from '../store.ts'

/** 87号令 18: documents are to be had by whoever registers on the platform, without 报名; who did is secret (RULES SB-2). */
export const obtainDocuments = (deps: Deps) => (actor: Actor, tenderId: string) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, tenderId, 'share')
    if (tender.published_at === null) refuse('not-found')
    const organisationId = actor.organisationId!
    const before = await store.obtained(trx, tenderId, organisationId)
    if (before) return { obtainedAt: before.at.toISOString() }
    if (tender.status !== 'published') refuse('tender-not-open-for-bids')
    const row = await store.insertObtained(trx, {
      id: secretId(),
      tender_id: tenderId,
      organisation_id: organisationId,
      person_id: actor.personId!,
    })
    // Another window of the same bidder was quicker: its act stands, and its event.
    if (!row) return { obtainedAt: found(await store.obtained(trx, tenderId, organisationId)).at.toISOString() }
    await append(trx, actor, { type: 'documents.obtained/1', tenderId, scope: 'bidder', data: { organisationId } })
    return { obtainedAt: row.at.toISOString() }
  })

export const documentsObtained = (deps: Deps) => async (actor: Actor, tenderId: string) => {
  const row = await store.obtained(deps.db, tenderId, actor.organisationId!)
  return { obtainedAt: row?.at.toISOString() ?? null }
}

/** Everything this organisation has taken up: its own list, shown to nobody else. */
export const myDocuments = (deps: Deps) => async (actor: Actor) => {
  const rows = await store.obtainedBy(deps.db, actor.organisationId!)
  return { items: rows.map((row) => ({ tenderId: row.tender_id, obtainedAt: row.at.toISOString() })) }
}
