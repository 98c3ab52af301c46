import { randomBytes } from 'node:crypto'
import type { Actor, Role } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { found, Refused, refuse } from '../../kernel/problem.ts'
import { fromBase64url, sha256, toBase64url } from '../../log/bytes.ts'
import { needsSecondFactor } from '../rules.ts'
import * as people from '../store/people.ts'
import { ADDRESS_HEADER, authOf } from './auth.ts'
import type { IdentityDeps } from './deps.ts'
import { originFor, ownOrigin } from './origin.ts'
import { record } from './record.ts'
import { cookiePrefix, sessionToken } from './session-cookie.ts'
import { loginStatement } from './statements.ts'
import { verifySigned } from './verify.ts'

const PUBLIC: Actor = { personId: null, organisationId: null, role: 'public', via: 'none', networkAddress: null }

/** Headers for the accounts module: the caller's own, with the one address the platform vouches for. */
const vouched = (headers: Headers, address: string | null): Headers => {
  const copy = new Headers(headers)
  copy.delete(ADDRESS_HEADER)
  if (address !== null) copy.set(ADDRESS_HEADER, address)
  return copy
}

/** The open session of these headers, its person, and the memberships in force: one question to the database. */
const readSession = async (deps: IdentityDeps, headers: Headers) => {
  const cookie = headers.get('cookie')
  if (!cookie?.includes('sunlit.')) return null
  const { settings, keys } = deps
  const prefix = cookiePrefix(ownOrigin(settings).startsWith('https://'))
  const token = sessionToken(cookie, prefix, keys.secret('sessions'))
  return token === null ? null : people.openSession(deps.db, token)
}

type Read = NonNullable<Awaited<ReturnType<typeof readSession>>>

const viaOf = (read: Read): 'password' | 'certificate' => (read.via === 'certificate' ? 'certificate' : 'password')

/** Who the session acts as; the active membership counts only while it lasts and its organisation is active. */
const stateOf = (deps: IdentityDeps, read: Read) => {
  const active = read.memberships.find((one) => one.id === read.membershipId && one.status === 'active') ?? null
  const role = (active?.role ?? 'public') as Role
  const { twoFactorEnabled } = read
  const secondFactorNeeded =
    active !== null && needsSecondFactor(deps.settings.SUNLIT_MODE, { role, via: viaOf(read), twoFactorEnabled })
  return { active, role, secondFactorNeeded }
}

/** Who a request acts for. Without a session, without a membership or before the second factor: role `public`. */
export const actorOf =
  (deps: IdentityDeps) =>
  async (headers: Headers, address: string | null): Promise<Actor> => {
    const read = await readSession(deps, headers)
    if (!read) return { ...PUBLIC, networkAddress: address }
    const { active, role, secondFactorNeeded } = stateOf(deps, read)
    const acts = active !== null && !secondFactorNeeded
    return {
      personId: read.person.id,
      organisationId: acts ? active.organisation_id : null,
      role: acts ? role : 'public',
      via: viaOf(read),
      networkAddress: address,
    }
  }

/** Everything a page needs to know about who looks at it. */
export const readCurrent = (deps: IdentityDeps) => async (headers: Headers) => {
  const read = await readSession(deps, headers)
  const state = read ? stateOf(deps, read) : null
  const at = await now(deps.db)
  return {
    person: read?.person ?? null,
    via: read ? viaOf(read) : ('none' as const),
    expiresAt: read?.expiresAt ?? null,
    memberships: read?.memberships ?? [],
    active: state?.active?.id ?? null,
    role: state && !state.secondFactorNeeded ? state.role : ('public' as const),
    secondFactor: { enabled: read?.twoFactorEnabled ?? false, needed: state?.secondFactorNeeded ?? false },
    mode: deps.settings.SUNLIT_MODE,
    city: deps.settings.SUNLIT_CITY,
    now: at,
    clockOffset: await people.clockOffset(deps.db),
  }
}

/** Act for another of one's memberships from now on, in this session. */
export const chooseMembership =
  (deps: IdentityDeps) =>
  async (actor: Actor, headers: Headers, membershipId: string): Promise<void> => {
    const read = await readSession(deps, headers)
    if (!read) return refuse('sign-in-needed')
    await deps.db.transaction().execute(async (trx) => {
      const memberships = await people.membershipsOf(trx, read.person.id)
      const membership = found(memberships.find((one) => one.id === membershipId))
      if (membership.status !== 'active') refuse('organisation-not-active')
      await people.setSessionMembership(trx, read.token, membershipId)
      await record(trx, actor, { type: 'session.membership-chosen/1', personId: read.person.id, membershipId })
    })
  }

