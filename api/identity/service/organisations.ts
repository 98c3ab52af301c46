import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { isUscc } from '../../law/uscc.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import {
  isListedPublicly,
  type MemberRole,
  type OrganisationKind,
  oversees,
  PROMISE,
  roleFits,
  seesWhole,
} from '../rules.ts'
import * as store from '../store/organisations.ts'
import * as people from '../store/people.ts'
import type { MembershipRow, OrganisationRow } from '../store.ts'
import type { IdentityDeps } from './deps.ts'
import { record } from './record.ts'

export type OrganisationFacts = {
  uscc: string
  name: string
  address: string
  contactName: string
  contactPhone: string
  contactEmail: string
  size: 'large' | 'medium' | 'small' | 'micro'
}

/** The promise in force with the hash of its exact text. */
export const currentPromise = async () => ({ ...PROMISE, sha256: toBase64url(await sha256(utf8(PROMISE.text))) })

const columnsOf = (facts: Partial<Omit<OrganisationFacts, 'uscc' | 'name'>>) => ({
  ...(facts.address !== undefined && { address: facts.address }),
  ...(facts.contactName !== undefined && { contact_name: facts.contactName }),
  ...(facts.contactPhone !== undefined && { contact_phone: facts.contactPhone }),
  ...(facts.contactEmail !== undefined && { contact_email: facts.contactEmail }),
  ...(facts.size !== undefined && { size: facts.size }),
})

type NewOrganisation = OrganisationFacts & { kinds: readonly OrganisationKind[]; promiseSha256?: string }

const insert = async (trx: Database, actor: Actor, facts: NewOrganisation): Promise<OrganisationRow> => {
  if (!isUscc(facts.uscc)) refuse('uscc-invalid', { field: 'uscc' })
  const promise = facts.promiseSha256 === undefined ? null : await currentPromise()
  if (promise && promise.sha256 !== facts.promiseSha256) refuse('promise-outdated')
  const row = await store.insertOrganisation(trx, {
    id: publicId(),
    uscc: facts.uscc,
    name: facts.name,
    address: facts.address,
    contact_name: facts.contactName,
    contact_phone: facts.contactPhone,
    contact_email: facts.contactEmail,
    size: facts.size,
    kinds: [...new Set(facts.kinds)],
    promise_version: promise?.version ?? null,
    promise_sha256: promise ? await sha256(utf8(promise.text)) : null,
    registered_by: actor.personId,
  })
  const organisation = row ?? refuse('organisation-exists')
  await record(trx, actor, {
    type: 'organisation.registered/1',
    organisationId: organisation.id,
    kinds: organisation.kinds,
    promiseSha256: promise?.sha256 ?? null,
  })
  return organisation
}

const insertMember = async (
  trx: Database,
  actor: Actor,
  organisation: OrganisationRow,
  member: { personId: string; role: MemberRole; manages: boolean },
): Promise<MembershipRow> => {
  refuseIf(roleFits(member.role, organisation.kinds))
  const row = await people.insertMembership(trx, {
    id: publicId(),
    person_id: member.personId,
    organisation_id: organisation.id,
    role: member.role,
    manages: member.manages,
  })
  const membership = row ?? refuse('membership-exists')
  await people.adoptMembership(trx, member.personId, membership.id)
  await record(trx, actor, {
    type: 'membership.added/1',
    membershipId: membership.id,
    personId: member.personId,
    organisationId: organisation.id,
    role: member.role,
    manages: member.manages,
  })
  return membership
}

/** 主体注册: a supplier registers itself by a promise and may act at once; who registers it signs and manages. */
export const registerSupplier =
  ({ db }: IdentityDeps) =>
  (actor: Actor, command: OrganisationFacts & { promiseSha256: string }) =>
    db.transaction().execute(async (trx) => {
      const personId = actor.personId ?? refuse('sign-in-needed')
      const organisation = await insert(trx, actor, { ...command, kinds: ['supplier'] })
      await insertMember(trx, actor, organisation, { personId, role: 'supplier-signer', manages: true })
      return organisation
    })

