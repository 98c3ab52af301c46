import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { findChromium } from '../services/chromium.ts'
import { missingPostgres15, startPostgres15 } from '../services/postgres15.ts'
import type { Package } from './packages.ts'
import { root, runProgram } from './shell.ts'
import { check, noTotals, type Totals } from './totals.ts'
import { checkTypes } from './types.ts'

export type Step = {
  name: string
  what: string
  packages: Package[]
  /** What is missing for the step to run, for people; empty when it can. */
  missing?: () => string[]
  run: () => Promise<Totals>
}

const filesOf = (patterns: string[]): string[] => patterns.flatMap((pattern) => globSync(pattern, { cwd: root })).sort()

/** Runs `node --test` over the files and reads the totals the reporter wrote; a crash of the runner is a failure. */
const nodeTest = async (files: string[], env: Record<string, string> = {}): Promise<Totals> => {
  if (files.length === 0) return noTotals()
  const directory = mkdtempSync(join(tmpdir(), 'sunlit-run-'))
  const target = join(directory, 'totals.json')
  try {
    const args = ['--test', '--test-concurrency=2', '--test-reporter=./e2e/reporter.mjs', ...files]
    const { code } = await runProgram('node', args, { env: { ...env, SUNLIT_TOTALS: target } })
    if (!existsSync(target)) return check(false)
    const totals = JSON.parse(readFileSync(target, 'utf8')) as Totals
    return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const lint = async (): Promise<Totals> =>
  check((await runProgram('node', ['e2e/biome.mjs', 'ci', '--colors=off', '--max-diagnostics=60', '.'])).code === 0)

/** One embedded server for the whole step: each test file would else make its own, a second each. */
const unit = async (): Promise<Totals> => {
  const files = filesOf(['api/**/*.test.ts', 'migrations/**/*.test.ts', 'web/lib/**/*.test.ts', 'e2e/*.test.ts'])
  if (process.env.TEST_DATABASE_URL) return nodeTest(files)
  const { startPostgres } = await import('../../api/kernel/postgres/supervisor.ts')
  const dataDir = mkdtempSync(join(tmpdir(), 'sunlit-unit-'))
  const postgres = await startPostgres({ dataDir, settings: { fsync: 'off', synchronous_commit: 'off' } })
  try {
    return await nodeTest(files, { TEST_DATABASE_URL: postgres.url('postgres') })
  } finally {
    await postgres.stop()
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
}

/** Whether a test comes to a database, itself or through what it imports for tests. */
const usesDatabase = (file: string, seen = new Set<string>()): boolean => {
  if (seen.has(file) || !existsSync(join(root, file))) return false
  seen.add(file)
  const text = readFileSync(join(root, file), 'utf8')
  if (text.includes('testDatabase')) return true
  const helpers = [...text.matchAll(/from '(\.[^']*(?:\.testing|\/testing|\/platform)\.ts)'/g)]
  return helpers.some(([, path = '']) => usesDatabase(join(dirname(file), path), seen))
}

/** Every query there is, on the oldest version we promise; attacks and papers ask nothing that the services do not. */
const onPostgres15 = async (): Promise<Totals> => {
  const files = filesOf(['api/**/*.test.ts', 'migrations/**/*.test.ts', 'e2e/{matrix,generated}.test.ts']).filter(
    (file) => usesDatabase(file),
  )
  const postgres = await startPostgres15()
  try {
    return await nodeTest(files, { TEST_DATABASE_URL: postgres.url })
  } finally {
    await postgres.stop()
  }
}

type PlaywrightReport = { stats: { expected: number; unexpected: number; flaky: number; skipped: number } }

const journeys = async (): Promise<Totals> => {
  if (filesOf(['e2e/*.spec.ts', 'e2e/journeys/**/*.spec.ts']).length === 0) {
    console.log('  no journeys yet')
    return noTotals()
  }
  const directory = mkdtempSync(join(tmpdir(), 'sunlit-run-'))
  const target = join(directory, 'report.json')
  try {
    const args = ['test', '-c', 'e2e/playwright.config.ts', '--reporter=list,json']
    const { code } = await runProgram('playwright', args, { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: target } })
    if (!existsSync(target)) return check(false)
    const { stats } = JSON.parse(readFileSync(target, 'utf8')) as PlaywrightReport
    // Flaky cannot happen without retries; should somebody switch them on, it counts as a failure.
    const totals = { passed: stats.expected, failed: stats.unexpected + stats.flaky, skipped: stats.skipped }
    return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const objectStore: Package[] = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph-common']
const documents: Package[] = ['openssl', 'python3', 'poppler-utils', 'libnss3-tools']

/** In the order they run: what is quick and tells most comes first. */
export const STEPS: Step[] = [
  { name: 'lint', what: 'biome', packages: [], run: lint },
  { name: 'types', what: 'tsc and svelte-check, with seeded errors', packages: [], run: checkTypes },
  { name: 'unit', what: 'rules, services and house on embedded PostgreSQL 18', packages: documents, run: unit },
  {
    name: 'storage',
    what: 'the storage contract on the filesystem and on Ceph RGW',
    packages: objectStore,
    run: () => nodeTest(filesOf(['storage/**/*.test.ts'])),
  },
  {
    name: 'pg15',
    what: 'services, contracts and migrations on PostgreSQL 15',
    packages: ['postgresql-15', ...documents],
    missing: missingPostgres15,
    run: onPostgres15,
  },
  {
    name: 'e2e',
    what: 'journeys in a real browser',
    packages: ['chromium', 'fonts-noto-cjk', ...objectStore, ...documents],
    missing: () => (findChromium() === undefined ? ['chromium (CHROMIUM_PATH names another place)'] : []),
    run: journeys,
  },
]
