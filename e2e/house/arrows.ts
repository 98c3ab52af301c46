import type { Source, Violation } from './source.ts'
import { KINDS, type Place, placeOf } from './zones.ts'

type Arrows = {
  /** Zones whose code may be used. `own:` is the same feature, `other:` another one. */
  to: string[]
  /** Zones of which only types may be used, besides. */
  types?: string[]
  /** Packages that may not be used, types excepted; `*` is all of them. */
  not?: string[]
}

const sql = ['kysely', 'pg', 'pg-boss']
const http = ['hono', '@hono/zod-openapi', '@hono/node-server']
const own = KINDS.map((kind) => `own:${kind}`)
const other = ['other:contract', 'other:service', 'other:rules', 'other:events']
const pure = ['law', 'seal', 'log-pure', 'kernel-pure']
const everything = [
  'app',
  'server',
  'problems',
  'kernel',
  'log',
  'storage',
  'migrations',
  'client',
  'start',
  'web',
  'e2e',
  'bench',
  'cli',
  ...pure,
]
const anyBut = (kind: string) => KINDS.filter((name) => name !== kind).map((name) => `other:${name}`)

/** DESIGN.md §1, one row for each kind of place; what is not here is forbidden. */
export const ARROWS: Record<string, Arrows> = {
  contract: {
    to: ['own:contract', 'own:problems', 'own:rules', 'own:events', 'other:contract', 'other:rules', 'kernel', ...pure],
    types: own,
    not: sql,
  },
  // Bytes of a request are decoded at the border, by the pure modules' own functions.
  routes: { to: ['own:contract', 'own:service', 'own:routes', 'kernel', ...pure], types: ['own:events'], not: sql },
  service: {
    to: [
      'own:service',
      'own:rules',
      'own:store',
      'own:events',
      'own:contract',
      'other:service',
      'other:rules',
      'kernel',
      'log',
      'storage',
      ...pure,
    ],
    types: other,
    not: [...http, 'pg'],
  },
  rules: { to: ['own:rules', 'other:rules', ...pure], types: [...own, ...other, 'kernel'], not: ['*'] },
  store: { to: ['own:store', 'kernel'], types: [...own, ...other, ...pure], not: [...http, 'pg'] },
  // A feature's events are appended through its own typed door to the log.
  events: {
    to: ['own:events', 'own:contract', 'own:rules', 'kernel', 'log', ...pure],
    types: own,
    not: [...sql, ...http],
  },
  problems: { to: ['own:problems', 'law'], types: ['problems', 'kernel'], not: ['*'] },
  kernel: { to: ['kernel', 'kernel-pure'], types: ['storage', 'problems'] },
  'kernel-pure': { to: ['kernel-pure'], not: [...sql, ...http] },
  law: { to: ['law'], not: [...sql, ...http] },
  seal: { to: ['seal', 'log-pure'], not: [...sql, ...http] },
  'log-pure': { to: ['log-pure'], not: [...sql, ...http] },
  log: { to: ['log', 'log-pure', 'seal', 'kernel'], types: ['storage'] },
  storage: { to: ['storage', 'kernel'], not: sql },
  migrations: { to: ['migrations'], types: ['kernel'], not: http },
  // What a bidder, a trustee or anybody else runs on their own machine: page, Worker and command line alike.
  client: { to: ['client', ...pure], not: [...sql, ...http] },
  web: { to: ['web', 'problems', 'client', ...pure], types: ['app', 'other:contract'], not: [...sql, 'minio'] },
  // Each feature's routes are mounted here, and its jobs and due work are registered here.
  app: { to: ['app', 'other:routes', 'other:service', 'kernel', 'log', 'log-pure', 'problems', 'storage'] },
  server: { to: ['server', 'app', 'start', 'kernel', 'log', 'storage', 'web'], types: ['problems'], not: [...sql] },
  // What server.ts brings up around the platform: database, store, child processes, the first accounts.
  start: {
    to: ['start', 'app', 'other:service', 'kernel', 'log', 'log-pure', 'storage', 'web', 'client', 'cli'],
    types: [...pure],
    not: [...sql],
  },
  // `problems.ts` of api/ joins the rows of all features into one table.
  'problems-table': { to: ['other:problems', 'kernel', 'law'], not: ['*'] },
  cli: { to: [...everything, ...anyBut('routes'), 'test'] },
  e2e: { to: [...everything, ...anyBut('routes'), 'test'] },
  bench: { to: [...everything, ...anyBut('routes'), 'test'] },
  test: { to: [...everything, ...own, ...KINDS.map((kind) => `other:${kind}`), 'test'] },
}

