import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { handIn } from '../client/bidder.testing.ts'
import { check } from '../client/checks.ts'
import { fetchReceipt } from '../client/submit-bid.ts'
import { toBase64 } from '../log/bytes.ts'
import { formatPolicy } from '../log/policy.ts'
import { TENDER } from '../seal/actors.testing.ts'
import { completeness, run } from './verify.ts'

const { platform, http, trust, received } = await handIn()
const folder = mkdtempSync(join(tmpdir(), 'sunlit-verify-'))
const server = createServer(async (request, response) => {
  const answer = await platform.fetch(`http://platform.test${request.url}`, { method: request.method ?? 'GET' })
  response.writeHead(answer.status).end(new Uint8Array(await answer.arrayBuffer()))
})
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
after(() => {
  server.close()
  server.closeAllConnections()
  rmSync(folder, { recursive: true })
})

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

test('a tender that is still open verifies, one with an altered notice does not', async () => {
  assert.equal(await run([`${origin}/tenders/${TENDER}`, '--json']), 0)
  const notice = platform.shown[0]!
  const { pdf } = notice
  notice.pdf = new Uint8Array(3)
  assert.equal(await run([`${origin}/api/tenders/${TENDER}`, '--zh']), 1)
  notice.pdf = pdf
})

test('a receipt verifies offline with files of one’s own, and a torn one does not', async () => {
  const { zip } = await fetchReceipt(http, trust, received.bidId)
  const policy = file('policy.txt', formatPolicy(platform.log.policy))
  const der = toBase64(platform.world.ca.certificateDer)
  const ca = file('ca.pem', `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`)
  assert.equal(await run([file('receipt.zip', zip), '--policy', policy, '--ca', ca]), 0)
  assert.equal(await run([file('receipt.zip', zip), '--from', origin]), 0)
  assert.equal(await run([file('torn.zip', zip.slice(0, 900)), '--policy', policy, '--ca', ca]), 1)
  assert.equal(await run([file('receipt.zip', zip)]), 2)
})

test('the whole log verifies from its address, and a monitor follows it until it forks', async () => {
  assert.equal(await run([origin, '--json']), 0)
  platform.state.routes.set('/api/notices', { total: 0, pageSize: 20, items: [] })
  const state = join(folder, 'watch.json')
  const look = () => run(['--watch', origin, '--state', state, '--once'])
  assert.equal(await look(), 0)
  await platform.tick(platform.state.now + 1000)
  assert.equal(await look(), 0)
  const kept = readFileSync(state, 'utf8')
  const last = platform.log.notes.pop()!
  assert.equal(await look(), 1)
  assert.equal(readFileSync(state, 'utf8'), kept)
  const proof = JSON.parse(readFileSync(`${state}.alarm.json`, 'utf8')) as { kept: string; shown: string }
  assert.deepEqual([proof.kept, proof.shown], [last, platform.log.notes.at(-1)])
  platform.log.notes.push(last)
  assert.equal(await run(['--watch', 'http://127.0.0.1:1', '--state', state, '--once']), 2)
  writeFileSync(state, '{}')
  assert.equal(await look(), 2, 'another file is not overwritten')
})

test('complete is said under one rule only', () => {
  const made = (ten: boolean | null, eleven: boolean | null, twelve: boolean | null, closed: boolean | null = true) => [
    check('V-40', closed),
    check('V-10', ten, ten === null ? 'days not yet disclosed: 2026-11-24' : ''),
    check('V-11', eleven),
    check('V-12', twelve),
  ]
  assert.equal(completeness(made(true, true, true)), 'complete')
  assert.equal(completeness(made(null, null, null)), 'days not yet disclosed: 2026-11-24')
  assert.equal(completeness(made(true, false, true)), 'not complete')
  assert.equal(completeness([check('V-40', null)]), 'not yet: nothing is closed')
  assert.notEqual(completeness(made(true, true, true, null)), 'complete', 'another lot is still open')
})

test('what is not an address of a tender is refused', async () => {
  assert.equal(await run([`${origin}/tenders`]), 2)
  assert.equal(await run([]), 2)
})
