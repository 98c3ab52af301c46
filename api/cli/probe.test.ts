import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { fromBase64url } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { ED25519, noteSigner, parseVkey } from '../log/note.ts'
import { LOOKED_AT, MINUTE, type ProbeStatement, verifyProbe } from '../seal/probe.ts'
import { type Look, wordOf } from './probe/minute.ts'
import { createProbe, type Kept, type ProbeState } from './probe/run.ts'

const folder = mkdtempSync(join(tmpdir(), 'sunlit-probe-'))
const running: ChildProcess[] = []
after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const M = 1000 * MINUTE
/** A look each five seconds from the minute before on: `x` fails, `.` does not, a blank is none. */
const looks = (words: string): Look[] =>
  [...words].flatMap((word, no): Look[] =>
    word === ' ' ? [] : [{ at: M - MINUTE + no * 5000, failed: word === 'x' ? ['ready'] : [] }],
  )

test('a minute is down from the first of two failed looks to the next good one', () => {
  const good = '............'
  const table: [string, string, string | null][] = [
    ['good', `${good}${good}`, 'up 0-60'],
    ['one failure is chance', `${good}...x........`, 'up 0-60'],
    ['two are none', `${good}...xx.......`, 'down 15-25'],
    ['to its end', `${good}..........xx`, 'down 50-60'],
    ['all of it', `${good}xxxxxxxxxxxx`, 'down 0-60'],
    ['begun before', '..........xxxx..........', 'down 0-10'],
    ['begun before, good again at once', '..........xx............', 'up 0-60'],
    ['twice', `${good}.xx....xx...`, 'down 5-45'],
    ['a failure across the border', '...........xx...........', 'down 0-5'],
    ['it slept', `${good}.....       `, null],
    ['half of it', `${good}......      `, 'up 0-60'],
  ]
  for (const [what, words, wanted] of table) {
    const word = wordOf(looks(words), M, 12)
    assert.equal(word && `${word.state} ${(word.from - M) / 1000}-${(word.to - M) / 1000}`, wanted, what)
  }
})

test('whatever it saw, what it says of a minute is a statement that it may sign', async () => {
  const signer = noteSigner('p', ED25519, await signerOf(newSeed()))
  const failure = fc.array(fc.constantFrom(...LOOKED_AT), { maxLength: 3 })
  const seen = fc.array(fc.record({ at: fc.integer({ min: M - MINUTE, max: M + 2 * MINUTE }), failed: failure }), {
    maxLength: 40,
  })
  await fc.assert(
    fc.asyncProperty(seen, async (all) => {
      const word = wordOf(all, M, 12)
      if (word) await (await import('../seal/probe.ts')).signProbe({ origin: 'o', probe: 'p', ...word }, signer)
    }),
  )
})

/** A platform that answers or does not, by a clock of its own. */
const fakePlatform = () => {
  const state = { now: M, up: true, listed: true, taken: [] as { statement: string; signature: string }[] }
  const answer = (path: string, body: string): Response => {
    if (path === '/api/clock') return Response.json({ now: new Date(state.now).toISOString() })
    if (path === '/api/ready') return Response.json({}, { status: 200 })
    if (path === '/log/checkpoint')
      return new Response(`o.test/log/sandbox\n${Math.floor(state.now / 1000)}\nroot\ntime ${state.now}\n\n— sig\n`)
    if (path === '/api/probes') return Response.json({ desk: null })
    if (path !== '/api/probes/statements') return Response.json({}, { status: 401 })
    if (!state.listed) return Response.json({ code: 'probe-unknown' }, { status: 403 })
    const { statements } = JSON.parse(body) as { statements: typeof state.taken }
    if (statements.some(({ statement }) => minuteOf(statement) < M)) {
      return Response.json({ code: 'probe-minute-too-old' }, { status: 422 })
    }
    state.taken.push(...statements)
    return Response.json({ taken: statements.length })
  }
  const fetch = async (url: string, init: RequestInit = {}): Promise<Response> => {
    if (!state.up) throw new TypeError('fetch failed')
    return answer(new URL(url).pathname, String(init.body ?? ''))
  }
  return { state, fetch }
}
const statementOf = (text: string): ProbeStatement => JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
const minuteOf = (text: string): number => statementOf(text).minute

const probeOf = async (platform: ReturnType<typeof fakePlatform>, statements: Kept[] = []) => {
  const signer = noteSigner('university', ED25519, await signerOf(newSeed()))
  const state: ProbeState = { origin: null, statements }
  const saved: string[] = []
  const probe = createProbe({
    address: { origin: 'http://platform.test', fetch: platform.fetch },
    signer,
    seconds: 5,
    state,
    save: (one) => void saved.push(JSON.stringify(one)),
    say: () => undefined,
    clock: () => platform.state.now,
  })
  const minute = async () => {
    for (let look = 0; look < 12; look++) {
      await probe.report()
      await probe.look()
      platform.state.now += 5000
    }
    await probe.report()
  }
  return { probe, signer, state, minute, saved }
}

test('what could not be delivered during an outage is delivered after it, in order, signed', async () => {
  const platform = fakePlatform()
  const { minute, signer, state, saved } = await probeOf(platform)
  await minute()
  platform.state.up = false
  await minute()
  await minute()
  assert.equal(platform.state.taken.length, 1)
  assert.deepEqual(
    state.statements.map(({ delivered }) => delivered),
    [true, false, false],
  )
  assert.match(saved.at(-1)!, /"delivered":false/)
  platform.state.up = true
  await minute()
  const told = platform.state.taken.map(({ statement }) => statementOf(statement))
  assert.deepEqual(
    told.map((one) => [one.minute, one.state, one.failed.join()]),
    [
      [M, 'up', ''],
      [M + MINUTE, 'down', 'ready,desk,log'],
      [M + 2 * MINUTE, 'down', 'ready,desk,log'],
      [M + 3 * MINUTE, 'up', ''],
    ],
  )
  for (const { statement, signature } of platform.state.taken) {
    const signed = { bytes: fromBase64url(statement), signature: fromBase64url(signature) }
    assert.ok((await verifyProbe(signed, signer, 'o.test/log/sandbox')).ok)
  }
})

test('a probe that is not listed yet waits; a minute that is never taken does not stop those after it', async () => {
  const platform = fakePlatform()
  const old = { ...statementOf('e30'), minute: M - 60 * MINUTE }
  const kept = { statement: Buffer.from(JSON.stringify(old)).toString('base64url'), signature: 'x' }
  const { minute } = await probeOf(platform, [{ ...kept, minute: old.minute, delivered: false }])
  platform.state.listed = false
  await minute()
  assert.equal(platform.state.taken.length, 0)
  platform.state.listed = true
  await minute()
  assert.deepEqual(
    platform.state.taken.map(({ statement }) => minuteOf(statement)),
    [M, M + MINUTE],
  )
})

test('a probe process makes its key, says it, and stops when asked', async () => {
  const server = createServer((_, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  const key = join(folder, 'probe.key')
  const { port } = server.address() as AddressInfo
  const args = [`http://127.0.0.1:${port}`, '--key', key, '--name', 'university']
  const child = spawn(process.execPath, [join(import.meta.dirname, 'probe.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.push(child)
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  assert.equal(parseVkey(/^vkey (.+)\n/.exec(said.toString())![1]!).name, 'university')
  assert.ok(existsSync(key) && JSON.parse(readFileSync(key, 'utf8')).name === 'university')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  const wrong = spawn(process.execPath, [join(import.meta.dirname, 'probe.ts')], { stdio: 'ignore' })
  assert.deepEqual(await once(wrong, 'exit'), [2, null])
})
