import type { Actor } from '../../kernel/actor.ts'
import { refuse } from '../../kernel/problem.ts'
import type { CheckSigner } from '../../kernel/signing.ts'
import { sha256 } from '../../log/bytes.ts'
import type { CertificateRow } from '../store.ts'
import type { IdentityDeps } from './deps.ts'
import { boundCertificate } from './verify.ts'

const certificateOf =
  (deps: IdentityDeps, assertOwn: (row: CertificateRow, actor: Actor) => void): CheckSigner =>
  async (trx, actor, { certificateDer, chainDer }, at) => {
    const certSha256 = await sha256(certificateDer)
    const { certificate } = await boundCertificate(deps)(trx, { sha256: certSha256, at, others: chainDer })
    assertOwn(certificate, actor)
    return { certSha256 }
  }

const assertHolder = (row: CertificateRow, actor: Actor): void => {
  if (row.person_id !== actor.personId) refuse('certificate-foreign')
}

/**
 * 电子签名法 13: the certificate is bound here to the very person acting, not unbound, and good at the instant of signing.
 * Throws certificate-foreign and the refusals of `boundCertificate`.
 */
export const ownCertificate = (deps: IdentityDeps): CheckSigner => certificateOf(deps, assertHolder)

/**
 * The same for a paper that the organisation signs: its code must stand in the certificate, too, as V-72 reads it.
 * Throws organisation-certificate-needed besides.
 */
export const organisationCertificate = (deps: IdentityDeps): CheckSigner =>
  certificateOf(deps, (row, actor) => {
    assertHolder(row, actor)
    if (row.organisation_id !== actor.organisationId) refuse('organisation-certificate-needed')
  })
