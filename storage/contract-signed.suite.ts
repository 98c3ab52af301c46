import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { binary, collect, newKey, refusedWith, sha256, text } from './contract.tools.ts'
import { type ObjectStore, readAll } from './port.ts'

const send = async (url: string, headers: Record<string, string>, body: Uint8Array) => {
  const answer = await fetch(url, { method: 'PUT', headers, body: Buffer.from(body) })
  await answer.body?.cancel()
  return answer.status
}

/** Signed addresses for one PUT. */
export const uploading = (store: () => ObjectStore) => {
  const presigned = async (body: Uint8Array, more: { sha256?: string; expiresSeconds?: number } = {}) => {
    const key = newKey()
    const put = await store().presignPut({
      key,
      maxSize: body.length,
      contentType: binary,
      expiresSeconds: 60,
      ...more,
    })
    return { key, ...put }
  }

  test('a signed address takes one object once', async () => {
    const body = randomBytes(100_000)
    const { key, url, headers } = await presigned(body, { sha256: sha256(body) })
    assert.ok([200, 201].includes(await send(url, headers, body)))
    assert.equal(await send(url, headers, randomBytes(100_000)), store().refusesSecondPut ? 412 : 200)
    assert.equal(sha256(await readAll(await store().get(key))), sha256(body))
    assert.equal((await store().head(key))?.contentType, binary)
    await assert.rejects(store().put(key, body, { contentType: binary }), refusedWith('object-exists'))
  })

  test('it takes no other length, type, key, method or moment, and leaves nothing', async () => {
    const body = randomBytes(1000)
    const { key, url, headers } = await presigned(body)
    const other = newKey()
    const attempts: [string, Promise<number>][] = [
      ['longer', send(url, headers, randomBytes(1001))],
      ['shorter', send(url, headers, randomBytes(999))],
      ['other type', send(url, { ...headers, 'content-type': 'text/html' }, body)],
      ['other key', send(url.replace(key, other), headers, body)],
      ['signature', send(`${url.slice(0, -1)}${url.endsWith('0') ? '1' : '0'}`, headers, body)],
      ['unsigned', send(url.split('?')[0] ?? '', headers, body)],
      ['read', fetch(url).then((answer) => answer.status)],
    ]
    for (const [what, attempt] of attempts) assert.ok([400, 403, 413, 415, 422].includes(await attempt), what)
    const late = await presigned(body, { expiresSeconds: 1 })
    for (let status = 0; status !== 403; ) {
      // An address that is already used answers 412 as long as it is alive.
      status = await send(late.url, late.headers, body)
      assert.ok([200, 201, 403, 412].includes(status))
    }
    for (const gone of [key, other]) assert.equal(await store().head(gone), null)
    assert.ok([200, 201].includes(await send(url, headers, body)), 'the address itself was good')
  })

  test('eight uploads to one address at the same time: the object is whole and one of them', async () => {
    const bodies = Array.from({ length: 8 }, () => randomBytes(4000))
    const { key, url, headers } = await presigned(bodies[0] as Buffer)
    await Promise.all(bodies.map((body) => send(url, headers, body)))
    const kept = sha256(await readAll(await store().get(key)))
    assert.ok(bodies.some((body) => sha256(body) === kept))
    assert.equal(await send(url, headers, randomBytes(4000)), store().refusesSecondPut ? 412 : 200)
    assert.equal(sha256(await readAll(await store().get(key))), kept)
    const address = await store().presignGet({ key, expiresSeconds: 60 })
    assert.equal(sha256(Buffer.from(await (await fetch(address)).arrayBuffer())), kept)
    assert.deepEqual(await collect(store(), key), { [key]: 4000 })
    await store().remove(key)
    assert.equal(await store().head(key), null)
  })

  test('an announced hash is enforced where the store says so', async () => {
    const body = randomBytes(1000)
    const { key, url, headers } = await presigned(randomBytes(1000), { sha256: sha256(Buffer.from('other')) })
    const status = await send(url, headers, body)
    if (store().verifiesSha256) assert.ok([400, 422].includes(status))
    else assert.equal((await store().head(key))?.sha256, undefined, 'a claimed hash must not look like ours')
  })
}

/** Signed addresses to read. */
export const downloading = (store: () => ObjectStore) => {
  test('a signed address reads one object, whole or by range, as an attachment', async () => {
    const [key, body] = [newKey(), randomBytes(50_000)]
    await store().put(key, body, { contentType: 'application/pdf' })
    const url = await store().presignGet({ key, expiresSeconds: 60, fileName: "采购文件 (1)'.pdf" })
    const whole = await fetch(url)
    assert.equal(whole.status, 200)
    assert.equal(whole.headers.get('content-type'), 'application/pdf')
    const disposition = whole.headers.get('content-disposition') ?? ''
    assert.equal(disposition, "attachment; filename*=UTF-8''%E9%87%87%E8%B4%AD%E6%96%87%E4%BB%B6%20%281%29%27.pdf")
    assert.deepEqual(Buffer.from(await whole.arrayBuffer()), body)
    const part = await fetch(url, { headers: { range: 'bytes=100-199' } })
    assert.equal(part.status, 206)
    assert.equal(part.headers.get('content-range'), 'bytes 100-199/50000')
    assert.deepEqual(Buffer.from(await part.arrayBuffer()), body.subarray(100, 200))
    const outside = await fetch(url, { headers: { range: 'bytes=50000-' } })
    assert.equal(outside.status, 416)
  })

  test('it reads nothing else, and not for ever', async () => {
    const [key, other] = [newKey(), newKey()]
    for (const name of [key, other]) await store().put(name, Buffer.from(name), { contentType: text })
    const url = await store().presignGet({ key, expiresSeconds: 60 })
    const status = async (address: string, method = 'GET') => (await fetch(address, { method })).status
    assert.equal(await status(url), 200)
    assert.equal(await status(url.replace(key, other)), 403)
    assert.equal(await status(url.split('?')[0] ?? ''), 403)
    assert.ok([403, 404, 405].includes(await status(url, 'DELETE')))
    assert.equal(await send(url, {}, Buffer.from('x')), 403)
    const brief = await store().presignGet({ key, expiresSeconds: 1 })
    for (let answer = 200; answer !== 403; answer = await status(brief)) assert.equal(answer, 200)
    const nothing = await store().presignGet({ key: newKey(), expiresSeconds: 60 })
    assert.equal(await status(nothing), 404)
  })
}
