import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { sha256, toBase64url } from '../../log/bytes.ts'
import { mandateHolds, mayMandate, oversees } from '../rules.ts'
import * as store from '../store/organisations.ts'
import type { MandateRow } from '../store.ts'
import type { IdentityDeps } from './deps.ts'
import { record } from './record.ts'
import { mandateStatement } from './statements.ts'
import { verifySigned } from './verify.ts'

/** 政府采购法 第二十条: keep a mandate signed with the purchaser's own certificate; it acts as from its own term. */
export const makeMandate =
  (deps: IdentityDeps) => (actor: Actor, command: { statement: Uint8Array; cms: Uint8Array }) =>
    deps.db.transaction().execute(async (trx) => {
      const organisationId = actor.organisationId ?? refuse('membership-needed')
      const at = await now(trx)
      const signed = await verifySigned(deps)(trx, {
        bytes: command.statement,
        cms: command.cms,
        type: 'mandate',
        schema: mandateStatement,
        organisationId,
        at,
      })
      const { value } = signed
      refuseIf(mayMandate(value, actor, await store.organisationById(trx, value.agencyId), at))
      const statementHash = await sha256(command.statement)
      const row = await store.insertMandate(trx, {
        id: publicId(),
        agency_id: value.agencyId,
        purchaser_id: value.purchaserId,
        scope: value.scope,
        valid_from: new Date(value.from),
        valid_until: new Date(value.until),
        statement: command.statement,
        statement_sha256: statementHash,
        cms: command.cms,
        certificate_id: signed.certificate.id,
        chain: signed.evidence.chain,
        crl: signed.evidence.crl,
        made_by: actor.personId ?? refuse('sign-in-needed'),
      })
      const mandate = row ?? refuse('mandate-exists')
      await record(trx, actor, {
        type: 'mandate.made/1',
        mandateId: mandate.id,
        agencyId: value.agencyId,
        purchaserId: value.purchaserId,
        statementSha256: toBase64url(statementHash),
        certSha256: toBase64url(signed.certSha256),
      })
      return { ...mandate, holds: mandateHolds(mandate, at) }
    })

/** The mandate by which an agency acts for a purchaser at an instant; null when there is none. */
export const activeMandate = async (
  trx: Database,
  { agencyId, purchaserId, at }: { agencyId: string; purchaserId: string; at: Date },
): Promise<MandateRow | null> =>
  (await store.mandatesBetween(trx, agencyId, purchaserId)).find((row) => mandateHolds(row, at)) ?? null

/** Mandates this actor is a side of; centre and supervisors see all. */
export const listMandates =
  ({ db }: IdentityDeps) =>
  async (actor: Actor) => {
    const at = await now(db)
    const rows = await store.listMandates(
      db,
      oversees(actor) ? null : (actor.organisationId ?? refuse('membership-needed')),
    )
    return rows.map((row) => ({ ...row, holds: mandateHolds(row, at) }))
  }

/** One mandate with its signed bytes, so that whoever may see it can verify it. */
export const readMandate =
  ({ db }: IdentityDeps) =>
  async (actor: Actor, id: string): Promise<MandateRow & { holds: boolean }> => {
    const row = found(await store.mandateById(db, id))
    const sides = [row.agency_id, row.purchaser_id]
    if (!oversees(actor) && (actor.organisationId === null || !sides.includes(actor.organisationId)))
      refuse('not-found')
    return { ...row, holds: mandateHolds(row, await now(db)) }
  }

export const revokeMandate =
  ({ db }: IdentityDeps) =>
  (actor: Actor, id: string, reason: string) =>
    db.transaction().execute(async (trx) => {
      const row = found(await store.mandateById(trx, id))
      if (row.purchaser_id !== actor.organisationId) refuse('not-found')
      found(await store.revokeMandate(trx, id, actor.personId ?? refuse('sign-in-needed'), await now(trx)))
      await record(trx, actor, { type: 'mandate.revoked/1', mandateId: id, reason })
    })
