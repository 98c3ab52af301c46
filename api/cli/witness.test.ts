import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { utf8 } from '../log/bytes.ts'
import { signCheckpoint } from '../log/checkpoint.ts'
import { cosignedAt } from '../log/cosignature.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { ED25519, formatVkey, noteSigner, parseNote, parseVkey } from '../log/note.ts'
import { consistencyProof, merkleRoot } from '../log/tree.ts'
import { addCheckpointBody } from '../log/witness.ts'

const folder = mkdtempSync(join(tmpdir(), 'sunlit-witness-'))
const running: ChildProcess[] = []
after(() => {
  for (const child of running) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const start = async (args: string[]) => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'witness.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.push(child)
  let text = ''
  for await (const part of child.stdout) {
    text += part
    if (text.split('\n').length > 2) break
  }
  const [, vkey, url] = /^vkey (.+)\nurl (.+)\n/.exec(text)!
  return { child, vkey: vkey!, url: url! }
}
const leaves = (branch: string, count: number) =>
  Array.from({ length: count }, (_, i) => utf8(i < 4 ? `${i}` : `${branch}${i}`))
const log = noteSigner('sunlit.test/log/sandbox', ED25519, await signerOf(newSeed()))
const note = (data: readonly Uint8Array[]) =>
  signCheckpoint({ origin: log.name, size: data.length, root: merkleRoot(data), time: null }, log)
const submit = async (url: string, old: number, size: number, branch = 'a') => {
  const data = leaves(branch, size)
  const read = async (level: number, index: number) =>
    merkleRoot(data.slice(index * 2 ** level, (index + 1) * 2 ** level))
  const proof = old === 0 ? [] : await consistencyProof(old, size, read)
  const response = await fetch(`${url}/add-checkpoint`, {
    method: 'POST',
    body: addCheckpointBody(old, proof, await note(data)),
  })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

test('a witness process: makes its key, cosigns with the sandbox time, and refuses a fork after being killed', async () => {
  const clock = createServer((_, response) => response.end('{"now":"2030-01-02T03:04:05.678Z"}')).listen(0, '127.0.0.1')
  await once(clock, 'listening')
  after(() => clock.close())
  const args = [
    '--port',
    '0',
    '--key',
    join(folder, 'key'),
    '--state',
    join(folder, 'state.json'),
    '--log-origin',
    log.name,
  ]
  args.push(
    '--log-key',
    formatVkey(log),
    '--clock',
    `http://127.0.0.1:${(clock.address() as AddressInfo).port}/api/clock`,
  )
  const first = await start([...args, '--name', 'press.example'])
  const answer = await submit(first.url, 0, 5)
  assert.equal(answer.status, 200)
  const key = parseVkey(first.vkey)
  assert.equal(key.name, 'press.example')
  assert.equal(
    await cosignedAt(parseNote((await note(leaves('a', 5))) + answer.text), key),
    Date.UTC(2030, 0, 2, 3, 4, 5) / 1000,
  )
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')

  const second = await start(args)
  assert.equal(second.vkey, first.vkey)
  const asked = await submit(second.url, 0, 9)
  assert.deepEqual(asked, { status: 409, type: 'text/x.tlog.size', text: '5\n' })
  assert.equal((await submit(second.url, 5, 9, 'b')).status, 422)
  assert.equal((await submit(second.url, 5, 9)).status, 200)
  assert.equal(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'))[log.name].size, 9)
  assert.equal((await fetch(second.url)).status, 404)
  const large = await fetch(`${second.url}/add-checkpoint`, { method: 'POST', body: 'x'.repeat(70_000) })
  assert.equal(large.status, 413)
  clock.close()
  clock.closeAllConnections()
  assert.equal((await submit(second.url, 9, 10)).status, 503)
  second.child.kill('SIGTERM')
  const [code] = await once(second.child, 'exit')
  assert.equal(code, 0)
})

test('wrong arguments and a damaged state stop it before it signs anything', async () => {
  const run = async (args: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'witness.ts'), ...args], { stdio: 'ignore' })
    const [code] = await once(child, 'exit')
    return code
  }
  const key = ['--key', join(folder, 'key2')]
  const state = ['--state', join(folder, 'damaged.json')]
  const vkey = ['--log-key', formatVkey(log)]
  assert.equal(await run([]), 2)
  assert.equal(
    await run(['--port', '0', ...key, ...state, ...vkey, '--log-origin', log.name]),
    2,
    'sandbox without a clock',
  )
  assert.equal(
    await run([
      '--port',
      '0',
      ...key,
      ...state,
      ...vkey,
      '--log-origin',
      'other/sandbox',
      '--clock',
      'http://127.0.0.1:1',
    ]),
    2,
  )
  writeFileSync(join(folder, 'damaged.json'), '{"sunlit.test/log/sandbox":{"size":')
  const damaged = await run([
    '--port',
    '0',
    ...key,
    ...state,
    ...vkey,
    '--log-origin',
    log.name,
    '--clock',
    'http://127.0.0.1:1',
  ])
  assert.equal(damaged, 1)
})
