import assert from 'node:assert/strict'
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, test } from 'node:test'
import { allChecks } from '../api/client/checks.ts'
import { settingsSchema } from '../api/kernel/settings.ts'

const root = resolve(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

/** Cells of the rows of all tables of a Markdown text, without heads. */
const rowsOf = (text: string): string[][] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('| `') || /^\| [^|`-]/.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim().replaceAll('\\|', '|')),
    )
const bare = (cell: string | undefined): string => (cell ?? '').replace(/^`(.*)`$/, '$1')

/** What a picture says of folders against those there are: paths, and the features by name between dots. */
const unpictured = (picture: string) => {
  const features = picture
    .split('\n')
    .filter((line) => line.includes(' · '))
    .flatMap((line) => line.replace(/^.*:/, '').match(/[a-z]+/g) ?? [])
    .map((name) => `api/${name}/`)
  const named = [...(picture.match(/\b[a-z0-9/]+\/(?=\W)/g) ?? []), ...features]
  const rooms = readdirSync(join(root, 'api'), { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const all = [...rooms.map(({ name }) => `api/${name}/`), 'web/', 'storage/', 'migrations/', 'e2e/', 'bench/']
  return {
    forgotten: all.filter((room) => !named.includes(room)),
    invented: named.filter((room) => !existsSync(join(root, room))),
  }
}

describe('what is written is so', () => {
  test('README: every setting, its default and what is expected', () => {
    const [, part = ''] = read('README.md').split('## Settings')
    const written = rowsOf(part.split('\n## ')[0] ?? '').filter(([name]) => name?.startsWith('`'))
    const real = Object.entries(settingsSchema.shape).map(([name, type]) => {
      const standard = type.safeParse(undefined)
      const fallback = standard.success && standard.data !== undefined ? String(standard.data) : '–'
      return [name, fallback, type.description]
    })
    assert.deepEqual(
      written.map(([name, standard, expected]) => [bare(name), bare(standard), expected]),
      real,
    )
  })

  test('README: the picture of the house names every room, and none that is not there', () => {
    const [, picture = ''] = read('README.md').split('## The picture of the house')[1]?.split('```') ?? []
    assert.deepEqual(unpictured(picture), { forgotten: [], invented: [] })
    const blurred = picture.replace(' clients ', ' customers ')
    assert.deepEqual(unpictured(blurred), { forgotten: ['api/clients/'], invented: ['api/customers/'] })
  })

  test('docs/dependencies.md: every dependency and no other', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'))
    const real = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies }).sort()
    const rows = rowsOf(read('docs/dependencies.md')).filter(([name]) => name?.startsWith('`'))
    assert.deepEqual(rows.map(([name]) => bare(name)).sort(), real)
    for (const row of rows) assert.ok(row.length === 5 && row.every((cell) => cell.length > 1), row.join(' | '))
  })

  test('docs/sealing.md: every check with its scope and words, how it is computed, and no other', () => {
    const text = read('docs/sealing.md')
    const rows = rowsOf(text).filter(([id]) => /^`V-\d\d`$/.test(id ?? ''))
    const real = allChecks().map(({ id, scope, text: { en } }) => [id, scope, en])
    assert.deepEqual(
      rows.map(([id, scope, en]) => [bare(id), scope, en]),
      real.sort(([a], [b]) => (a! < b! ? -1 : 1)),
    )
    assert.ok(rows.every((row) => row.length === 4 && row[3]!.length > 20))
    const known = new Set<string>(real.map(([id]) => id!))
    assert.deepEqual(
      (text.match(/V-\d\d/g) ?? []).filter((id) => !known.has(id)),
      [],
      'a number that is none',
    )
  })

  test('docs/glossary.md: each identifier stands in the code, each term once', () => {
    const rows = rowsOf(read('docs/glossary.md')).filter(([, , identifier]) => identifier?.startsWith('`'))
    assert.ok(rows.length > 40)
    const files = globSync('api/**/*.ts', { cwd: root }).filter(
      (path) => !/\.(test|testing)\.ts$|\.gen\.ts$/.test(path),
    )
    const code = new Map(files.map((path) => [path, read(path)]))
    const missing = rows.filter(([, , identifier, where]) => {
      const own = [...code].filter(([path]) => path.startsWith(where ?? ''))
      return !own.some(([, text]) => text.includes(bare(identifier)))
    })
    assert.deepEqual(missing, [])
    assert.equal(new Set(rows.map(([term]) => term)).size, rows.length)
  })

  test('links and commands lead somewhere', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root })]
    const broken = pages.flatMap((page) => {
      const text = read(page)
      const links = [...text.matchAll(/(?<!!)\[[^\]]*\]\(([^)#]+)\)/g)].map(([, target = '']) => target)
      const lost = links.filter((to) => !/^https?:/.test(to) && !existsSync(join(root, dirname(page), to)))
      const named = [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name = '']) => name)
      return [...lost, ...named.filter((name) => !scripts[name])].map((what) => `${page}: ${what}`)
    })
    assert.deepEqual(broken, [])
  })

  test('every script of package.json has its program', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const programs = Object.values(scripts).flatMap((line) => /^node (?:--\S+ )*([^-\s]\S*)/.exec(line)?.[1] ?? [])
    assert.deepEqual(
      programs.filter((path) => !existsSync(join(root, path))),
      [],
    )
  })
})
