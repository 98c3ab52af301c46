import { runProgram } from '../e2e/runner/shell.ts'
import type { Figure } from './run.ts'

const MEGABYTES = 2000
const LIMIT = 200

/**
 * What a browser's page and its Worker hold more while a bid of 2 GB is picked, copied, sealed, tested and handed in: the
 * journey of the large bid itself, only larger. Minutes long, hence a bench of its own and in no test run.
 */
export const benchBrowserMemory = async (): Promise<Figure[]> => {
  const args = ['test', '-c', 'e2e/playwright.config.ts', 'big-bid', '--reporter=list']
  const env = { SUNLIT_BIG_MB: String(MEGABYTES) }
  const { output } = await runProgram('playwright', args, { capture: true, env })
  const [, more] = / memory: \d+ MB, at most (\d+) MB more/.exec(output) ?? []
  if (more === undefined) throw new Error('the journey did not come to its end')
  return [{ name: `browser memory, ${MEGABYTES} MB`, value: Number(more), unit: 'MB', ratio: null, target: LIMIT }]
}
