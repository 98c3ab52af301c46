import { organisationsByIds, trustPolicyAt, verifySigned } from '../../identity/service.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { found, refuse } from '../../kernel/problem.ts'
import { randomBytes, sha256, toBase64url } from '../../log/bytes.ts'
import { parseJson } from '../../seal/json.ts'
import { areGroupsApart, type RELATIONS } from '../../seal/trustee-set.ts'
import {
  drillSchema,
  keyStatementSchema,
  type TrusteeRole,
  verifyDrill,
  verifyKeyStatement,
} from '../../seal/trustees.ts'
import { record } from '../events.ts'
import { missingDrills } from '../rules/drill.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertPurchaserSide, isPurchaserSide, lockTender, tenderById } from './shared.ts'

export type Seat = { organisationId: string; personId: string; role: TrusteeRole }
export type Relation = (typeof RELATIONS)[number]

/** 2 of 3, 3 of 5 (SEALING.md §2). */
export const thresholdOf = (n: number): number => (n === 3 ? 2 : 3)

/** Seats by organisation with what it is to this tender; the client builds the set's groups from these. */
export const groupsOf = async (
  db: store.Db,
  tender: Pick<store.TenderRow, 'purchaser_id' | 'agency_id'>,
  seats: readonly { i: number; organisation_id: string }[],
) => {
  const ids = [...new Set(seats.map((seat) => seat.organisation_id))]
  const rows = await organisationsByIds(db, ids)
  return ids.map((id) => {
    const row = rows.find((one) => one.id === id) ?? refuse('trustee-unknown')
    const relation: Relation =
      id === tender.purchaser_id
        ? 'purchaser'
        : id === tender.agency_id
          ? 'agency'
          : row.kinds.includes('supervisor')
            ? 'supervisor'
            : 'independent'
    const members = seats.filter((seat) => seat.organisation_id === id).map((seat) => seat.i)
    return {
      organisationId: id,
      name: row.name,
      status: row.status,
      kinds: row.kinds,
      code: row.uscc,
      relation,
      members,
    }
  })
}

/** Name the trustees. As long as nobody signed the set they may be exchanged; keys already stated are dropped then. */
export const nameTrustees = (deps: TenderDeps) => (actor: Actor, id: string, seats: readonly Seat[]) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    await assertPurchaserSide(trx, actor, tender)
    if (tender.trustee_set_hash !== null) refuse('trustees-fixed')
    if (tender.status !== 'draft' && tender.status !== 'in-review')
      refuse('tender-not-draft', { params: { status: tender.status } })
    const n = seats.length
    const rows = seats.map((seat, at) => ({
      i: at + 1,
      organisation_id: seat.organisationId,
      person_id: seat.personId,
      role: seat.role,
    }))
    const persons = new Set(seats.map((seat) => seat.personId))
    if ((n !== 3 && n !== 5) || persons.size !== n) refuse('trustees-wrong', { field: 'seats' })
    for (const [at, row] of rows.entries())
      if (!(await store.isTrustee(trx, row.person_id, row.organisation_id)))
        refuse('trustee-unknown', { field: `seats.${at}` })
    const groups = await groupsOf(trx, tender, rows)
    const k = thresholdOf(n)
    const supervisors = groups.filter((one) => one.relation === 'supervisor').flatMap((one) => one.members)
    // The operator (交易中心) is never a trustee; k must be reachable without the authority that decides complaints.
    const isWrong =
      groups.some((one) => one.status !== 'active' || one.kinds.includes('centre')) || n - supervisors.length < k
    if (isWrong || !areGroupsApart({ k, groups })) refuse('trustees-wrong', { field: 'seats' })
    await store.replaceSeats(trx, id, rows)
    await record(trx, actor, id, 'trustees.named/1', {
      seats: rows.map((row) => ({ i: row.i, organisationId: row.organisation_id, personId: row.person_id })),
    })
    return viewTrustees(trx, tender)
  })

/** People a purchaser may name. */
export const listTrustees =
  ({ db }: TenderDeps) =>
  async () => ({
    trustees: (await store.trusteesInForce(db)).map((row) => ({
      personId: row.person_id,
      name: row.name,
      organisationId: row.organisation_id,
      organisationName: row.organisation_name,
      kinds: row.kinds,
    })),
  })

