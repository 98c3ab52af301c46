import { ensurePackages, strict } from './packages.ts'
import { endChildren } from './shell.ts'
import { STEPS, type Step } from './steps.ts'
import { check, noTotals, sum, type Totals, totalsLine } from './totals.ts'

type Done = { step: Step; totals: Totals; seconds: number }

/** Runs the named steps, or all; the last line printed is the sum. Returns the exit code. */
export const main = async (names: string[]): Promise<number> => {
  const unknown = names.filter((name) => !STEPS.some((step) => step.name === name))
  if (unknown.length > 0) {
    console.error(`No step ${unknown.join(', ')}. Steps: ${STEPS.map(({ name }) => name).join(', ')}`)
    return 2
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      endChildren()
      process.exit(130)
    })
  const done: Done[] = []
  for (const step of STEPS) if (names.length === 0 || names.includes(step.name)) done.push(await runStep(step))
  console.log('')
  for (const { step, totals, seconds } of done)
    console.log(
      `${totals.failed > 0 ? '✖' : '✔'} ${step.name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${totalsLine(totals)}`,
    )
  const total = sum(done.map(({ totals }) => totals))
  console.log(totalsLine(total))
  return total.failed > 0 || total.passed === 0 ? 1 : 0
}

const runStep = async (step: Step): Promise<Done> => {
  const begin = performance.now()
  console.log(`\n== ${step.name}: ${step.what}`)
  const totals = await attempt(step).catch((error): Totals => {
    console.log(`  ✖ ${error instanceof Error ? error.stack : error}`)
    return check(false)
  })
  return { step, totals, seconds: (performance.now() - begin) / 1000 }
}

const attempt = async (step: Step): Promise<Totals> => {
  const packages = await ensurePackages(step.packages)
  if (packages.length > 0) console.log(`  missing Debian packages: ${packages.join(' ')}`)
  // A package may be missing while its part comes from elsewhere (CHROMIUM_PATH, PG15_TEST_URL, another system).
  const missing = step.missing?.() ?? []
  if (missing.length === 0) return step.run()
  console.log(`  ${strict() ? '✖ cannot run' : '– skipped'}, not found: ${missing.join(', ')}`)
  return strict() ? check(false) : { ...noTotals(), skipped: 1 }
}
