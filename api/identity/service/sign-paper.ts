import type { Actor } from '../../kernel/actor.ts'
import type { Database } from '../../kernel/database.ts'
import type { Deps } from '../../kernel/deps.ts'
import { found } from '../../kernel/problem.ts'
import {
  type CompletedSignature,
  completeSignature,
  type HandedSignature,
  type PreparedSignature,
  prepareSignature,
} from '../../kernel/signing.ts'
import type { IdentityDeps } from './deps.ts'
import { organisationById, personName } from './organisations.ts'
import { organisationCertificate } from './signer.ts'

/*
 * Papers that organisations sign (opening record, award letter): by a certificate bound to both organisation and
 * person. Who may sign at all is the feature's answer, given before.
 */

type PaperDeps = IdentityDeps & Pick<Deps, 'files'>

/** As the signature shows it: the organisation, and the person who signs for it. */
const nameOf = async (db: Database, actor: Actor): Promise<string> => {
  const organisation = found(await organisationById(db, actor.organisationId!))
  return `${organisation.name} ${await personName(db, actor.personId!)}`
}

export const prepareOrganisationSignature =
  (deps: PaperDeps) =>
  async (actor: Actor, documentId: string, reason: string): Promise<PreparedSignature> =>
    prepareSignature(deps)(actor, documentId, { name: await nameOf(deps.db, actor), reason })

export const completeOrganisationSignature =
  (deps: PaperDeps) =>
  async (trx: Database, actor: Actor, documentId: string, handed: HandedSignature): Promise<CompletedSignature> => {
    const check = organisationCertificate(deps)
    const name = await nameOf(trx, actor)
    return completeSignature({ files: deps.files, check })(trx, actor, documentId, { ...handed, name })
  }
