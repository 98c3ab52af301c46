import { resolve } from 'node:path'
import { z } from 'zod'

const port = z.coerce.number().int().min(0).max(65535)
const url = z.url({ protocol: /^https?$/ })
const optional = <T extends z.ZodType>(type: T) => z.preprocess((v) => (v === '' ? undefined : v), type.optional())

/** Every setting, with its default and what it expects; the README's table is checked against this by a test. */
export const settingsSchema = z.object({
  PORT: port.default(3000).describe('a port number, 0 for any free one'),
  HOST: z.string().default('127.0.0.1').describe('the address to listen on'),
  SUNLIT_DATA: z.string().min(1).default('.data').describe('a folder for the embedded database, objects and keys'),
  SUNLIT_MODE: z.enum(['demo', 'sandbox', 'production']).default('demo').describe('demo, sandbox or production'),
  SUNLIT_CITY: z.string().min(1).default('云城市').describe("the city's name"),
  SUNLIT_SECRET: optional(z.string().min(32)).describe('32 characters or more; signs sessions and object addresses'),
  SUNLIT_KEYS: optional(z.string()).describe("a folder with the log key and the platform's seal"),
  SUNLIT_CA: optional(z.string()).describe('a PEM file with the pinned certificate authorities'),
  SUNLIT_WITNESSES: optional(z.string()).describe('a witness policy file'),
  SUNLIT_PROBES: optional(z.string()).describe('a file of probes outside; without one there is no outage rule'),
  SUNLIT_LOG_LEVEL: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info').describe('how much is logged'),
  TRUST_PROXY: z.enum(['0', '1']).default('0').describe('1 behind a reverse proxy that sets X-Forwarded-For'),
  DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ })).describe('postgresql://… of a PostgreSQL 15 or newer'),
  ORIGIN: optional(url).describe('the public origin, https://…'),
  S3_ENDPOINT: optional(url).describe('http(s)://host:port of an S3-compatible store'),
  S3_ACCESS_KEY: optional(z.string()).describe('the access key'),
  S3_SECRET_KEY: optional(z.string()).describe('the secret key'),
  S3_BUCKET: z.string().min(3).default('sunlit').describe('the bucket'),
  S3_REGION: z.string().min(1).default('us-east-1').describe('the region'),
  S3_PUBLIC_ENDPOINT: optional(url).describe('the endpoint that browsers reach; default S3_ENDPOINT'),
  BANK_URL: optional(url).describe("the bank port's address; demo mode starts a demo bank"),
  BANK_SECRET: optional(z.string().min(16)).describe("the secret of the bank's signed webhook"),
  TSA_URL: optional(url).describe('an RFC 3161 time-stamp authority; without one nothing is time-stamped'),
  TSA_CA: optional(z.string()).describe('a PEM file with the pinned certificate of that authority or of its CA'),
})

export type Settings = z.infer<typeof settingsSchema>

/** Read the environment; a wrong setting is named together with what is expected, all of them at once. */
export const parseSettings = (env: Record<string, string | undefined>): Settings => {
  const known = Object.fromEntries(Object.keys(settingsSchema.shape).map((name) => [name, env[name]]))
  const parsed = settingsSchema.safeParse(known)
  if (!parsed.success) {
    const names = [...new Set(parsed.error.issues.map((issue) => String(issue.path[0])))]
    const lines = names.map((name) => {
      const expected = settingsSchema.shape[name as keyof Settings].description
      return `  ${name}=${JSON.stringify(env[name] ?? '')}: expected ${expected}`
    })
    throw new Error(`wrong settings:\n${lines.join('\n')}`)
  }
  const settings = { ...parsed.data, SUNLIT_DATA: resolve(parsed.data.SUNLIT_DATA) }
  const refusals = [...pairRefusals(settings), ...productionRefusals(settings)]
  if (refusals.length > 0) throw new Error(`wrong settings:\n${refusals.map((r) => `  ${r}`).join('\n')}`)
  return settings
}

const pairRefusals = (s: Settings): string[] => [
  ...(s.S3_ENDPOINT && !(s.S3_ACCESS_KEY && s.S3_SECRET_KEY)
    ? ['S3_ENDPOINT: expected S3_ACCESS_KEY and S3_SECRET_KEY beside it']
    : []),
  // A token that nobody could verify proves nothing.
  ...(s.TSA_URL && !s.TSA_CA ? ['TSA_URL: expected TSA_CA beside it'] : []),
]

/** SEALING.md §5: what production refuses, as far as the settings tell; the rest is checked after the start. */
const productionRefusals = (s: Settings): string[] => {
  if (s.SUNLIT_MODE !== 'production') return []
  const refusals: string[] = []
  if (!s.ORIGIN?.startsWith('https://')) refusals.push('ORIGIN: expected an https:// origin in production')
  if (!s.SUNLIT_SECRET) refusals.push('SUNLIT_SECRET: expected 32 characters or more in production, no default')
  if (!s.SUNLIT_KEYS) refusals.push('SUNLIT_KEYS: expected a folder in production; demo keys are refused')
  if (!s.SUNLIT_CA) refusals.push('SUNLIT_CA: expected a PEM file in production; the demo CA is refused')
  if (!s.SUNLIT_WITNESSES) refusals.push('SUNLIT_WITNESSES: expected a policy with two or more outside witnesses')
  if (!s.DATABASE_URL) refusals.push('DATABASE_URL: expected a PostgreSQL server in production')
  if (!s.BANK_URL || !s.BANK_SECRET) refusals.push("BANK_URL, BANK_SECRET: expected the bank's port in production")
  return refusals
}
