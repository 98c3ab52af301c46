import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { SYSTEM } from '../kernel/actor.ts'
import { createRouter } from '../kernel/http.ts'
import { loadKeys } from '../kernel/keys.ts'
import { isUnforeseen, problemResponse } from '../kernel/problem-response.ts'
import { parseSettings } from '../kernel/settings.ts'
import { testDatabase } from '../kernel/testing.ts'
import { usccCheckDigit } from '../law/uscc.ts'
import { fromBase64url, toBase64url } from '../log/bytes.ts'
import type { Signer } from '../seal/cms.ts'
import { makeKeyAndCsr } from '../seal/csr.ts'
import { identityProblems } from './problems.ts'
import { authHandler, identityRoutes } from './routes.ts'
import type { MemberRole, OrganisationKind } from './rules.ts'
import type { IdentityDeps } from './service/deps.ts'
import { actorOf, addMembership, createOrganisation, createPerson, prepareAuthorities } from './service.ts'

export const HOST = '127.0.0.1:3000'
export const ORIGIN = `http://${HOST}`

const plainRow = <S extends number>(status: S) => ({ status, title: { zh: '', en: '' }, remedy: { zh: '', en: '' } })
/** This feature's refusals and the kernel's that it uses: the test stands without the other features. */
const table = {
  ...identityProblems,
  'sign-in-needed': plainRow(401),
  'role-not-allowed': plainRow(403),
  'origin-not-allowed': plainRow(403),
  'not-in-this-mode': plainRow(403),
  'not-found': plainRow(404),
  'invalid-input': plainRow(422),
  internal: plainRow(500),
}

let count = 0
/** A fresh, rightly computed 统一社会信用代码. */
export const newUscc = (): string => {
  const body = `91310000MA${String(++count).padStart(7, '0')}`
  return body + usccCheckDigit(body)
}

export const facts = (name: string) => ({
  uscc: newUscc(),
  name,
  address: '云城市政务大道1号',
  contactName: '张三',
  contactPhone: '021-12345678',
  contactEmail: 'office@example.cn',
  size: 'small' as const,
})

const appOf = (deps: IdentityDeps) => {
  const app = createRouter()
  const actor = actorOf(deps)
  const handle = authHandler(deps)
  app.onError((error, c) => {
    if (isUnforeseen(error)) throw error
    return problemResponse(c, error, table)
  })
  app.use(async (c, next) => {
    c.set('actor', await actor(c.req.raw.headers, '192.0.2.7'))
    await next()
  })
  app.all('/api/auth/*', (c) => handle(c.req.raw, '192.0.2.7'))
  return app.route('/api', identityRoutes(deps))
}

/** A browser: keeps cookies, says where it comes from. */
export const browserOf = (app: ReturnType<typeof appOf>) => {
  const jar = new Map<string, string>()
  const send = async (method: string, path: string, body?: unknown) => {
    const headers = new Headers({ host: HOST, origin: ORIGIN })
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    if (body !== undefined) headers.set('content-type', 'application/json')
    const request = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
    const response = await app.request(`${ORIGIN}${path}`, request)
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (/max-age=0/i.test(cookie)) jar.delete(name)
      else jar.set(name, value)
    }
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) }
  }
  return {
    jar,
    get: (path: string) => send('GET', path),
    post: (path: string, body: unknown = {}) => send('POST', path, body),
    patch: (path: string, body: unknown) => send('PATCH', path, body),
  }
}
export type Browser = ReturnType<typeof browserOf>

/** A platform on a fresh database and data folder. */
export const makeWorld = async (env: Record<string, string> = {}) => {
  const base = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-identity-'))
  const settings = parseSettings({ SUNLIT_DATA: folder, SUNLIT_MODE: 'demo', ...env })
  const deps: IdentityDeps = { db: base.db, settings, keys: loadKeys(settings), logger: pino({ level: 'silent' }) }
  await prepareAuthorities(deps)
  const app = appOf(deps)
  const close = async () => {
    await base.close()
    rmSync(folder, { recursive: true })
  }
  const signUp = async (email: string, name = '王小明') => {
    const browser = browserOf(app)
    const { status, body } = await browser.post('/api/auth/sign-up/email', { email, name, password: PASSWORD })
    if (status !== 200) throw new Error(`sign-up: ${status} ${JSON.stringify(body)}`)
    return { browser, personId: body.user.id as string }
  }
  const signIn = async (email: string) => {
    const browser = browserOf(app)
    const answer = await browser.post('/api/auth/sign-in/email', { email, password: PASSWORD })
    return { browser, answer }
  }
  /** Somebody in an organisation, made by the functions a demo city uses. */
  const staff = async (role: MemberRole, kind: OrganisationKind, name = `${kind}单位`) => {
    const email = `${role}-${++count}@example.cn`
    const person = await createPerson(deps)({ name: '李雷', email, password: PASSWORD })
    const organisation = await createOrganisation(deps)(SYSTEM, { ...facts(name), kinds: [kind] })
    const membership = await addMembership(deps)(SYSTEM, {
      organisationId: organisation.id,
      personId: person.id,
      role,
      manages: true,
    })
    const { browser } = await signIn(email)
    return { browser, email, person, organisation, membership }
  }
  const supplier = async (email: string, name = `晨光医疗${++count}有限公司`) => {
    const { browser, personId } = await signUp(email)
    const { body: promise } = await browser.get('/api/organisations/promise')
    const answer = await browser.post('/api/organisations', { ...facts(name), promiseSha256: promise.sha256 })
    return { browser, personId, answer, organisation: answer.body as { id: string; uscc: string; name: string } }
  }
  return { deps, app, close, signUp, signIn, staff, supplier, browser: () => browserOf(app) }
}
export type World = Awaited<ReturnType<typeof makeWorld>>

export const PASSWORD = '云城-Sunlit-2026'

/** Ask the demo authority for a certificate as the page does. */
export const obtainCertificate = async (
  browser: Browser,
  purpose: 'organisation' | 'personal' = 'organisation',
): Promise<Signer & { id: string }> => {
  const { keys, csr } = await makeKeyAndCsr({ commonName: 'whatever' })
  const { status, body } = await browser.post('/api/demo/certificates', { purpose, csr: toBase64url(csr) })
  if (status !== 201) throw new Error(`certificate: ${status} ${JSON.stringify(body)}`)
  return {
    id: body.id,
    certificateDer: fromBase64url(body.der),
    chainDer: body.chain.map(fromBase64url),
    privateKey: keys.privateKey,
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 6238 code of an otpauth address, now. */
export const totp = (uri: string): string => {
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const bits = [...secret.replaceAll('=', '')].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const at = (mac.at(-1) ?? 0) & 15
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
