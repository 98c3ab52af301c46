import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { createAuthEndpoint, createAuthMiddleware } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { z } from 'zod'
import type { Actor } from '../../kernel/actor.ts'
import { publicId } from '../../kernel/ids.ts'
import type { IdentityEvent } from '../events.ts'
import * as people from '../store/people.ts'
import type { IdentityDeps } from './deps.ts'
import { ownOrigin, trustedOrigins } from './origin.ts'
import { hashPassword, verifyPassword } from './password.ts'
import { record } from './record.ts'
import { cookiePrefix } from './session-cookie.ts'

/** Header in which the platform tells the accounts module who calls; a caller's own is overwritten. */
export const ADDRESS_HEADER = 'x-sunlit-address'

/** A working day and a half: announced before it ends, and not renewed behind the person's back. */
const SESSION_SECONDS = 12 * 3600

// Names stand in signed records, and there is no mail port yet: these ways in and out stay shut.
const CLOSED = [
  '/update-user',
  '/change-email',
  '/delete-user',
  '/update-session',
  '/set-password',
  '/sign-in/social',
  '/link-social',
  '/request-password-reset',
  '/reset-password',
  '/send-verification-email',
  '/verify-email',
]

const byPerson = (personId: string, via: Actor['via'], address: string | null): Actor => ({
  personId,
  organisationId: null,
  role: 'public',
  via,
  networkAddress: address,
})

const times = { createdAt: 'created_at', updatedAt: 'updated_at' }

