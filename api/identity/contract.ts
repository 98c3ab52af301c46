/** Every route of accounts, organisations, mandates and certificates. */
export * from './contract/certificates.ts'
export * from './contract/organisations.ts'
export * from './contract/session.ts'
