import { refuse } from '../../kernel/problem.ts'
import type { Settings } from '../../kernel/settings.ts'

const LOOPBACK = /^(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/

/** Origins that may act with a cookie: the configured one, and outside production this machine's own. */
export const trustedOrigins = (settings: Settings, host: string | null): string[] => {
  const origins = settings.ORIGIN === undefined ? [] : [new URL(settings.ORIGIN).origin]
  if (settings.SUNLIT_MODE !== 'production' && host !== null && LOOPBACK.test(host)) origins.push(`http://${host}`)
  return origins
}

/** The origin a login statement must name: what stands in the browser's address bar. */
export const originFor = (settings: Settings, host: string | null): string => {
  const origins = trustedOrigins(settings, host)
  // A loopback address in the bar is the origin there, even beside a configured one.
  return origins.at(-1) ?? refuse('origin-not-allowed')
}

/** Where the platform says that it is, which the accounts module builds its cookies for. */
export const ownOrigin = ({ ORIGIN, PORT }: Settings): string => ORIGIN ?? `http://127.0.0.1:${PORT}`
