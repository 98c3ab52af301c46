export type Totals = { passed: number; failed: number; skipped: number }

export const noTotals = (): Totals => ({ passed: 0, failed: 0, skipped: 0 })

export const sum = (all: Totals[]): Totals =>
  all.reduce(
    (total, { passed, failed, skipped }) => ({
      passed: total.passed + passed,
      failed: total.failed + failed,
      skipped: total.skipped + skipped,
    }),
    noTotals(),
  )

/** The line every run ends with: `N passed, N failed`, and `, N skipped` when there are any. */
export const totalsLine = ({ passed, failed, skipped }: Totals): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** One check that is not a test runner's test (a linter, a compiler). */
export const check = (ok: boolean): Totals => ({ ...noTotals(), [ok ? 'passed' : 'failed']: 1 })
