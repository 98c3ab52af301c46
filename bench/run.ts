import { parseArgs } from 'node:util'
import { benchApi } from './api.ts'
import { benchBrowserMemory } from './browser-memory.ts'
import { benchCommit } from './commit.ts'
import { benchComplete } from './complete.ts'
import { benchFairCompetition } from './fair-competition.ts'
import { benchLaw } from './law.ts'
import { benchSeal } from './seal.ts'
import { benchStart } from './start.ts'

/**
 * One figure. `ratio` is value ÷ floor of the same run (null where the target is absolute); higher is better for a ratio,
 * lower for seconds.
 */
export type Figure = { name: string; value: number; unit: string; ratio: number | null; target: number }

/** How large a log the bench `complete` makes, and how many leaves a checkpoint of it has. */
export type Options = { leaves?: number; batch?: number }

const BENCHES: Record<string, (options: Options) => Promise<Figure[]>> = {
  api: benchApi,
  'browser-memory': benchBrowserMemory,
  commit: benchCommit,
  complete: benchComplete,
  'fair-competition': benchFairCompetition,
  law: benchLaw,
  seal: benchSeal,
  start: benchStart,
}

const isEnough = ({ value, ratio, target }: Figure): boolean => (ratio === null ? value <= target : ratio >= target)

const lineOf = (figure: Figure): string =>
  [
    figure.name.padEnd(24),
    figure.value.toFixed(figure.value < 100 ? 2 : 0).padStart(9),
    figure.unit.padEnd(6),
    (figure.ratio?.toFixed(2) ?? '-').padStart(6),
    figure.target.toFixed(2).padStart(6),
    isEnough(figure) ? 'ok' : 'short',
  ].join('  ')

/** `npm run bench -- NAME… [--leaves N] [--batch N]`: a line per figure; exit 1 where a target falls short. */
const main = async (args: string[]): Promise<number> => {
  const number = { type: 'string' } as const
  const parsed = parseArgs({ args, allowPositionals: true, options: { leaves: number, batch: number } })
  const { positionals: names, values } = parsed
  const options: Options = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]))
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name))
  if (unknown.length > 0 || names.length === 0) {
    console.error(`Which one? npm run bench -- ${Object.keys(BENCHES).join(' | ')}`)
    return 2
  }
  const figures: Figure[] = []
  for (const name of names) {
    const measured = (await BENCHES[name]?.(options)) ?? []
    for (const figure of measured) console.log(lineOf(figure))
    figures.push(...measured)
  }
  return figures.every(isEnough) ? 0 : 1
}

process.exit(await main(process.argv.slice(2)))
