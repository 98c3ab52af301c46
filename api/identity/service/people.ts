import { SYSTEM } from '../../kernel/actor.ts'
import { refuse } from '../../kernel/problem.ts'
import * as store from '../store/people.ts'
import { authOf } from './auth.ts'
import type { IdentityDeps } from './deps.ts'
import { addMembership, createOrganisation, type OrganisationFacts } from './organisations.ts'
import { hashPassword } from './password.ts'

/**
 * Make an account with a password, for a bootstrap or a demo city; people themselves sign up at /api/auth.
 * @returns the person's id; throws person-exists, password-too-short
 */
export const createPerson =
  (deps: IdentityDeps) =>
  async (command: { name: string; email: string; password: string }): Promise<{ id: string }> => {
    if (command.password.length < 10) refuse('password-too-short', { field: 'password' })
    const email = command.email.toLowerCase()
    if (await store.personByEmail(deps.db, email)) refuse('person-exists', { field: 'email' })
    const { internalAdapter } = await authOf(deps).$context
    const person = await internalAdapter.createUser(
      { name: command.name, email, emailVerified: true },
      { method: 'admin' },
    )
    await internalAdapter.linkAccount({
      userId: person.id,
      accountId: person.id,
      providerId: 'credential',
      password: await hashPassword(command.password),
    })
    return { id: person.id }
  }

/** The first person of a fresh platform: an administrator of the centre that runs it, who enters everybody else. */
export const bootstrapAdministrator =
  (deps: IdentityDeps) =>
  async (command: {
    person: { name: string; email: string; password: string }
    centre: OrganisationFacts
  }): Promise<{ personId: string; organisationId: string }> => {
    const person = await createPerson(deps)(command.person)
    const organisation = await createOrganisation(deps)(SYSTEM, { ...command.centre, kinds: ['centre'] })
    const membership = {
      organisationId: organisation.id,
      personId: person.id,
      role: 'administrator',
      manages: true,
    } as const
    await addMembership(deps)(SYSTEM, membership)
    return { personId: person.id, organisationId: organisation.id }
  }