/** Enter an organisation of any kind; the caller (route, seed, bootstrap) answers for who may. */
export const createOrganisation =
  ({ db }: IdentityDeps) =>
  (actor: Actor, command: OrganisationFacts & { kinds: readonly OrganisationKind[] }) =>
    db.transaction().execute((trx) => insert(trx, actor, command))

/** Put a person into an organisation; the caller answers for who may. */
export const addMembership =
  ({ db }: IdentityDeps) =>
  (actor: Actor, command: { organisationId: string; personId: string; role: MemberRole; manages?: boolean }) =>
    db.transaction().execute((trx) => joinOrganisation(trx, actor, command))

/** The same inside a transaction of the caller. */
export const joinOrganisation = async (
  trx: Database,
  actor: Actor,
  command: { organisationId: string; personId: string; role: MemberRole; manages?: boolean },
): Promise<MembershipRow> => {
  const organisation = found(await store.organisationById(trx, command.organisationId))
  return insertMember(trx, actor, organisation, { ...command, manages: command.manages ?? false })
}

/** An organisation's manager keeps its particulars up to date; name and code change only with the centre. */
export const changeOrganisation =
  ({ db }: IdentityDeps) =>
  (actor: Actor, id: string, change: Partial<Omit<OrganisationFacts, 'uscc' | 'name'>>) =>
    db.transaction().execute(async (trx) => {
      const managers = await people.managersOf(trx, id)
      if (actor.personId === null || !managers.includes(actor.personId)) refuse('not-found')
      const row = found(await store.updateOrganisation(trx, id, columnsOf(change)))
      await record(trx, actor, { type: 'organisation.changed/1', organisationId: id, fields: Object.keys(change) })
      return row
    })

export const setOrganisationStatus =
  ({ db }: IdentityDeps) =>
  (actor: Actor, id: string, command: { status: 'active' | 'suspended' | 'closed'; reason: string }) =>
    db.transaction().execute(async (trx) => {
      const row = found(await store.updateOrganisation(trx, id, { status: command.status }))
      await record(trx, actor, { type: 'organisation.status-set/1', organisationId: id, ...command })
      return row
    })

/** One organisation as this actor may see it; a supplier is visible to itself, the centre and supervisors alone. */
export const readOrganisation =
  ({ db }: IdentityDeps) =>
  async (actor: Actor, id: string): Promise<{ row: OrganisationRow; whole: boolean }> => {
    const row = found(await store.organisationById(db, id))
    const whole = seesWhole(actor, id)
    if (!whole && !isListedPublicly(row.kinds)) refuse('not-found')
    return { row, whole }
  }

export const searchOrganisations =
  ({ db }: IdentityDeps) =>
  (actor: Actor, filter: Omit<store.OrganisationFilter, 'suppliers'>) =>
    store.listOrganisations(db, { ...filter, suppliers: oversees(actor) })

export const organisationById = (trx: Database, id: string): Promise<OrganisationRow | undefined> =>
  store.organisationById(trx, id)

export const organisationsByIds = (trx: Database, ids: readonly string[]): Promise<OrganisationRow[]> =>
  store.organisationsByIds(trx, ids)

/** A person's name as it stands in records; null when there is no such person. */
export const personName = async (trx: Database, id: string): Promise<string | null> =>
  (await people.personById(trx, id))?.name ?? null

/** Take a role from somebody; the organisation keeps one manager at least. */
export const endMembership =
  ({ db }: IdentityDeps) =>
  (actor: Actor, membershipId: string) =>
    db.transaction().execute(async (trx) => {
      const membership = found(await people.lockMembership(trx, membershipId))
      const managers = await people.managersOf(trx, membership.organisation_id)
      const mayEnd = actor.personId !== null && managers.includes(actor.personId)
      if (!mayEnd && actor.role !== 'administrator') refuse('not-found')
      if (membership.manages && managers.length === 1) refuse('last-manager')
      await people.endMembership(trx, membershipId, await now(trx))
      await record(trx, actor, { type: 'membership.ended/1', membershipId })
    })
