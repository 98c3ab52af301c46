import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { arrows, circles } from './house/arrows.ts'
import { noMarkup } from './house/html.ts'
import { MANNERS } from './house/manners.ts'
import { sealedPages } from './house/sealed.ts'
import { parse, readHouse, type Source, type Violation } from './house/source.ts'
import { SEALED } from './journeys/sealed-pages.ts'

const RULES: Record<string, (sources: Source[]) => Violation[]> = {
  arrows,
  'no circles': circles,
  'no markup': noMarkup,
  ...MANNERS,
}

const judge = (files: Record<string, string>): string[] => {
  const sources = Object.entries(files).map(([path, text]) => parse(path, text))
  return Object.entries(RULES).flatMap(([name, rule]) => (rule(sources).length > 0 ? [name] : []))
}

describe('the house', () => {
  const sources = readHouse(resolve(import.meta.dirname, '..'))

  test('is there to be looked at', () => {
    for (const folder of ['api/kernel/', 'api/law/', 'api/seal/', 'api/log/', 'storage/', 'e2e/'])
      assert.ok(
        sources.some(({ path }) => path.startsWith(folder)),
        folder,
      )
  })

  test('knows each page of the sealing, trustee and opening group; all are tried in a browser', () => {
    assert.deepEqual(sealedPages(sources), SEALED)
  })

  for (const [name, rule] of Object.entries(RULES))
    test(name, () => {
      const found = rule(sources).map(({ path, line, says }) => `${path}:${line} ${says}`)
      assert.equal(found.length, 0, `${found.length} places\n${found.join('\n')}`)
    })
})

const lines = (count: number) => 'export const x = 1\n'.repeat(count)

/** Each must be found, and by this rule alone. */
const SEEDED: [string, string, Record<string, string>][] = [
  ['arrows', 'routes reach into the store', { 'api/bids/routes.ts': "import { a } from './store.ts'" }],
  ['arrows', 'routes speak SQL', { 'api/bids/routes.ts': "import { sql } from 'kysely'" }],
  [
    'arrows',
    'a service reaches into another feature’s store',
    { 'api/bids/service/a.ts': "import { a } from '../../tenders/store/b.ts'" },
  ],
  ['arrows', 'a service speaks HTTP', { 'api/bids/service.ts': "import { HTTPException } from 'hono/http-exception'" }],
  ['arrows', 'a rule reaches into a store', { 'api/bids/rules.ts': "import { a } from './store.ts'" }],
  ['arrows', 'a rule uses the kernel’s code', { 'api/bids/rules.ts': "import { refuse } from '../kernel/problem.ts'" }],
  ['arrows', 'a rule uses a package', { 'api/bids/rules.ts': "import { z } from 'zod'" }],
  ['arrows', 'the kernel knows a feature', { 'api/kernel/jobs.ts': "import { a } from '../bids/service.ts'" }],
  [
    'arrows',
    'the law knows a feature, even by type',
    { 'api/law/a.ts': "import type { A } from '../bids/contract.ts'" },
  ],
  ['arrows', 'storage knows a feature', { 'storage/a.ts': "export { a } from '../api/bids/service.ts'" }],
  ['arrows', 'the seal uses the log’s database half', { 'api/seal/a.ts': "import { a } from '../log/append.ts'" }],
  ['arrows', 'the web uses a service', { 'web/lib/a.ts': "import { a } from '../../api/bids/service.ts'" }],
  [
    'arrows',
    'a page uses the app’s code',
    {
      'web/routes/+page.svelte':
        '<h1>x</h1>\n<script lang="ts">\n  import { createApp } from \'../../api/app.ts\'\n</script>',
    },
  ],
  ['arrows', 'client software uses a service', { 'api/client/a.ts': "import { a } from '../bids/service.ts'" }],
  [
    'arrows',
    'client software uses the log’s database half',
    { 'api/client/a.ts': "import { a } from '../log/append.ts'" },
  ],
  ['arrows', 'a service uses client software', { 'api/bids/service.ts': "import { a } from '../client/a.ts'" }],
  ['arrows', 'the start uses a store', { 'api/start/a.ts': "import { a } from '../bids/store.ts'" }],
  ['arrows', 'the app uses a store', { 'api/app.ts': "import { a } from './bids/store.ts'" }],
  ['arrows', 'the server uses a feature', { 'api/server.ts': "const a = await import('./bids/service.ts')" }],
  [
    'arrows',
    'a journey uses the inside of routes',
    { 'e2e/journeys/a.spec.ts': "import { a } from '../../api/bids/routes.ts'" },
  ],
  [
    'no circles',
    'two files',
    {
      'storage/a.ts': "import { b } from './b.ts'\nexport const a = b",
      'storage/b.ts': "import { a } from './a.ts'\nexport const b = a",
    },
  ],
  [
    'no circles',
    'two features, through different files',
    {
      'api/bids/service.ts': "import { b } from '../tenders/rules.ts'",
      'api/tenders/rules.ts': '',
      'api/tenders/service.ts': "import { a } from '../bids/rules.ts'",
      'api/bids/rules.ts': '',
    },
  ],
  ['the tree', 'a feature that is no plural noun of ours', { 'api/bid/service.ts': '' }],
  ['the tree', 'a second pattern', { 'api/bids/controller.ts': '' }],
  ['the tree', 'a lone file', { 'api/helpers.ts': '' }],
  ['files of at most 300 lines', 'a long file', { 'api/bids/store.ts': lines(301) }],
  [
    'functions of at most 50 lines',
    'a long function',
    { 'api/bids/store.ts': `export const a = () => {\n${lines(50)}}` },
  ],
  ['no default exports', 'an expression', { 'storage/a.ts': 'export default 1' }],
  ['no default exports', 'a function', { 'api/kernel/a.ts': 'export default function a() {}' }],
  ['no class but Refused, no enum', 'a class', { 'api/bids/service.ts': 'export class BidService {}' }],
  ['no class but Refused, no enum', 'an expression', { 'api/bids/service.ts': 'export const a = class {}' }],
  ['no class but Refused, no enum', 'an enum', { 'web/lib/a.ts': 'export enum A { B }' }],
  [
    'rules neither wait nor look at a clock or at chance',
    'a clock',
    { 'api/bids/rules.ts': 'export const a = () => Date.now()' },
  ],
  [
    'rules neither wait nor look at a clock or at chance',
    'a date',
    { 'api/law/a.ts': 'export const a = () => new Date()' },
  ],
  [
    'rules neither wait nor look at a clock or at chance',
    'waiting',
    { 'api/bids/rules/a.ts': 'export const a = async (b: unknown) => await b' },
  ],
  [
    'isomorphic code uses nothing of Node',
    'an import',
    { 'api/seal/a.ts': "import { createHash } from 'node:crypto'" },
  ],
  ['isomorphic code uses nothing of Node', 'Buffer', { 'api/law/a.ts': "export const a = Buffer.from('a')" }],
  ['isomorphic code uses nothing of Node', 'process', { 'api/log/verify.ts': 'export const a = process.version' }],
  ['browser code keeps to the oldest browsers', 'Temporal', { 'api/law/a.ts': 'export const a = Temporal.Now' }],
  [
    'browser code keeps to the oldest browsers',
    'toHex',
    { 'api/seal/a.ts': 'export const a = new Uint8Array().toHex()' },
  ],
  [
    'browser code keeps to the oldest browsers',
    'groupBy',
    { 'web/lib/A.svelte': '<script>\nconst a = Object.groupBy([], () => 1)\n</script>' },
  ],
  ['browser code keeps to the oldest browsers', 'flag v', { 'web/lib/a.ts': 'export const a = /a/v' }],
  ['no markup', 'a text as HTML', { 'web/lib/A.svelte': '<p>{@html text}</p>' }],
  ['no markup', 'an element’s inside', { 'web/lib/a.ts': 'export const a = (b: Element) => (b.innerHTML = "")' }],
  [
    'no markup',
    'a script from elsewhere',
    { 'web/routes/+page.svelte': '<img src="https://cdn.example/a.png" alt="">' },
  ],
  ['only server.ts reads the environment', 'the kernel', { 'api/kernel/a.ts': 'export const a = process.env.A' }],
  ['only server.ts reads the environment', 'the app', { 'api/app.ts': "export const a = process.env['A']" }],
]

