import { randomBytes } from 'node:crypto'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { type MemberRole, mayAcceptInvitation, mayInvite, roleFits } from '../rules.ts'
import * as organisations from '../store/organisations.ts'
import * as people from '../store/people.ts'
import type { IdentityDeps } from './deps.ts'
import { joinOrganisation } from './organisations.ts'
import { record } from './record.ts'

const WEEK = 7 * 86_400_000

/** Make a one-time code for one address and one role; the platform keeps only its hash, the inviter hands it over. */
export const invite =
  ({ db }: IdentityDeps) =>
  (actor: Actor, organisationId: string, command: { email: string; role: MemberRole; manages: boolean }) =>
    db.transaction().execute(async (trx) => {
      const personId = actor.personId ?? refuse('sign-in-needed')
      const organisation = found(await organisations.organisationById(trx, organisationId))
      const managers = await people.managersOf(trx, organisationId)
      // To a stranger the organisation does not even exist.
      if (actor.organisationId !== organisationId && actor.role !== 'administrator') refuse('not-found')
      refuseIf(mayInvite(actor, managers.includes(personId)))
      refuseIf(roleFits(command.role, organisation.kinds))
      const code = toBase64url(new Uint8Array(randomBytes(32)))
      const row = await people.insertInvitation(trx, {
        id: publicId(),
        organisation_id: organisationId,
        email: command.email.toLowerCase(),
        role: command.role,
        manages: command.manages,
        code_sha256: await sha256(utf8(code)),
        invited_by: personId,
        expires_at: new Date((await now(trx)).getTime() + WEEK),
      })
      const { role } = command
      await record(trx, actor, { type: 'invitation.made/1', invitationId: row.id, organisationId, role })
      return { id: row.id, code, expiresAt: row.expires_at }
    })

/** Join by a code that was made for this person's address; it works once. */
export const acceptInvitation =
  ({ db }: IdentityDeps) =>
  (actor: Actor, code: string) =>
    db.transaction().execute(async (trx) => {
      const personId = actor.personId ?? refuse('sign-in-needed')
      const person = found(await people.personById(trx, personId))
      const invitation = found(await people.lockInvitation(trx, await sha256(utf8(code))), 'invitation-not-valid')
      const at = await now(trx)
      refuseIf(mayAcceptInvitation(invitation, person, at))
      await people.useInvitation(trx, invitation.id, personId, at)
      return joinOrganisation(trx, actor, {
        organisationId: invitation.organisation_id,
        personId,
        role: invitation.role as MemberRole,
        manages: invitation.manages,
      })
    })

/** Who belongs to the organisation acted for. */
export const listMembers =
  ({ db }: IdentityDeps) =>
  (actor: Actor, organisationId: string) => {
    if (actor.organisationId !== organisationId && actor.role !== 'administrator') refuse('not-found')
    return people.membersOf(db, organisationId)
  }
