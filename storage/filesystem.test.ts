import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, unlink, utimes, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReadableStream } from 'node:stream/web'
import { after, before, describe, test } from 'node:test'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { contractSuite } from './contract.suite.ts'
import { type FilesystemStore, openFilesystemStore } from './filesystem.ts'
import { filesystemRoutes } from './filesystem-routes.ts'
import { readAll } from './port.ts'

type Opened = { store: FilesystemStore; directory: string; port: number; close: () => Promise<void> }

/** A store in a fresh directory with its routes really served on loopback. */
const openServed = async (): Promise<Opened> => {
  const directory = await mkdtemp(join(tmpdir(), 'sunlit-objects-'))
  const app = new Hono()
  let port = 0
  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const listening = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, (info) => {
      port = info.port
      resolve(listening)
    })
  })
  const publicUrl = `http://127.0.0.1:${port}`
  const store = await openFilesystemStore({ directory, signingKey: randomBytes(32), publicUrl })
  app.route('/objects', filesystemRoutes(store))
  const close = async () => {
    await new Promise((resolve) => server.close(resolve))
    await rm(directory, { recursive: true })
  }
  return { store, directory, port, close }
}

contractSuite('filesystem', openServed)

describe('filesystem store', () => {
  let opened!: Opened
  before(async () => {
    opened = await openServed()
  })
  after(() => opened.close())
  const address = (size: number) => {
    const key = `t/${randomUUID()}`
    const contentType = 'application/octet-stream'
    return opened.store
      .presignPut({ key, maxSize: size, contentType, expiresSeconds: 60 })
      .then((put) => ({ key, ...put }))
  }

  test('refusals are problem+json with their own status', async () => {
    const { url, headers } = await address(10)
    const ask = async (to: string, body: Buffer<ArrayBuffer>, more = {}) => {
      const answer = await fetch(to, { method: 'PUT', headers: { ...headers, ...more }, body })
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
      return [answer.status, ((await answer.json()) as { code: string }).code]
    }
    assert.deepEqual(await ask(url, Buffer.alloc(11)), [413, 'object-too-large'])
    assert.deepEqual(await ask(url, Buffer.alloc(9)), [422, 'size-mismatch'])
    assert.deepEqual(await ask(url, Buffer.alloc(10), { 'content-type': 'text/html' }), [415, 'content-type-mismatch'])
    assert.deepEqual(await ask(url.replace('size=10', 'size=11'), Buffer.alloc(11)), [403, 'object-address-invalid'])
    const old = new URL(url)
    const grant = { method: 'PUT', key: 't/old', expires: 1, size: 10, contentType: 'text/plain', sha256: '' } as const
    old.pathname = '/objects/t/old'
    old.search = new URLSearchParams({
      expires: '1',
      size: '10',
      contentType: 'text/plain',
      signature: opened.store.sign(grant),
    }).toString()
    assert.deepEqual(await ask(old.href, Buffer.alloc(10)), [403, 'object-address-expired'])
    assert.equal((await fetch(url, { method: 'PUT', headers, body: Buffer.alloc(10) })).status, 201)
    assert.deepEqual(await ask(url, Buffer.alloc(10)), [412, 'object-exists'])
    assert.deepEqual(await readdir(join(opened.directory, 'tmp')), [])
  })

  test('a body without a length is cut off when it grows too long, and nothing is left', async () => {
    const { key, url, headers } = await address(1000)
    const endless = async function* () {
      for (let sent = 0; sent < 100; sent++) yield randomBytes(500)
    }
    const request = {
      method: 'PUT',
      headers,
      body: ReadableStream.from(endless()),
      duplex: 'half',
    } as unknown as RequestInit
    const status = await fetch(url, request).then(
      (answer) => answer.status,
      () => 413,
    )
    assert.equal(status, 413)
    assert.equal(await opened.store.head(key), null)
    assert.deepEqual(await readdir(join(opened.directory, 'tmp')), [])
  })

  test('a client that goes away in the middle leaves nothing', async () => {
    const { key, url, headers } = await address(1_000_000)
    const { pathname, search } = new URL(url)
    const socket = connect({ port: opened.port, host: '127.0.0.1' })
    const head = Object.entries({ host: 'x', 'content-length': '1000000', ...headers }).map(
      ([k, v]) => `${k}: ${v}\r\n`,
    )
    await new Promise((resolve) => socket.write(`PUT ${pathname}${search} HTTP/1.1\r\n${head.join('')}\r\n`, resolve))
    await new Promise((resolve) => socket.write(randomBytes(100_000), resolve))
    const temporary = join(opened.directory, 'tmp')
    while ((await readdir(temporary)).length === 0) await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    while ((await readdir(temporary)).length > 0) await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await opened.store.head(key), null)
  })

  test('HEAD answers without a body; what is served can neither be sniffed nor run', async () => {
    const key = `t/${randomUUID()}`
    await opened.store.put(key, Buffer.from('<script>'), { contentType: 'text/html' })
    const url = await opened.store.presignGet({ key, expiresSeconds: 60 })
    const answer = await fetch(url, { method: 'HEAD' })
    assert.equal(answer.headers.get('content-length'), '8')
    assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
    assert.equal(answer.headers.get('content-security-policy'), "default-src 'none'; sandbox")
    assert.equal(answer.headers.get('content-disposition'), 'attachment')
    const tail = await fetch(url, { headers: { range: 'bytes=-3' } })
    assert.deepEqual([tail.status, await tail.text()], [206, 'pt>'])
  })

  test('an object whose description was lost in a crash is described again from its bytes', async () => {
    const key = `t/${randomUUID()}`
    const { sha256 } = await opened.store.put(key, Buffer.from('bytes'), { contentType: 'text/plain' })
    await unlink(join(opened.directory, 'objects', `${key}~meta`))
    const again = { size: 5, contentType: 'application/octet-stream', sha256 }
    assert.deepEqual(await opened.store.head(key), again)
    assert.deepEqual(await opened.store.head(key), again)
  })

  test('opening clears what a killed process left a day ago, not what another replica writes now', async () => {
    const temporary = join(opened.directory, 'tmp')
    for (const name of ['old', 'new']) await writeFile(join(temporary, name), 'x')
    const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 3600
    await utimes(join(temporary, 'old'), twoDaysAgo, twoDaysAgo)
    const again = await openFilesystemStore({ directory: opened.directory, signingKey: randomBytes(32) })
    assert.deepEqual(await readdir(temporary), ['new'])
    await unlink(join(temporary, 'new'))
    const key = `t/${randomUUID()}`
    await again.put(key, Buffer.from('kept'), { contentType: 'text/plain' })
    assert.equal(Buffer.from(await readAll(await opened.store.get(key))).toString(), 'kept')
    assert.match(await again.presignGet({ key, expiresSeconds: 60 }), /^\/objects\/t\//)
  })

  test('another key signs other addresses; a short key is refused', async () => {
    const other = await openFilesystemStore({ directory: opened.directory, signingKey: randomBytes(32) })
    const url = await other.presignGet({ key: 't/x', expiresSeconds: 60 })
    assert.equal((await fetch(`http://127.0.0.1:${opened.port}${url}`)).status, 403)
    await assert.rejects(openFilesystemStore({ directory: opened.directory, signingKey: randomBytes(16) }), /32 bytes/)
  })
})
