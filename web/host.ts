/** How the pages are told about the city: shown in the strip and the bar. */
export type Site = {
  city: string
  /** The same in Latin letters; the Chinese name stands in when there is none. */
  cityLatin?: string | undefined
  mode: 'demo' | 'sandbox' | 'production'
  /** Service telephone as it is to be read, e.g. 12345转5; null when there is none. */
  phone: string | null
}

/** The newest checkpoint of the transparency log, for the foot of every page. */
export type LogHead = { size: number; root: string; witnesses: number }

/** What the process that mounts the pages hands to them. */
export type Host = {
  /** Answers `/api/…` and `/log/…` in this process; `address` is the visitor's network address. */
  fetch: (request: Request, address: string) => Response | Promise<Response>
  /** Origins beside 'self' that browsers may connect to: the object store's public endpoint. */
  connectSources: readonly string[]
  site: Site
}

const KEY = Symbol.for('sunlit.web.host')
type Holder = { [KEY]?: Host }

/** A symbol of the whole process, because the built pages carry their own copy of this module. */
export const provideHost = (host: Host): void => {
  ;(globalThis as Holder)[KEY] = host
}

export const host = (): Host | undefined => (globalThis as Holder)[KEY]
