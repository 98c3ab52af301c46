import assert from 'node:assert/strict'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launchAt, saying } from './launching.ts'

/* What a newcomer gets from `npm start`: a city with a past, whose clock is today's. */
const READY = /演示城市已就绪/
const FAULT = /Problem|Error/
const DAY = 86_400_000

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sunlit-demo-'))
  chmodSync(folder, 0o711)
})
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))

const start = () => launchAt({ SUNLIT_DATA: folder })
const read = async <T>(address: string): Promise<T> => (await fetch(address)).json() as Promise<T>
const clockOf = async (origin: string) => Date.parse((await read<{ now: string }>(`${origin}/api/clock`)).now)

test('`npm start` tells a city of every stage up to today; one that was cut off is brought to today, or left ahead', async () => {
  const first = await start()
  await saying(first, READY, FAULT)
  const { items } = await read<{ items: { status: string }[] }>(`${first.origin}/api/notices`)
  const stages = ['published', 'published', 'opened', 'awarded', 'not-opened', 'contracted']
  assert.deepEqual(
    items.map(({ status }) => status),
    stages,
  )
  assert.ok(Math.abs((await clockOf(first.origin)) - Date.now()) < DAY / 24)
  const ahead = Date.now() + DAY
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ to: new Date(ahead).toISOString() })
  assert.equal((await fetch(`${first.origin}/api/demo/clock`, { method: 'POST', headers, body })).status, 200)
  first.child.kill('SIGTERM')
  assert.equal(await first.ended, 0)
  const file = join(folder, 'demo', 'city.json')
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), done: false }))
  const next = await start()
  await saying(next, READY, FAULT)
  assert.ok((await clockOf(next.origin)) >= ahead)
  next.child.kill('SIGTERM')
  assert.equal(await next.ended, 0)
})
