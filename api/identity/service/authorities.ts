import { X509Certificate } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Actor, SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Database } from '../../kernel/database.ts'
import { refuse } from '../../kernel/problem.ts'
import type { Settings } from '../../kernel/settings.ts'
import { type Bytes, sha256, toBase64url } from '../../log/bytes.ts'
import { type CaKey, issueCertificate, makeCa, makeCrl, spkiOf } from '../../seal/ca.ts'
import { parseCertificate } from '../../seal/certificate.ts'
import { checkRevocation, crlFacts } from '../../seal/crl.ts'
import * as store from '../store/certificates.ts'
import type { CertificateRow } from '../store.ts'
import type { IdentityDeps } from './deps.ts'
import { record } from './record.ts'

const DAY = 86_400_000
/** So far back a rehearsal may replay; the authority and its first list are a day older than any certificate. */
export const DEMO_DAYS_BACK = 400
export const DEMO_DAYS_AHEAD = 3650
const DEMO_NAME = 'Sunlit Demo CA'

export type Authority = { der: Bytes; sha256: Bytes; subject: string; demo: boolean }

/** Outside demo and sandbox mode there is no authority on this server at all. */
export const assertDemo = (settings: Settings): void => {
  if (settings.SUNLIT_MODE === 'production') refuse('not-in-this-mode')
}