/** What looks alike and is allowed. */
const ALLOWED: [string, Record<string, string>][] = [
  [
    'routes use contract and service',
    { 'api/bids/routes.ts': "import { a } from './contract.ts'\nimport { b } from './service/c.ts'" },
  ],
  [
    'a rule uses types',
    { 'api/bids/rules.ts': "import type { A } from '../kernel/clock.ts'\nimport { type B } from './store.ts'" },
  ],
  [
    'the web uses the type of the app and pure modules',
    {
      'web/lib/a.ts':
        "import type { Api } from '../../api/app.ts'\nimport { a } from '../../api/seal/b.ts'\nimport { c } from '../../api/log/verify.ts'",
    },
  ],
  [
    'the page uses client software, and a rule a pure module',
    {
      'web/lib/a.ts': "import { a } from '../../api/client/a.ts'",
      'api/client/a.ts': "import { b } from '../seal/b.ts'\nexport const a = b",
      'api/bids/rules.ts': "import { b } from '../seal/b.ts'",
    },
  ],
  [
    'types may point back',
    { 'storage/a.ts': "import type { B } from './b.ts'", 'storage/b.ts': "import { a } from './a.ts'" },
  ],
  ['Refused is the one class', { 'api/kernel/problem.ts': 'export class Refused extends Error {}' }],
  [
    'a test may be long and use anything',
    { 'api/bids/service.test.ts': `import { a } from './store.ts'\nconst b = () => {\n${'a()\n'.repeat(80)}}` },
  ],
  [
    'a word in a comment or a string',
    { 'api/law/a.ts': "// Buffer, Temporal, process.env\nexport const a = 'class process.env node:fs'" },
  ],
  [
    'a property that is called like a global',
    { 'api/law/a.ts': 'export const a = (b: { process: number }) => b.process' },
  ],
  ['an environment variable set for a library', { 'web/mount.ts': "process.env['A'] = 'a'" }],
  ['a date of the caller', { 'api/law/a.ts': 'export const a = (now: number) => new Date(now)' }],
]

describe('the house sees', () => {
  for (const [rule, what, files] of SEEDED) test(`${rule}: ${what}`, () => assert.deepEqual(judge(files), [rule]))
  for (const [what, files] of ALLOWED) test(`no fault: ${what}`, () => assert.deepEqual(judge(files), []))
})