/** One name for both files called problems: the table of api/ and a feature's rows. */
const rowOf = (place: Place): Arrows | undefined =>
  ARROWS[place.zone === 'problems' && place.feature === undefined ? 'problems-table' : place.zone]

const labelOf = (from: Place, to: Place): string => {
  if (to.feature === undefined) return to.zone
  return `${to.feature === from.feature ? 'own' : 'other'}:${to.zone}`
}

/** Every static or literal dynamic import against the table. */
export const arrows = (sources: Source[]): Violation[] =>
  sources.flatMap(({ path, imports }) => {
    const from = placeOf(path)
    const row = from && rowOf(from)
    if (!from || !row) return []
    return imports.flatMap(({ from: name, target, typeOnly, line }) => {
      const says = target === undefined ? packageFault(row, name, typeOnly) : fileFault(from, row, target, typeOnly)
      return says === undefined ? [] : [{ rule: 'arrows', path, line, says: `${from.zone} ${says}` }]
    })
  })

const fileFault = (from: Place, row: Arrows, target: string, typeOnly: boolean): string | undefined => {
  if (!/\.(ts|svelte|mjs)$/.test(target)) return undefined
  const to = placeOf(target)
  if (to === undefined) return target.endsWith('.mjs') ? undefined : `→ ${target}, which has no place in the house`
  const label = labelOf(from, to)
  if (row.to.includes(label)) return undefined
  if (row.types?.includes(label)) return typeOnly ? undefined : `may use only types of ${label} (${target})`
  return `→ ${label} (${target}) is no arrow of the house`
}

const packageFault = (row: Arrows, name: string, typeOnly: boolean): string | undefined => {
  const ours = row.not?.some((one) => one === '*' || name === one || name.startsWith(`${one}/`))
  return ours && !typeOnly ? `may not use the package ${name}` : undefined
}

/** The folder a file counts to when folders are asked for circles. */
const folderOf = (path: string): string => {
  const [top = '', second = '', third] = path.split('/')
  return top === 'api' && third !== undefined ? `api/${second}` : top === 'api' ? path : top
}

/** Circles of run-time imports, between files and between folders; types vanish and may point back. */
export const circles = (sources: Source[]): Violation[] => {
  const ours = sources.filter(({ path }) => placeOf(path)?.zone !== 'test')
  const known = new Set(ours.map(({ path }) => path))
  const edges = ours.flatMap(({ path, imports }) =>
    imports.flatMap(({ target, typeOnly }) =>
      target && !typeOnly && known.has(target) ? [[path, target] as const] : [],
    ),
  )
  const folders = edges.map(([from, to]) => [folderOf(from), folderOf(to)] as const).filter(([from, to]) => from !== to)
  return [...circlesOf(edges, 'files'), ...circlesOf(folders, 'folders')]
}

const circlesOf = (edges: (readonly [string, string])[], what: string): Violation[] => {
  const next = new Map<string, Set<string>>()
  for (const [from, to] of edges) next.set(from, (next.get(from) ?? new Set()).add(to))
  const done = new Set<string>()
  const found: Violation[] = []
  const visit = (node: string, trail: string[]): void => {
    const at = trail.indexOf(node)
    if (at >= 0)
      found.push({
        rule: 'no circles',
        path: node,
        line: 1,
        says: `${what}: ${[...trail.slice(at), node].join(' → ')}`,
      })
    if (at >= 0 || done.has(node)) return
    for (const to of next.get(node) ?? []) visit(to, [...trail, node])
    done.add(node)
  }
  for (const node of next.keys()) visit(node, [])
  return found
}
