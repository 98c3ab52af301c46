import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { handIn } from '../client/bidder.testing.ts'
import { fetchReceipt } from '../client/submit-bid.ts'
import { toBase64 } from '../log/bytes.ts'
import { formatPolicy } from '../log/policy.ts'
import { TENDER } from '../seal/actors.testing.ts'
import { run } from './verify.ts'

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

test('what is not an address of a tender is refused', async () => {
  assert.equal(await run([`${origin}/tenders`]), 2)
  assert.equal(await run([]), 2)
})
