import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeLog } from './complete/made.ts'
import type { Figure, Options } from './run.ts'

const LEAVES = 1_000_000
/** A month and a half of a city's log, or a day of the largest batches. */
const FULL = 10_000_000
const BATCH = 256
/** For the whole of it; a part has its share. */
const SECONDS = 180
const MEGABYTES = 512

const script = (name: string): string => new URL(`./complete/${name}.ts`, import.meta.url).pathname

type Audited = { seconds: number; cpu: number; kib: number }

const audited = async (folder: string): Promise<Audited> => {
  const server = spawn(process.execPath, [script('serve'), folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const [port] = (await once(server.stdout, 'data')) as [Buffer]
    const run = promisify(execFile)
    const { stdout } = await run(process.execPath, [script('audit'), folder, String(port).trim()])
    return JSON.parse(stdout) as Audited
  } finally {
    server.kill('SIGTERM')
    await once(server, 'exit')
  }
}

/**
 * `npm run bench -- complete --leaves 10000000 --batch 256`: audit and completeness of a log that lies on the disk and is
 * read over HTTP by a process of its own. Built anew each time: 1.1 kB of disk for ten leaves.
 */
export const benchComplete = async ({ leaves = LEAVES, batch = BATCH }: Options): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-bench-log-'))
  try {
    const began = performance.now()
    await makeLog(folder, leaves, batch)
    console.log(`  a log of ${leaves} leaves made in ${((performance.now() - began) / 1000).toFixed(0)} s`)
    const { seconds, cpu, kib } = await audited(folder)
    console.log(
      `  ${(leaves / seconds).toFixed(0)} leaves a second, ${cpu.toFixed(0)} s of processor, a checkpoint for every ${batch}`,
    )
    return [
      { name: `complete, ${leaves}`, value: seconds, unit: 's', ratio: null, target: (SECONDS * leaves) / FULL },
      { name: 'its memory', value: kib / 1024, unit: 'MiB', ratio: null, target: MEGABYTES },
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}