/**
 * What each key statement must say, so that all agree: those of the first one stated, else the draft's. Instants and
 * durations in ms; null while the draft has no deadline.
 */
export const termsOf = (tender: store.TenderRow, seats: readonly store.SeatRow[]) => {
  const stated = seats.find((seat) => seat.statement !== null)
  const read = stated ? parseJson(new Uint8Array(stated.statement!), keyStatementSchema) : null
  const draft = tender.draft as {
    deadline?: string
    trusteeWindowMinutes?: number | null
    bidderWindowMinutes?: number | null
  }
  const deadline = draft.deadline ? Date.parse(draft.deadline) : Number.NaN
  const opening = read?.ok ? read.value.opening : Number.isNaN(deadline) ? null : deadline
  return {
    n: seats.length,
    k: thresholdOf(seats.length),
    opening,
    window: (draft.trusteeWindowMinutes ?? 30) * 60_000,
    bidderWindow: (draft.bidderWindowMinutes ?? 30) * 60_000,
  }
}

export const viewTrustees = async (db: store.Db, tender: store.TenderRow) => {
  const seats = await store.seatsOf(db, tender.id)
  const groups = seats.length > 0 ? await groupsOf(db, tender, seats) : []
  const set = await store.trusteeSetOf(db, tender.id)
  return {
    tenderId: tender.id,
    terms: seats.length > 0 ? termsOf(tender, seats) : null,
    groups: groups.map(({ code, name, relation, members }) => ({ code, name, relation, members })),
    seats: seats.map((seat) => ({
      i: seat.i,
      organisationId: seat.organisation_id,
      personId: seat.person_id,
      role: seat.role as TrusteeRole,
      statement: seat.statement ? toBase64url(seat.statement) : null,
      cms: seat.cms ? toBase64url(seat.cms) : null,
      statedAt: seat.stated_at?.toISOString() ?? null,
      drilledAt: seat.drilled_at?.toISOString() ?? null,
    })),
    alarm: missingDrills(seats, tender.published_at === null ? null : tender.deadline, await now(db)),
    setHash: set ? toBase64url(set.hash) : null,
    signedAt: set?.signed_at.toISOString() ?? null,
  }
}

/** The seats for the purchaser's side, the trustees themselves, and everybody once the notice is out. */
export const readTrustees =
  ({ db }: TenderDeps) =>
  async (actor: Actor, id: string) => {
    const tender = await tenderById(db, id)
    const seats = await store.seatsOf(db, id)
    const sees =
      tender.published_at !== null ||
      seats.some((seat) => seat.person_id === actor.personId && seat.organisation_id === actor.organisationId) ||
      (await isPurchaserSide(db, actor, tender))
    if (!sees) refuse('not-found')
    return viewTrustees(db, tender)
  }

const seatOf = async (trx: store.Db, actor: Actor, tenderId: string, i: number): Promise<store.SeatRow> => {
  const seat = (await store.seatsOf(trx, tenderId)).find((one) => one.i === i)
  const isMine = seat && seat.person_id === actor.personId && seat.organisation_id === actor.organisationId
  return isMine ? seat : refuse('not-found')
}

type Signed = { statement: Uint8Array; cms: Uint8Array }

/**
 * A trustee's key for this tender: signed by its organisation's registered certificate, with proof of possession, never used
 * before. The private half arrives encrypted to the trustee's own certificate and is kept as it is.
 */
