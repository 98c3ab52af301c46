import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { launch, launchAt } from './launching.ts'

let folder: string

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sunlit-start-'))
  chmodSync(folder, 0o711)
})
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }))

const start = (data: string) => launchAt({ SUNLIT_MODE: 'sandbox', SUNLIT_DATA: join(folder, data) })

/** Pids whose command line names this data folder: the database, the witnesses, the bank. */
const processesOf = (data: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isZombie = /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
        return !isZombie && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(folder, data))
      } catch {
        return false
      }
    })

const untilGone = async (data: string): Promise<void> => {
  const end = performance.now() + 10_000
  while (processesOf(data).length > 0 && performance.now() < end) await new Promise((look) => setTimeout(look, 50))
  assert.deepEqual(processesOf(data), [])
}

const clockOf = async (origin: string): Promise<number> =>
  Date.parse(((await (await fetch(`${origin}/api/clock`)).json()) as { now: string }).now)

test('a wrong setting stops the start with its name and what is expected', async () => {
  const { said, ended } = launch({
    SUNLIT_MODE: 'party',
    S3_ENDPOINT: 'http://127.0.0.1:1',
    SUNLIT_DATA: join(folder, 'wrong'),
  })
  assert.equal(await ended, 1)
  assert.match(said(), /SUNLIT_MODE="party": expected demo, sandbox or production/)
  assert.ok(!existsSync(join(folder, 'wrong')))
})

test('production refuses what a rehearsal may have, all of it named at once', async () => {
  const { said, ended } = launch({
    SUNLIT_MODE: 'production',
    ORIGIN: 'http://example.cn',
    SUNLIT_DATA: join(folder, 'production'),
  })
  assert.equal(await ended, 1)
  for (const name of [
    'ORIGIN',
    'SUNLIT_SECRET',
    'SUNLIT_KEYS',
    'SUNLIT_CA',
    'SUNLIT_WITNESSES',
    'DATABASE_URL',
    'BANK_URL',
  ]) {
    assert.match(said(), new RegExp(`${name}.*expected`), name)
  }
})

test('SIGTERM stops cleanly, live streams too, and leaves no process; a second start on the same folder is refused', async () => {
  const first = await start('clean')
  assert.deepEqual(await (await fetch(`${first.origin}/api/ready`)).json(), {
    database: 'ok',
    store: 'ok',
    log: 'ok',
    jobs: 'ok',
  })
  const second = launch({ SUNLIT_MODE: 'sandbox', SUNLIT_DATA: join(folder, 'clean') })
  assert.equal(await second.ended, 1)
  assert.match(second.said(), /in use by process/)
  const live = (await fetch(`${first.origin}/api/notices/live`)).body!.getReader()
  assert.match(new TextDecoder().decode((await live.read()).value), /^retry/)
  first.child.kill('SIGTERM')
  // A stream never ends by itself: it is ended, not torn off.
  assert.equal((await live.read()).done, true)
  assert.equal(await first.ended, 0)
  await untilGone('clean')
})

test('kill -9 loses nothing that was acknowledged, and the next start leaves no orphan', async () => {
  const first = await start('killed')
  const moved = new Date((await clockOf(first.origin)) + 86_400_000)
  const answer = await fetch(`${first.origin}/api/demo/clock`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: moved.toISOString() }),
  })
  assert.equal(answer.status, 200)
  const checkpoint = await (await fetch(`${first.origin}/log/checkpoint`)).text()
  first.child.kill('SIGKILL')
  await first.ended
  const next = await start('killed')
  assert.ok((await clockOf(next.origin)) >= moved.getTime())
  // The log goes on from at least where its witnesses saw it: it would refuse to sign otherwise.
  const size = (note: string) => Number(note.split('\n')[1])
  assert.ok(size(await (await fetch(`${next.origin}/log/checkpoint`)).text()) >= size(checkpoint))
  next.child.kill('SIGTERM')
  assert.equal(await next.ended, 0)
  await untilGone('killed')
})