const PEM = /-----BEGIN ([A-Z ]+)-----[A-Za-z0-9+/=\s]+-----END \1-----/g
const pemBlocks = (text: string, label: string): Bytes[] =>
  [...text.matchAll(PEM)]
    .filter(([, found]) => found === label)
    .map(([block]) => new Uint8Array(Buffer.from(block.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64')))

const toPem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${(
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  ).join('\n')}\n-----END ${label}-----\n`

export const certificatePem = (der: Uint8Array): string => toPem('CERTIFICATE', der)
export const crlPem = (der: Uint8Array): string => toPem('X509 CRL', der)

const makeDemoCa = async (file: string, city: string): Promise<void> => {
  const ca = await makeCa({
    subject: { country: 'CN', organisation: `${city}（演示）`, commonName: DEMO_NAME },
    notBefore: Date.now() - (DEMO_DAYS_BACK + 1) * DAY,
    notAfter: Date.now() + DEMO_DAYS_AHEAD * DAY,
  })
  const key = new Uint8Array(await crypto.subtle.exportKey('pkcs8', ca.privateKey))
  // One file for key and certificate, linked whole: two starts at once agree on one authority.
  const fresh = `${file}.${process.pid}`
  writeFileSync(fresh, certificatePem(ca.certificateDer) + toPem('PRIVATE KEY', key), { mode: 0o600 })
  try {
    linkSync(fresh, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  unlinkSync(fresh)
}

const demoFile = (settings: Settings): string => join(settings.SUNLIT_DATA, 'demo-ca', 'ca.pem')

const demoText = async (settings: Settings): Promise<string> => {
  assertDemo(settings)
  const file = demoFile(settings)
  mkdirSync(join(settings.SUNLIT_DATA, 'demo-ca'), { recursive: true, mode: 0o700 })
  if (!existsSync(file)) await makeDemoCa(file, settings.SUNLIT_CITY)
  return readFileSync(file, 'utf8')
}

/** The demo authority's key, made on first use. @throws Refused not-in-this-mode in production */
export const demoCa = async (settings: Settings): Promise<CaKey> => {
  const text = await demoText(settings)
  const [certificateDer] = pemBlocks(text, 'CERTIFICATE')
  const [key] = pemBlocks(text, 'PRIVATE KEY')
  if (!certificateDer || !key) throw new Error(`${demoFile(settings)}: expected a certificate and a key`)
  const privateKey = await crypto.subtle.importKey('pkcs8', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
  ])
  return { certificateDer, privateKey }
}

const authorityOf = async (der: Bytes, demo: boolean): Promise<Authority> => {
  const read = await parseCertificate(der)
  if (!read.ok || !read.certificate.isCa) throw new Error('SUNLIT_CA: expected certificates of authorities only')
  return { der, sha256: await sha256(der), subject: read.certificate.subject.text, demo }
}

const pinned = new Map<string, Promise<Authority[]>>()

const readPins = async (settings: Settings): Promise<Authority[]> => {
  const listed = settings.SUNLIT_CA ? pemBlocks(readFileSync(settings.SUNLIT_CA, 'utf8'), 'CERTIFICATE') : []
  const authorities = await Promise.all(listed.map((der) => authorityOf(der, false)))
  if (settings.SUNLIT_MODE !== 'production') {
    const { certificateDer } = await demoCa(settings)
    return [...authorities, await authorityOf(new Uint8Array(certificateDer), true)]
  }
  // SEALING.md §5: whoever holds the demo key could be anybody.
  if (authorities.some((authority) => authority.subject.includes(DEMO_NAME)))
    throw new Error('SUNLIT_CA: the demo authority is refused in production')
  if (authorities.length === 0) throw new Error('SUNLIT_CA: expected at least one authority')
  return authorities
}

/** The authorities whose certificates count here; read once, a change needs a restart. */
export const pinnedAuthorities = (deps: IdentityDeps): Promise<Authority[]> => {
  const key = `${deps.settings.SUNLIT_MODE}\n${deps.settings.SUNLIT_CA}\n${deps.settings.SUNLIT_DATA}`
  const known = pinned.get(key)
  if (known) return known
  const reading = readPins(deps.settings)
  pinned.set(key, reading)
  reading.catch(() => pinned.delete(key))
  return reading
}

type List = { der: Uint8Array; thisUpdate: Date; nextUpdate: Date }
export type Trusted = { authority: Authority; crl: List | null }

/** Lists by their SHA-256: some are of megabytes, and each signature of a busy day rests on the same few. */
const lists = new Map<string, List>()
const MOST_LISTS = 16

const listOf = async (trx: Database, sha256: Uint8Array): Promise<List> => {
  const key = toBase64url(sha256)
  const known = lists.get(key)
  if (known) return known
  const { der, this_update, next_update } = await store.listBySha256(trx, sha256)
  const list = { der, thisUpdate: this_update, nextUpdate: next_update }
  if (lists.size >= MOST_LISTS) lists.delete(lists.keys().next().value!)
  lists.set(key, list)
  return list
}

const withLists = async (trx: Database, authorities: readonly Authority[], hashes: readonly (Uint8Array | null)[]) => {
  const trusted: Trusted[] = []
  for (const [at, authority] of authorities.entries()) {
    const hash = hashes[at]
    trusted.push({ authority, crl: hash ? await listOf(trx, hash) : null })
  }
  return trusted
}

const hashesOf = (authorities: readonly Authority[]): Bytes[] => authorities.map((one) => one.sha256)

/** Pinned authorities with each one's list in force at an instant (default now): what a verifier needs, and no more. */
export const trustedAuthorities =
  (deps: IdentityDeps) =>
  async (trx: Database, at?: Date): Promise<Trusted[]> => {
    const authorities = await pinnedAuthorities(deps)
    return withLists(trx, authorities, await store.listsAt(trx, hashesOf(authorities), at ?? (await now(trx))))
  }

/** The same together with a certificate bound here; undefined where none is. */
export const certificateAndTrust =
  (deps: IdentityDeps) =>
  async (
    trx: Database,
    sha256: Uint8Array,
    at: Date,
  ): Promise<{ row: CertificateRow; trusted: Trusted[] } | undefined> => {
    const authorities = await pinnedAuthorities(deps)
    const found = await store.certificateWithLists(trx, sha256, hashesOf(authorities), at)
    if (!found) return undefined
    const { lists: hashes, ...row } = found
    return { row, trusted: await withLists(trx, authorities, hashes) }
  }

/** What everybody needs to verify a signature by themselves, as of the platform's now. */
export const listAuthorities = (deps: IdentityDeps) => async (): Promise<{ at: Date; trusted: Trusted[] }> => {
  const at = await now(deps.db)
  return { at, trusted: await trustedAuthorities(deps)(deps.db, at) }
}

/** At the start: the pins are read, and the demo authority, where there is one, has its first list. */
export const prepareAuthorities = async (deps: IdentityDeps): Promise<void> => {
  const demo = (await pinnedAuthorities(deps)).find((authority) => authority.demo)
  if (!demo) return
  await deps.db.transaction().execute(async (trx) => {
    await store.lockDemoRegister(trx)
    if ((await store.listsAt(trx, [demo.sha256], await now(trx)))[0]) return
    await publishDemoCrl(deps)(trx, SYSTEM, new Date(Date.now() - (DEMO_DAYS_BACK + 1) * DAY))
  })
}

/** Sign the demo authority's list of what is revoked, in force from an instant. Call with the register locked. */
export const publishDemoCrl =
  (deps: IdentityDeps) =>
  async (trx: Database, actor: Actor, from: Date): Promise<void> => {
    const ca = await demoCa(deps.settings)
    const revoked = await store.demoRevocations(trx)
    const der = await makeCrl(ca, {
      thisUpdate: from.getTime(),
      nextUpdate: Date.now() + DEMO_DAYS_AHEAD * DAY,
      revoked: revoked.map((row) => ({ certificateDer: row.der, at: (row.revoked_at ?? from).getTime() })),
    })
    await keepCrl(trx, actor, await sha256(ca.certificateDer), der)
  }

const keepCrl = async (trx: Database, actor: Actor, authoritySha256: Bytes, der: Bytes): Promise<void> => {
  const facts = await crlFacts(der)
  if (facts === null) return refuse('crl-invalid')
  const hash = await sha256(der)
  const kept = await store.insertCrl(trx, {
    sha256: hash,
    authority_sha256: authoritySha256,
    der,
    this_update: new Date(facts.thisUpdate),
    next_update: new Date(facts.nextUpdate),
  })
  if (!kept) return
  const hashes = { authoritySha256: toBase64url(authoritySha256), crlSha256: toBase64url(hash) }
  await record(trx, actor, { type: 'certificate.crl-stored/1', ...hashes })
}

/** Take in an authority's newest revocation list; its own signature is the only credential it needs. */
export const storeCrl =
  (deps: IdentityDeps) =>
  (actor: Actor, der: Uint8Array): Promise<void> =>
    deps.db.transaction().execute(async (trx) => {
      const facts = await crlFacts(der)
      if (facts === null) return refuse('crl-invalid')
      for (const authority of await pinnedAuthorities(deps)) {
        const read = await parseCertificate(authority.der)
        if (!read.ok) continue
        // The authority's own certificate serves as the one asked about: only the list's signature matters here.
        const signed = await checkRevocation(read.certificate, read.certificate, [der], facts.thisUpdate)
        if (!signed.ok && signed.code === 'crl-stale') continue
        const newest = await store.newestCrl(trx, authority.sha256)
        if (newest && newest.this_update.getTime() > facts.thisUpdate) refuse('crl-older')
        return keepCrl(trx, actor, authority.sha256, new Uint8Array(der))
      }
      return refuse('crl-invalid')
    })

/** SHA-256 fingerprint as people compare it, from the platform's page to the authority's. */
export const fingerprintOf = (der: Uint8Array): string => new X509Certificate(der).fingerprint256

/** Demo and sandbox: a seal for the platform itself, certified by the demo authority. */
export const demoSeal = async (settings: Settings) => {
  const ca = await demoCa(settings)
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  const name = `${settings.SUNLIT_CITY}公共资源交易中心`
  const certificateDer = await issueCertificate(await spkiOf(keys.publicKey), ca, {
    subject: { country: 'CN', organisation: name, commonName: `${name}电子印章` },
    notBefore: Date.now() - DEMO_DAYS_BACK * DAY,
    notAfter: Date.now() + (DEMO_DAYS_AHEAD - 1) * DAY,
  })
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', keys.privateKey))
  return { certificateDer, chainDer: [new Uint8Array(ca.certificateDer)], pkcs8 }
}