export const stateKey =
  (deps: TenderDeps) => (actor: Actor, id: string, i: number, posted: Signed & { blob: Uint8Array }) =>
    deps.db.transaction().execute(async (trx) => {
      const tender = await lockTender(trx, id, 'update')
      const seat = await seatOf(trx, actor, id, i)
      if (tender.trustee_set_hash !== null) refuse('trustees-fixed')
      if (tender.status !== 'draft' && tender.status !== 'in-review')
        refuse('tender-not-draft', { params: { status: tender.status } })
      const at = await now(trx)
      const signed = { bytes: posted.statement, cms: posted.cms }
      const { value, certSha256 } = await verifySigned(deps)(trx, {
        ...signed,
        type: 'trustee-key',
        schema: keyStatementSchema,
        organisationId: seat.organisation_id,
        at,
      })
      const verified = await verifyKeyStatement(signed, await trustPolicyAt(deps)(trx, at))
      if (!verified.ok) return refuse('trustee-statement-invalid')
      const others = (await store.seatsOf(trx, id)).map((one) => (one.i === i ? { ...one, statement: null } : one))
      const terms = termsOf(tender, others)
      const fits =
        value.tenderId === id && value.i === i && value.n === terms.n && value.k === terms.k && value.role === seat.role
      if (!fits || value.opening !== terms.opening || value.window !== terms.window) refuse('trustee-terms-differ')
      if (await store.isKeyKnown(trx, verified.pk, id, i)) refuse('trustee-key-reused')
      await store.updateSeat(trx, id, i, {
        statement: posted.statement,
        cms: posted.cms,
        public_key: verified.pk,
        key_blob: posted.blob,
        stated_at: at,
        drill_nonce: null,
        drilled_at: null,
        drill_statement: null,
        drill_cms: null,
      })
      await record(trx, actor, id, 'trustee.key-stated/1', {
        i,
        organisationId: seat.organisation_id,
        publicKey: toBase64url(verified.pk),
        certSha256: toBase64url(certSha256),
      })
      await deps.live.changed(trx, `tender:${id}`)
      return viewTrustees(trx, tender)
    })

/** The trustee's own blob and statement, for a drill or a release in its own client. */
export const readKey =
  ({ db }: TenderDeps) =>
  async (actor: Actor, id: string, i: number) => {
    const seat = await seatOf(db, actor, id, i)
    const { statement, cms, key_blob: blob } = seat
    if (statement === null || cms === null || blob === null) return refuse('trustee-key-missing')
    return { statement: toBase64url(statement), cms: toBase64url(cms), blob: toBase64url(blob) }
  }

/** A fresh nonce to sign after the drill; each is good once. */
export const drillNonce = (deps: TenderDeps) => (actor: Actor, id: string, i: number) =>
  deps.db.transaction().execute(async (trx) => {
    await lockTender(trx, id, 'update')
    const seat = await seatOf(trx, actor, id, i)
    if (seat.statement === null) refuse('trustee-key-missing')
    const nonce = toBase64url(randomBytes(32))
    await store.updateSeat(trx, id, i, { drill_nonce: nonce })
    return { nonce }
  })

/** The drill's outcome: only a signed statement over the nonce arrives, the canary never leaves the trustee. */
export const postDrill = (deps: TenderDeps) => (actor: Actor, id: string, i: number, posted: Signed) =>
  deps.db.transaction().execute(async (trx) => {
    const tender = await lockTender(trx, id, 'update')
    const seat = await seatOf(trx, actor, id, i)
    if (seat.statement === null) return refuse('trustee-key-missing')
    if (seat.drill_nonce === null) return refuse('drill-nonce-missing')
    const read = parseJson(new Uint8Array(found(seat.statement)), keyStatementSchema)
    if (!read.ok) throw new Error('a stored key statement does not fit its schema')
    const at = await now(trx)
    const signed = { bytes: posted.statement, cms: posted.cms }
    await verifySigned(deps)(trx, {
      ...signed,
      type: 'drill',
      schema: drillSchema,
      organisationId: seat.organisation_id,
      at,
    })
    const expected = { statement: read.value, nonce: seat.drill_nonce }
    const verified = await verifyDrill(signed, expected, await trustPolicyAt(deps)(trx, at))
    if (!verified.ok) refuse('drill-invalid')
    await store.updateSeat(trx, id, i, {
      drill_nonce: null,
      drilled_at: at,
      drill_statement: posted.statement,
      drill_cms: posted.cms,
    })
    await record(trx, actor, id, 'trustee.drilled/1', {
      i,
      organisationId: seat.organisation_id,
      statementSha256: toBase64url(await sha256(posted.statement)),
    })
    await deps.live.changed(trx, `tender:${id}`)
    return viewTrustees(trx, tender)
  })
