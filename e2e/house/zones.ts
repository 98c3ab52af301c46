/**
 * Where a file stands. A feature's files are `<kind>.ts` or `<kind>/<use case>.ts`; the log is two zones, since half of
 * it must run in a browser.
 */
export type Place = { zone: string; feature?: string }

export const FEATURES = [
  'identity',
  'regulations',
  'intentions',
  'tenders',
  'deposits',
  'bids',
  'rehearsals',
  'clients',
  'probes',
  'openings',
  'experts',
  'evaluations',
  'awards',
  'calculators',
  'challenges',
  'supervision',
  'prices',
  'integrity',
  'auctions',
  'market',
  'opendata',
  'archive',
]

export const KINDS = ['contract', 'routes', 'service', 'rules', 'store', 'events', 'problems']

/** Files of the log that know the database or HTTP; every other one is pure (SEALING.md: browser, Node and CLI). */
export const LOG_SERVER = [
  'append',
  'batch',
  'contract',
  'disclose',
  'publish',
  'routes',
  'sequencer',
  'store',
  'trail',
]

/** Signatures of papers are made in the signer's browser, by the lines that check them here. */
const KERNEL_PURE = ['api/kernel/pdf/cades.ts']

const INFRASTRUCTURE = ['kernel', 'law', 'seal', 'log', 'client', 'start', 'cli']

/** Lone files of api/ and what they are. */
const LONE: Record<string, string> = {
  'app.ts': 'app',
  'platform.ts': 'app',
  'works.ts': 'app',
  'system.ts': 'app',
  'docs.ts': 'app',
  'server.ts': 'server',
  'problems.ts': 'problems',
}

const TEST = /\.(test|testing|fixture|suite|tools|spec)\.ts$|(^|\/)testing\.ts$|(^|\/)test-[a-z-]+\.ts$/

/** `undefined` when the house has no such place. */
export const placeOf = (path: string): Place | undefined => {
  const [top = '', second = '', ...rest] = path.split('/')
  if (top !== 'e2e' && top !== 'bench' && TEST.test(path)) return { zone: 'test' }
  if (['storage', 'migrations', 'web', 'e2e', 'bench'].includes(top)) return { zone: top }
  if (top !== 'api') return undefined
  if (rest.length === 0) return LONE[second] === undefined ? undefined : { zone: LONE[second] }
  const [file = ''] = rest
  const stem = file.replace(/\.ts$/, '')
  if (KERNEL_PURE.includes(path)) return { zone: 'kernel-pure' }
  if (second === 'log') return { zone: LOG_SERVER.includes(stem) ? 'log' : 'log-pure' }
  if (INFRASTRUCTURE.includes(second)) return { zone: second }
  if (!FEATURES.includes(second) || !KINDS.includes(stem)) return undefined
  return { zone: stem, feature: second }
}

const ISOMORPHIC = ['law', 'seal', 'log-pure', 'kernel-pure', 'client']

/** Runs in browser, Node and CLI alike. */
export const isIsomorphic = (path: string): boolean => ISOMORPHIC.includes(placeOf(path)?.zone ?? '')

/** What of web/ stays on the server or only builds. */
const WEB_SERVER = /\.server\.ts$|(^|\/)\+server\.ts$|\.config\.ts$|^web\/(mount|host)\.ts$|\.d\.ts$/

/** Runs in the browser of a bidder: the oldest ones we promise count. */
export const isBrowser = (path: string): boolean =>
  isIsomorphic(path) || (path.startsWith('web/') && placeOf(path)?.zone === 'web' && !WEB_SERVER.test(path))
