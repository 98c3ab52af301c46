import type { Actor } from '../../kernel/actor.ts'
import { refuse } from '../../kernel/problem.ts'
import type { CheckSigner } from '../../kernel/signing.ts'
import { sha256 } from '../../log/bytes.ts'
import * as store from '../store/certificates.ts'
import type { CertificateRow } from '../store.ts'
import type { IdentityDeps } from './deps.ts'
import { certificateVerdict } from './verify.ts'

const certificateOf =
  (deps: IdentityDeps, assertOwn: (row: CertificateRow, actor: Actor) => void): CheckSigner =>
  async (trx, actor, { certificateDer, chainDer }, at) => {
    const certSha256 = await sha256(certificateDer)
    const row = await store.certificateBySha256(trx, certSha256)
    if (!row || (row.unbound_at !== null && row.unbound_at <= at)) return refuse('certificate-not-registered')
    assertOwn(row, actor)
    const verdict = await certificateVerdict(deps)(trx, certificateDer, at, [...chainDer, ...row.chain])
    if (!verdict.ok) refuse(verdict.code)
    return { certSha256 }
  }

const assertHolder = (row: CertificateRow, actor: Actor): void => {
  if (row.person_id !== actor.personId) refuse('certificate-foreign')
}

/**
 * 电子签名法 13: the certificate is bound here to the very person acting, not unbound, and good at the instant of signing.
 * Throws certificate-not-registered, certificate-foreign and the refusals of `certificateVerdict`.
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
