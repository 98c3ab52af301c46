import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fromUtf8 } from '../../api/log/bytes.ts'
import { parsePolicy } from '../../api/log/policy.ts'
import { walkLeaves, witnessedCheckpointCovering } from '../../api/log/walk.ts'
import { runProgram } from '../runner/shell.ts'

/** Public answers by address, as the second verifier keeps them in a folder (docs/sealing.md, "Evidence bundle"). */
export type Answers = Map<string, Buffer>

type Index = { tenderId: string; log?: string; files: { path: string; file: string }[] }

export const readAnswers = (folder: string): Answers => {
  const { files } = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Index
  return new Map(files.map(({ path, file }) => [path, readFileSync(join(folder, file))]))
}

/** Written with an index that fits: whoever alters an answer alters the index alike. */
export const writeAnswers = (answers: Answers, folder: string, tenderId: string, log: 'whole' | 'part' = 'whole') => {
  const files = [...answers].map(([path, raw]) => {
    const file = `${path.slice(1)}.bin`
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), raw)
    return { path, file, size: raw.length, sha256: createHash('sha256').update(raw).digest('base64url') }
  })
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ v: 'sunlit/v1', type: 'evidence', tenderId, log, files }))
  return folder
}

export type Outcome = { code: number; failed: string[]; open: string[]; output: string }

/** Runs the command; the numbers of what fails and of what stays open among those that it checks. */
export const secondVerifier = async (...args: string[]): Promise<Outcome> => {
  const command = join(import.meta.dirname, 'verify.py')
  const { code, output } = await runProgram('python3', [command, ...args], { quiet: true })
  const numbers = (mark: string) => {
    const found = [...output.matchAll(new RegExp(`^(V-\\d\\d) ${mark}`, 'gm'))].map(([, number]) => number!)
    return [...new Set(found)].sort()
  }
  return { code, failed: numbers('FAIL'), open: numbers('not checked here'), output }
}

/** What a bundle with leaves adds: all from the first NOTICE to the checkpoint that covers CLOSED. */
export const windowOf = async (origin: string, answers: Answers): Promise<Answers> => {
  const added: Answers = new Map()
  const read = async (path: string) => {
    const answer = await fetch(origin + path)
    if (!answer.ok) return null
    added.set(path, Buffer.from(await answer.arrayBuffer()))
    return new Uint8Array(added.get(path)!)
  }
  const path = [...answers.keys()].find((one) => one.endsWith('/events'))!
  const { events } = JSON.parse(answers.get(path)!.toString('utf8')) as {
    events: { type: string; leafIndex: number }[]
  }
  const indexOf = (type: string) => events.find((event) => event.type === type)!.leafIndex
  const policy = parsePolicy(fromUtf8((await read('/log/policy'))!))
  const covering = (await witnessedCheckpointCovering(read, policy, indexOf('lot.closed/1')))!
  const start = Math.floor(indexOf('notice.published/1') / 256) * 256
  await walkLeaves(read, start, covering.size, { told: () => undefined })
  // The history grows on; the bundle keeps the pages of the moment at which it was made.
  for (const one of [...added.keys()]) if (one.startsWith('/log/checkpoint')) added.delete(one)
  return added
}
