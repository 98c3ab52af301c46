import { trialCms } from './trial/cms.ts'

/** What is tried in numbers that no test run has time for. Each prints its counts and says whether all held. */
const TRIALS: Record<string, () => Promise<boolean>> = { cms: trialCms }

/** `npm run trial -- NAME…`; exit 1 where something that must not be was. */
const main = async (names: string[]): Promise<number> => {
  const unknown = names.filter((name) => !Object.hasOwn(TRIALS, name))
  if (unknown.length > 0 || names.length === 0) {
    console.error(`Which one? npm run trial -- ${Object.keys(TRIALS).join(' | ')}`)
    return 2
  }
  let held = true
  for (const name of names) held = ((await TRIALS[name]?.()) ?? false) && held
  return held ? 0 : 1
}

process.exit(await main(process.argv.slice(2)))
