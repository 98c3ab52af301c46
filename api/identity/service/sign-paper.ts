import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import { found } from '../../kernel/problem.ts'
import type { CheckSigner, SignatureWish } from '../../kernel/signing.ts'
import type { IdentityDeps } from './deps.ts'
import { organisationById, personName } from './organisations.ts'
import { organisationCertificate } from './signer.ts'

type ByOrganisation = { wish: (db: Database, actor: Actor) => Promise<SignatureWish>; check: CheckSigner }

/**
 * Papers that organisations sign (opening record, award letter): by a certificate bound to both organisation and
 * person, and in both names. Who may sign at all is the feature's answer, given before.
 */
export const asOrganisation = (deps: IdentityDeps, reason: string): ByOrganisation => ({
  wish: async (db, actor) => {
    const organisation = found(await organisationById(db, actor.organisationId!))
    return { by: 'organisation', name: `${organisation.name} ${await personName(db, actor.personId!)}`, reason }
  },
  check: organisationCertificate(deps),
})