/** Where better-auth finds the tables of 0003_identity. */
const mapping = {
  user: { modelName: 'person', fields: { emailVerified: 'email_verified', ...times } },
  account: {
    modelName: 'person_account',
    fields: {
      userId: 'person_id',
      accountId: 'account_id',
      providerId: 'provider_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  verification: { modelName: 'person_verification', fields: { expiresAt: 'expires_at', ...times } },
}

const sessionOptions = {
  modelName: 'person_session',
  fields: { userId: 'person_id', ipAddress: 'ip_address', userAgent: 'user_agent', expiresAt: 'expires_at', ...times },
  additionalFields: {
    via: { type: 'string', required: false, input: false },
    membershipId: { type: 'string', required: false, input: false, fieldName: 'membership_id' },
  },
  expiresIn: SESSION_SECONDS,
  disableSessionRefresh: true,
} as const

const secondFactor = () =>
  twoFactor({
    issuer: 'Sunlit',
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'person_two_factor',
        fields: {
          backupCodes: 'backup_codes',
          userId: 'person_id',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  })

/** Logs each opened session, after the second factor had its say, and opens one for a proved certificate. */
const sessionEvents = (say: (actor: Actor, event: IdentityEvent) => Promise<void>) => ({
  id: 'sunlit-sessions',
  hooks: {
    after: [
      {
        matcher: (context: { path?: string }) =>
          /^\/(sign-in|sign-up|two-factor\/verify-|sunlit\/)/.test(context.path ?? ''),
        handler: createAuthMiddleware(async (ctx) => {
          const { newSession, session: before } = ctx.context
          if (!newSession || before) return
          const via = newSession.session.via === 'certificate' ? 'certificate' : 'password'
          const personId = newSession.user.id
          await say(byPerson(personId, via, newSession.session.ipAddress || null), {
            type: 'session.opened/1',
            personId,
            via,
          })
        }),
      },
    ],
  },
  endpoints: {
    openCertificateSession: createAuthEndpoint(
      '/sunlit/certificate-session',
      {
        method: 'POST',
        body: z.strictObject({ personId: z.uuid(), membershipId: z.uuid().nullable() }),
        metadata: { SERVER_ONLY: true },
      },
      async (ctx) => {
        const { personId, membershipId } = ctx.body
        const user = await ctx.context.internalAdapter.findUserById(personId)
        if (!user) throw new Error('a bound person is missing')
        const session = await ctx.context.internalAdapter.createSession(personId, false, {
          via: 'certificate',
          membershipId,
        })
        await setSessionCookie(ctx, { session, user })
        return { opened: true }
      },
    ),
  },
})

/** The membership a new session acts for: the one last acted for, else the oldest. */
const firstMembership = async (deps: IdentityDeps, personId: string): Promise<string | null> => {
  const memberships = await people.membershipsOf(deps.db, personId)
  const last = await people.lastMembershipId(deps.db, personId)
  return (memberships.find((membership) => membership.id === last) ?? memberships[0])?.id ?? null
}

const databaseHooks = (deps: IdentityDeps, say: (actor: Actor, event: IdentityEvent) => Promise<void>) => ({
  user: {
    create: {
      after: async (user: { id: string }) =>
        say(byPerson(user.id, 'none', null), { type: 'person.registered/1', personId: user.id }),
    },
    update: {
      after: async (user: { id: string } & Record<string, unknown>, ctx: { path?: string } | null) => {
        if (!ctx?.path?.startsWith('/two-factor/')) return
        const type = user.twoFactorEnabled === true ? 'second-factor.enabled/1' : 'second-factor.disabled/1'
        await say(byPerson(user.id, 'password', null), { type, personId: user.id })
      },
    },
  },
  session: {
    create: {
      before: async (session: { userId: string } & Record<string, unknown>) => ({
        data: {
          ...session,
          via: session.via ?? 'password',
          membershipId: session.membershipId ?? (await firstMembership(deps, session.userId)),
          expiresAt: new Date(Date.now() + SESSION_SECONDS * 1000),
        },
      }),
    },
    delete: {
      after: async (
        session: { userId: string; ipAddress?: string | null | undefined },
        ctx: { path?: string } | null,
      ) => {
        if (ctx?.path !== '/sign-out' && !ctx?.path?.startsWith('/revoke-')) return
        await say(byPerson(session.userId, 'none', session.ipAddress || null), {
          type: 'session.closed/1',
          personId: session.userId,
        })
      },
    },
  },
})

const rateLimit = (strict: boolean): NonNullable<BetterAuthOptions['rateLimit']> => ({
  enabled: true,
  storage: 'database',
  modelName: 'sign_in_rate',
  fields: { lastRequest: 'last_request' },
  window: 60,
  max: 300,
  // An office behind one address signs in too; demonstrations play a whole city from one machine.
  customRules: Object.fromEntries(
    ['/sign-in/email', '/sign-up/email', '/change-password'].map((path) => [
      path,
      { window: 60, max: strict ? 10 : 600 },
    ]),
  ),
})

const advanced = (secure: boolean): NonNullable<BetterAuthOptions['advanced']> => ({
  // The library's own prefix would be __Secure-.
  cookiePrefix: cookiePrefix(secure),
  useSecureCookies: false,
  defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/', secure },
  ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
  // A session and its person are one question.
  database: { generateId: () => publicId(), joins: true },
})

const createAuth = (deps: IdentityDeps) => {
  const { db, settings, keys, logger } = deps
  const origin = ownOrigin(settings)
  const say = (actor: Actor, event: IdentityEvent) => db.transaction().execute((trx) => record(trx, actor, event))
  return betterAuth({
    appName: 'Sunlit',
    baseURL: origin,
    basePath: '/api/auth',
    secret: keys.secret('sessions'),
    database: { db, type: 'postgres' },
    trustedOrigins: async (request) => trustedOrigins(settings, request?.headers.get('host') ?? null),
    disabledPaths: CLOSED,
    telemetry: { enabled: false },
    logger: {
      level: 'warn',
      log: (level, message) => logger[level === 'error' ? 'error' : 'debug']({ part: 'accounts' }, message),
    },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 10,
      maxPasswordLength: 128,
      password: { hash: hashPassword, verify: verifyPassword },
    },
    ...mapping,
    session: sessionOptions,
    databaseHooks: databaseHooks(deps, say),
    rateLimit: rateLimit(settings.SUNLIT_MODE === 'production'),
    advanced: advanced(origin.startsWith('https://')),
    plugins: [secondFactor(), sessionEvents(say)],
  })
}

export type Auth = ReturnType<typeof createAuth>

const made = new WeakMap<object, Auth>()

/** The accounts module of these deps; made once for each database. */
export const authOf = (deps: IdentityDeps): Auth => {
  const known = made.get(deps.db)
  if (known) return known
  const auth = createAuth(deps)
  made.set(deps.db, auth)
  return auth
}
