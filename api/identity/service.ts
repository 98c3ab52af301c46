/** What other features may use of accounts, organisations and certificates. */
export { demoSeal, fingerprintOf, prepareAuthorities, trustedAuthorities } from './service/authorities.ts'
export { issueDemoCertificate, revokeDemoCertificate } from './service/certificates.ts'
export { activeMandate } from './service/mandates.ts'
export {
  addMembership,
  createOrganisation,
  type OrganisationFacts,
  organisationById,
  organisationsByIds,
  personName,
  registerSupplier,
} from './service/organisations.ts'
export { bootstrapAdministrator, createPerson } from './service/people.ts'
export { actorOf, authHandler } from './service/sessions.ts'
export { asOrganisation } from './service/sign-paper.ts'
export { ownCertificate } from './service/signer.ts'
export {
  boundCertificate,
  type Evidence,
  trustPolicyAt,
  type VerifiedStatement,
  verifySigned,
} from './service/verify.ts'
