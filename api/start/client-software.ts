import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { ClientSoftware } from '../clients/service.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PAGES = join(ROOT, 'web', 'build', 'client')
/** Where the build writes the list of its own files; it is not in the list. */
export const PAGE_LIST = join(PAGES, '_app', 'bundle.txt')

const PACKAGER_NAME = '_app/sunlit-seal.mjs'
const PACKAGER = join(PAGES, PACKAGER_NAME)

/** Beside each file lie its compressed forms, which say the same. */
const COMPRESSED = /\.(br|gz)$/
/** All that a browser loads of a build: every script, the sealing Worker, every style sheet. */
const PAGE_FILES = ['_app/**']
/** All that the command line runs of trustees', bidders' and verifiers' software, with the versions of its packages. */
const OFFLINE_FILES = ['api/{client,cli,law,log,seal}/**/*.ts', 'package.json', 'package-lock.json']
const TEST = /(\.test|\.testing)\.ts$/

const listOf = (folder: string, patterns: readonly string[]): string =>
  globSync(patterns, { cwd: folder, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== PAGE_LIST && !COMPRESSED.test(path) && !TEST.test(path))
    .map((path) => ({
      path: path
        .slice(folder.length + 1)
        .split(sep)
        .join('/'),
      bytes: readFileSync(path),
    }))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, bytes }) => `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`)
    .join('')

/** The built pages as they lie here; null where there is no build. */
export const pageSoftware = (): ClientSoftware | null =>
  existsSync(join(PAGES, '_app')) ? { kind: 'page', list: listOf(PAGES, PAGE_FILES) } : null

export const offlineSoftware = (): ClientSoftware => ({ kind: 'offline', list: listOf(ROOT, OFFLINE_FILES) })

/** The packager that the bid page offers: one file, which names the hash of itself in every manifest it makes. */
export const packagerSoftware = (): ClientSoftware | null => {
  if (!existsSync(PACKAGER)) return null
  const sha256 = createHash('sha256').update(readFileSync(PACKAGER)).digest()
  return { kind: 'offline', list: `${sha256.toString('hex')}  ${PACKAGER_NAME}\n`, sha256 }
}

/** What this process gives to people. Throws when the pages are not those that were built: nobody knows what they do. */
export const servedSoftware = (dev: boolean): ClientSoftware[] => {
  const page = dev ? null : pageSoftware()
  const built = existsSync(PAGE_LIST) ? readFileSync(PAGE_LIST, 'utf8') : null
  if (page && page.list !== built) throw new Error('web/build is not as it was built: run "npm run prepare"')
  const packager = dev ? null : packagerSoftware()
  return [...(page ? [page] : []), ...(packager ? [packager] : []), offlineSoftware()]
}
