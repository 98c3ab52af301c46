import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createHttp, type Http } from '../../client/http.ts'
import type { Role } from '../../kernel/actor.ts'
import { fromBase64url, toBase64url } from '../../log/bytes.ts'
import type { Signer } from '../../seal/cms.ts'
import { makeKeyAndCsr } from '../../seal/csr.ts'
import { makePkcs12, openPkcs12 } from '../../seal/pkcs12.ts'
import type { DecryptKey } from '../../seal/selfslot.ts'
import { DEMO_PASSWORD } from '../../start/first-start.ts'

/** Everybody's PIN in a rehearsal. */
export const DEMO_PIN = '123456'

type Fetch = (input: string, init?: RequestInit) => Promise<Response>

/** Where a rehearsal talks to, and where its certificates are laid down. */
export type Stage = { origin: string; fetch?: Fetch; folder: string | null }

export type DemoPerson = {
  name: string
  email: string
  role: Role
  personId: string
  organisationId: string
  organisation: string
  http: Http
  signer: Signer
  /** Opens recovery files: a bidder's keys, a trustee's tender key. */
  decryptKey: DecryptKey
}

export type OrganisationFacts = { uscc: string; name: string; kinds: string[] }

const sessionOf = (stage: Stage): Http =>
  createHttp({ origin: stage.origin, cookies: new Map(), ...(stage.fetch ? { fetch: stage.fetch } : {}) })

export const signInByPassword = async (stage: Stage, email: string): Promise<Http> => {
  const http = sessionOf(stage)
  await http.json('POST', '/api/auth/sign-in/email', { email, password: DEMO_PASSWORD })
  return http
}

const contact = (city: string) => ({
  address: `${city}人民路88号`,
  contactName: '办公室',
  contactPhone: '0359-1234567',
  contactEmail: 'office@sunlit.example',
  size: 'small' as const,
})

/** The administrator enters an organisation; one that is there already is found again. */
export const enterOrganisation = async (admin: Http, facts: OrganisationFacts): Promise<string> => {
  const { id } = await admin.json<{ id: string }>('POST', '/api/registry/organisations', {
    ...contact('云城市'),
    ...facts,
  })
  return id
}

export type Session = {
  person: { id: string }
  memberships: { id: string; organisation: { id: string; name: string; uscc: string } }[]
}

/** A person signs up, joins by the code made for them, acts in that role and gets a certificate of the demo authority. */
export const joinOrganisation = async (
  stage: Stage,
  admin: Http,
  organisation: { id: string; name: string; uscc: string },
  person: { name: string; email: string; role: Role },
): Promise<DemoPerson> => {
  const { code } = await admin.json<{ code: string }>('POST', `/api/organisations/${organisation.id}/invitations`, {
    email: person.email,
    role: person.role,
    manages: false,
  })
  const http = sessionOf(stage)
  await http.json('POST', '/api/auth/sign-up/email', { ...person, password: DEMO_PASSWORD, role: undefined })
  const { membershipId } = await http.json<{ membershipId: string }>('POST', '/api/invitations/accept', { code })
  await http.json('POST', '/api/session/membership', { membershipId })
  return equip(stage, http, organisation, person)
}

/** A supplier registers itself by promise (告知承诺) and is usable at once. */
export const registerSupplier = async (
  stage: Stage,
  facts: { uscc: string; name: string },
  person: { name: string; email: string },
): Promise<DemoPerson> => {
  const http = sessionOf(stage)
  await http.json('POST', '/api/auth/sign-up/email', { ...person, password: DEMO_PASSWORD })
  const promise = await http.json<{ sha256: string }>('GET', '/api/organisations/promise')
  const made = await http.json<{ id: string }>('POST', '/api/organisations', {
    ...contact('云城市'),
    ...facts,
    promiseSha256: promise.sha256,
  })
  const { memberships } = await http.json<Session>('GET', '/api/session')
  await http.json('POST', '/api/session/membership', { membershipId: memberships[0]!.id })
  return equip(stage, http, { id: made.id, ...facts }, { ...person, role: 'supplier-signer' })
}

const equip = async (
  stage: Stage,
  http: Http,
  organisation: { id: string; name: string; uscc: string },
  person: { name: string; email: string; role: Role },
): Promise<DemoPerson> => {
  const { person: self } = await http.json<Session>('GET', '/api/session')
  const purpose = person.role === 'evaluator' ? 'personal' : 'organisation'
  const { keys, csr } = await makeKeyAndCsr({ country: 'CN', commonName: person.name }, 'EC')
  const issued = await http.json<{ der: string; chain: string[] }>('POST', '/api/demo/certificates', {
    purpose,
    csr: toBase64url(csr),
  })
  const chain = [issued.der, ...issued.chain].map((der) => fromBase64url(der))
  const held = await holdKey(
    keys.privateKey,
    chain,
    stage.folder && join(stage.folder, `${person.email.split('@')[0]}.p12`),
  )
  return {
    ...person,
    personId: self.id,
    organisationId: organisation.id,
    organisation: organisation.name,
    http,
    ...held,
  }
}

type Held = Pick<DemoPerson, 'signer' | 'decryptKey'>

/** A certificate file is laid down and opened again as its owner will; a replay of hundreds keeps its keys in memory. */
const holdKey = async (privateKey: CryptoKey, chain: Uint8Array[], file: string | null): Promise<Held> => {
  if (file === null) {
    const [certificateDer, ...chainDer] = chain
    const { d, ...point } = await crypto.subtle.exportKey('jwk', privateKey)
    const curve = { name: 'ECDH', namedCurve: 'P-256' }
    const bare = { kty: 'EC', crv: 'P-256', x: point.x!, y: point.y! }
    const keys = {
      privateKey: await crypto.subtle.importKey('jwk', { ...bare, d: d! }, curve, false, ['deriveBits']),
      publicKey: await crypto.subtle.importKey('jwk', bare, curve, true, []),
    }
    return { signer: { certificateDer: certificateDer!, chainDer, privateKey }, decryptKey: { type: 'EC', keys } }
  }
  mkdirSync(dirname(file), { recursive: true })
  const p12 = await makePkcs12(privateKey, chain, DEMO_PIN)
  writeFileSync(file, p12, { mode: 0o600 })
  const opened = await openPkcs12(p12, DEMO_PIN)
  if (!opened.ok) throw new Error(`the certificate file ${file} cannot be opened: ${opened.code}`)
  return { signer: opened, decryptKey: opened.decryptKey }
}
