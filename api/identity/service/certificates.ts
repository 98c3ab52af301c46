import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { publicId } from '../../kernel/ids.ts'
import { found, refuse, refuseIf } from '../../kernel/problem.ts'
import { type Bytes, fromBase64url, sha256 } from '../../log/bytes.ts'
import { issueCertificate, type Subject } from '../../seal/ca.ts'
import { type CertificateInfo, parseCertificate } from '../../seal/certificate.ts'
import { verifyCsr } from '../../seal/csr.ts'
import { mayHoldCertificate, namesHolder } from '../rules.ts'
import * as store from '../store/certificates.ts'
import * as organisations from '../store/organisations.ts'
import * as people from '../store/people.ts'
import type { CertificateRow, OrganisationRow } from '../store.ts'
import { assertDemo, DEMO_DAYS_AHEAD, DEMO_DAYS_BACK, demoCa, publishDemoCrl } from './authorities.ts'
import type { IdentityDeps } from './deps.ts'
import { record } from './record.ts'
import { bindStatement } from './statements.ts'
import { verifyProof } from './verify.ts'

const DAY = 86_400_000

type Purpose = 'organisation' | 'personal'
type Holder = { personId: string; organisation: OrganisationRow | null }
type Binding = { chain: Bytes[]; boundBy: 'issued' | 'proof'; statement?: Uint8Array; cms?: Uint8Array }

const readOrThrow = async (der: Uint8Array): Promise<CertificateInfo> => {
  const read = await parseCertificate(der)
  return read.ok ? read.certificate : refuse('certificate-malformed')
}

/** One that was unbound stays so: else it would be in force again for the time between, and its log would lie. */
const refuseBound = async (trx: Database, certSha256: string): Promise<never> => {
  const before = await store.certificateBySha256(trx, fromBase64url(certSha256))
  return refuse(before?.unbound_at ? 'certificate-unbound-for-good' : 'certificate-bound-already')
}

const keep = async (
  trx: Database,
  actor: Actor,
  der: Bytes,
  holder: Holder,
  binding: Binding,
): Promise<CertificateRow> => {
  const info = await readOrThrow(der)
  const row = await store.insertCertificate(trx, {
    id: publicId(),
    der,
    sha256: await sha256(der),
    chain: binding.chain,
    person_id: holder.personId,
    organisation_id: holder.organisation?.id ?? null,
    purpose: holder.organisation ? 'organisation' : 'personal',
    subject: info.subject.text,
    issuer: info.issuer.text,
    serial: info.serialHex,
    not_before: new Date(info.notBefore),
    not_after: new Date(info.notAfter),
    bound_by: binding.boundBy,
    statement: binding.statement ?? null,
    statement_cms: binding.cms ?? null,
  })
  const certificate = row ?? (await refuseBound(trx, info.certSha256))
  await record(trx, actor, {
    type: 'certificate.bound/1',
    certificateId: certificate.id,
    personId: holder.personId,
    organisationId: holder.organisation?.id ?? null,
    certSha256: info.certSha256,
    boundBy: binding.boundBy,
  })
  return certificate
}

const subjectOf = (name: string, organisation: OrganisationRow | null): Subject =>
  organisation
    ? {
        country: 'CN',
        organisation: organisation.name,
        organisationCode: organisation.uscc,
        unit: name,
        commonName: organisation.name,
      }
    : { country: 'CN', commonName: name }

/** A certificate of the demo authority over a public key (SPKI), bound at once; the chain goes with it. */
export const issueDemoCertificate =
  (deps: IdentityDeps) =>
  (actor: Actor, command: { personId: string; organisationId: string | null; spki: Uint8Array }) =>
    deps.db.transaction().execute(async (trx) => {
      assertDemo(deps.settings)
      const person = found(await people.personById(trx, command.personId))
      const organisation =
        command.organisationId === null
          ? null
          : found(await organisations.organisationById(trx, command.organisationId))
      const ca = await demoCa(deps.settings)
      const der = await issueCertificate(command.spki, ca, {
        subject: subjectOf(person.name, organisation),
        notBefore: Date.now() - DEMO_DAYS_BACK * DAY,
        notAfter: Date.now() + DEMO_DAYS_AHEAD * DAY - DAY,
      })
      const chain = [new Uint8Array(ca.certificateDer)]
      const certificate = await keep(
        trx,
        actor,
        der,
        { personId: person.id, organisation },
        { chain, boundBy: 'issued' },
      )
      await store.insertDemoCertificate(trx, certificate.serial, certificate.id)
      return { certificate, chain }
    })