/** End this session; the answer's headers take the cookie away. */
export const signOut =
  (deps: IdentityDeps) =>
  async (headers: Headers, address: string | null): Promise<Headers> => {
    const answer = await authOf(deps).api.signOut({ headers: vouched(headers, address), returnHeaders: true })
    return answer.headers
  }

/** A fresh nonce for a signed statement, good for five minutes and one use, tied to the site in the address bar. */
export const makeNonce =
  (deps: IdentityDeps) =>
  async (actor: Actor, purpose: 'login' | 'bind', host: string | null): Promise<{ nonce: string; origin: string }> => {
    const origin = originFor(deps.settings, host)
    if (purpose === 'bind' && actor.personId === null) refuse('sign-in-needed')
    const nonce = new Uint8Array(randomBytes(32))
    const person_id = purpose === 'bind' ? actor.personId : null
    await people.insertNonce(deps.db, { nonce_sha256: await sha256(nonce), purpose, person_id, origin })
    return { nonce: toBase64url(nonce), origin }
  }

/** Sign in with a bound certificate: the statement names this site and our nonce. Returns headers with the cookie. */
export const signInByCertificate =
  (deps: IdentityDeps) =>
  async (
    command: { statement: Uint8Array; cms: Uint8Array },
    headers: Headers,
    address: string | null,
  ): Promise<Headers> => {
    const request = { bytes: command.statement, cms: command.cms, type: 'login', schema: loginStatement }
    const { value, certificate } = await verifySigned(deps)(deps.db, request)
    const nonce = await people.takeNonce(deps.db, await sha256(fromBase64url(value.nonce)), 'login')
    if (!nonce) return refuse('login-nonce-invalid')
    if (nonce.origin !== value.origin) refuse('login-origin-wrong')
    const memberships = await people.membershipsOf(deps.db, certificate.person_id)
    // A seal certificate signs in for its organisation, while its holder still belongs to it.
    const membership = memberships.find((one) => one.organisation_id === certificate.organisation_id)
    const answer = await authOf(deps).api.openCertificateSession({
      body: { personId: certificate.person_id, membershipId: membership?.id ?? null },
      headers: vouched(headers, address),
      returnHeaders: true,
    })
    return answer.headers
  }

/** What the accounts module says, in the platform's words; all else passes as it is. */
const REFUSALS: Record<string, string> = {
  INVALID_EMAIL_OR_PASSWORD: 'sign-in-failed',
  INVALID_PASSWORD: 'sign-in-failed',
  USER_ALREADY_EXISTS: 'person-exists',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: 'person-exists',
  PASSWORD_TOO_SHORT: 'password-too-short',
  INVALID_CODE: 'second-factor-wrong',
  INVALID_BACKUP_CODE: 'second-factor-wrong',
  INVALID_TWO_FACTOR_COOKIE: 'second-factor-expired',
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: 'second-factor-expired',
  INVALID_ORIGIN: 'origin-not-allowed',
  MISSING_OR_NULL_ORIGIN: 'origin-not-allowed',
  UNAUTHORIZED: 'sign-in-needed',
  INVALID_EMAIL: 'invalid-input',
  VALIDATION_ERROR: 'invalid-input',
}

const refusalOf = async (response: Response): Promise<Refused | null> => {
  if (response.status === 429) {
    const retryAfter = Number(response.headers.get('x-retry-after'))
    return new Refused('too-many-requests', Number.isFinite(retryAfter) && retryAfter > 0 ? { retryAfter } : {})
  }
  const body: unknown =
    response.status >= 400
      ? await response
          .clone()
          .json()
          .catch(() => null)
      : null
  // A way in that is shut does not exist.
  if (response.status === 404) return new Refused('not-found')
  const code = typeof body === 'object' && body !== null && 'code' in body ? REFUSALS[String(body.code)] : undefined
  return code === undefined ? null : new Refused(code)
}

/** The accounts module at /api/auth/*: passwords, sessions, second factor. Throws its refusals in our words. */
export const authHandler =
  (deps: IdentityDeps) =>
  async (request: Request, address: string | null): Promise<Response> => {
    const passed = new Request(request, { headers: vouched(request.headers, address) })
    const response = await authOf(deps).handler(passed)
    const refused = await refusalOf(response)
    if (refused) throw refused
    return response
  }
