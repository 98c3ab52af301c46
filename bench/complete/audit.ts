import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createHttp } from '../../api/client/http.ts'
import { createWindowReader } from '../../api/log/complete.ts'
import { parsePolicy } from '../../api/log/policy.ts'
import { verifyLog } from '../../api/log/verify.ts'
import type { Made } from './made.ts'

/**
 * `node bench/complete/audit.ts FOLDER PORT`: what `npm run verify -- <tender> --complete` does with a log: the audit from
 * its first leaf (V-01 to V-09), and in the same pass a window over all of it (V-10 to V-12). Prints
 * seconds by the clock and of the processor, and KiB.
 */
const [folder, port] = process.argv.slice(2)
const { policy, size } = JSON.parse(readFileSync(join(folder!, 'made.json'), 'utf8')) as Made
const http = createHttp({ origin: `http://127.0.0.1:${port}` })
const window = { tenderId: crypto.randomUUID(), lotId: crypto.randomUUID(), noticeIndex: 0, closedIndex: size - 1 }
const reader = createWindowReader([{ ...window, closed: [] }])
const began = performance.now()
const { checks } = await verifyLog({
  fetch: http.bytes,
  policy: parsePolicy(policy),
  now: Date.UTC(2026, 10, 24),
  readers: { told: reader.take },
})
const seconds = (performance.now() - began) / 1000
const wrong = [...checks.filter(({ id }) => id !== 'V-02'), ...reader.checks().flat()].filter(({ ok }) => ok !== true)
if (wrong.length > 0) throw new Error(JSON.stringify(wrong))
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
console.log(JSON.stringify({ seconds, cpu: (userCPUTime + systemCPUTime) / 1e6, kib: maxRSS }))