/** The same for the person acting: for the organisation acted for, or for themselves. */
export const requestDemoCertificate =
  (deps: IdentityDeps) => async (actor: Actor, command: { purpose: Purpose; csr: Uint8Array }) => {
    assertDemo(deps.settings)
    refuseIf(mayHoldCertificate(actor, command.purpose))
    const request = await verifyCsr(command.csr)
    if (!request.ok) return refuse('certificate-request-invalid')
    return issueDemoCertificate(deps)(actor, {
      personId: actor.personId ?? refuse('sign-in-needed'),
      organisationId: command.purpose === 'organisation' ? actor.organisationId : null,
      spki: request.spki,
    })
  }

/** Bind a certificate of a pinned authority: a statement over our nonce, signed with it, proves who holds its key. */
export const bindCertificate =
  (deps: IdentityDeps) =>
  async (actor: Actor, command: { statement: Uint8Array; cms: Uint8Array }): Promise<CertificateRow> => {
    const personId = actor.personId ?? refuse('sign-in-needed')
    const at = await now(deps.db)
    const request = { bytes: command.statement, cms: command.cms, type: 'bind', schema: bindStatement }
    const proven = await verifyProof(deps)(deps.db, request, at)
    const { value } = proven
    // Outside the transaction: a nonce is spent even when the binding is refused.
    const nonce = await people.takeNonce(deps.db, await sha256(fromBase64url(value.nonce)), 'bind')
    if (nonce?.person_id !== personId || value.personId !== personId) refuse('login-nonce-invalid')
    if (value.origin !== nonce?.origin) refuse('login-origin-wrong')
    refuseIf(mayHoldCertificate(actor, value.purpose))
    if (value.organisationId !== (value.purpose === 'organisation' ? actor.organisationId : null))
      refuse('certificate-foreign')
    return deps.db.transaction().execute(async (trx) => {
      const organisation =
        value.organisationId === null ? null : found(await organisations.organisationById(trx, value.organisationId))
      const person = found(await people.personById(trx, personId))
      refuseIf(namesHolder(proven, organisation ?? { name: person.name, uscc: null }))
      const chain = proven.evidence.chain.slice(1)
      const binding = { chain, boundBy: 'proof' as const, statement: command.statement, cms: command.cms }
      return keep(trx, actor, proven.certificateDer, { personId, organisation }, binding)
    })
  }

/** Certificates of the person acting and of the organisation acted for. */
export const listCertificates =
  ({ db }: IdentityDeps) =>
  (actor: Actor) =>
    store.certificatesOf(db, actor.personId ?? refuse('sign-in-needed'), actor.organisationId)

const own = async (trx: Database, actor: Actor, id: string): Promise<CertificateRow> => {
  const row = found(await store.certificateById(trx, id))
  const managers = row.organisation_id === null ? [] : await people.managersOf(trx, row.organisation_id)
  const isOwn = actor.personId !== null && (row.person_id === actor.personId || managers.includes(actor.personId))
  if (!isOwn || row.unbound_at !== null) refuse('not-found')
  return row
}

/** No longer accept a certificate here; what it signed before stays signed. */
export const unbindCertificate =
  ({ db }: IdentityDeps) =>
  (actor: Actor, id: string) =>
    db.transaction().execute(async (trx) => {
      const row = await own(trx, actor, id)
      await store.unbindCertificate(trx, row.id, await now(trx))
      await record(trx, actor, { type: 'certificate.unbound/1', certificateId: row.id })
    })

/** Revoke a demo certificate and publish a new list, in force from this second. */
export const revokeDemoCertificate = (deps: IdentityDeps) => (actor: Actor, id: string) =>
  deps.db.transaction().execute(async (trx) => {
    assertDemo(deps.settings)
    await store.lockDemoRegister(trx)
    const row = await own(trx, actor, id)
    const at = await now(trx)
    found(await store.revokeDemoCertificate(trx, row.id, at))
    await record(trx, actor, { type: 'certificate.revoked/1', certificateId: row.id })
    await publishDemoCrl(deps)(trx, actor, at)
  })
