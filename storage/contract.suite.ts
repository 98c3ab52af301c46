import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { binary, collect, newKey, pieces, refusedWith, sha256, text } from './contract.tools.ts'
import { downloading, uploading } from './contract-signed.suite.ts'
import { type ObjectStore, readAll } from './port.ts'

/** What every driver promises; `open` gives a store whose signed addresses can be fetched. */
export const contractSuite = (name: string, open: () => Promise<{ store: ObjectStore; close: () => Promise<void> }>) =>
  describe(`object store contract: ${name}`, () => {
    let store!: ObjectStore
    let close!: () => Promise<void>
    before(async () => {
      ;({ store, close } = await open())
    })
    after(() => close())
    const lend = () => store
    writing(lend)
    large(lend)
    reading(lend)
    removing(lend)
    uploading(lend)
    downloading(lend)
  })

const writing = (store: () => ObjectStore) => {
  test('bytes come back as they were put, with size, hash and type', async () => {
    const [key, bytes] = [newKey(), randomBytes(70_000)]
    const put = await store().put(key, bytes, { contentType: 'application/pdf', sha256: sha256(bytes) })
    assert.deepEqual({ size: put.size, sha256: put.sha256 }, { size: bytes.length, sha256: sha256(bytes) })
    assert.deepEqual(Buffer.from(await readAll(await store().get(key))), bytes)
    const head = await store().head(key)
    assert.equal(head?.contentType, 'application/pdf')
    assert.equal(head?.size, bytes.length)
    assert.equal(head?.sha256, sha256(bytes))
    assert.equal(head?.versionId, put.versionId)
  })

  test('a stream and an empty object', async () => {
    const [key, bytes] = [newKey(), randomBytes(300_001)]
    await store().put(key, pieces(bytes, 1000), { contentType: binary, size: bytes.length })
    assert.equal(sha256(await readAll(await store().get(key))), sha256(bytes))
    const empty = newKey()
    assert.equal((await store().put(empty, new Uint8Array(), { contentType: text })).size, 0)
    assert.equal((await readAll(await store().get(empty))).byteLength, 0)
  })

  test('a key is written once, also by twelve writers at the same time', async () => {
    const key = newKey()
    const bodies = Array.from({ length: 12 }, () => randomBytes(5000))
    const results = await Promise.allSettled(bodies.map((body) => store().put(key, body, { contentType: binary })))
    const winners = results.flatMap((result, at) => (result.status === 'fulfilled' ? [at] : []))
    assert.equal(winners.length, 1)
    for (const result of results) if (result.status === 'rejected') refusedWith('object-exists')(result.reason)
    await assert.rejects(store().put(key, randomBytes(10), { contentType: binary }), refusedWith('object-exists'))
    assert.deepEqual(Buffer.from(await readAll(await store().get(key))), bodies[winners[0] ?? -1])
  })

  test('other bytes or another length than announced are refused and leave nothing', async () => {
    const key = newKey()
    const [body, contentType] = [randomBytes(1000), binary]
    const wrong = sha256(Buffer.from('other'))
    await assert.rejects(store().put(key, body, { contentType, sha256: wrong }), refusedWith('checksum-mismatch'))
    for (const size of [999, 1001])
      await assert.rejects(store().put(key, body, { contentType, size }), refusedWith('size-mismatch'))
    assert.equal(await store().head(key), null)
    assert.deepEqual(await collect(store(), key), {})
    await store().put(key, body, { contentType })
  })

  test('keys that are not ours to make are refused everywhere', async () => {
    const keys = [
      '',
      '.',
      '..',
      '../x',
      'a/../b',
      '/a',
      'a/',
      'a//b',
      'A',
      '投标',
      'a b',
      'a~',
      '.hidden',
      'a'.repeat(600),
    ]
    for (const key of keys) {
      const expected = refusedWith('object-key-invalid')
      await assert.rejects(store().put(key, new Uint8Array(1), { contentType: text }), expected)
      await assert.rejects(store().get(key), expected)
      await assert.rejects(store().head(key), expected)
      await assert.rejects(store().remove(key), expected)
      await assert.rejects(store().presignGet({ key, expiresSeconds: 60 }), expected)
      const put = { key, expiresSeconds: 60, maxSize: 1, contentType: text }
      await assert.rejects(store().presignPut(put), expected)
    }
  })
}

const large = (store: () => ObjectStore) => {
  const body = randomBytes(37 * 1024 * 1024)

  test('a large stream of unknown length, once', async () => {
    const key = newKey()
    const put = await store().put(key, pieces(body), { contentType: binary, sha256: sha256(body) })
    assert.equal(put.size, body.length)
    assert.equal(sha256(await readAll(await store().get(key))), sha256(body))
    assert.equal((await store().head(key))?.sha256, sha256(body))
    await assert.rejects(store().put(key, pieces(body), { contentType: binary }), refusedWith('object-exists'))
    const over = { start: 16 * 1024 * 1024 - 3, end: 16 * 1024 * 1024 + 3 }
    const range = await readAll(await store().get(key, { range: over }))
    assert.deepEqual(Buffer.from(range), body.subarray(over.start, over.end + 1))
    await store().remove(key)
  })

  test('two large writers at the same time: one wins whole', async () => {
    const key = newKey()
    const bodies = [body, Buffer.from(body).fill(7, 0, 100)]
    const results = await Promise.allSettled(
      bodies.map((bytes) => store().put(key, pieces(bytes), { contentType: binary })),
    )
    const winner = results.findIndex(({ status }) => status === 'fulfilled')
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal(sha256(await readAll(await store().get(key))), sha256(bodies[winner] ?? body))
    await store().remove(key)
  })

  test('a large stream that breaks, lies or grows leaves nothing', async () => {
    const key = newKey()
    const broken = async function* () {
      yield* pieces(body.subarray(0, 20 * 1024 * 1024))
      throw new Error('the line went dead')
    }
    await assert.rejects(store().put(key, broken(), { contentType: binary }), /the line went dead/)
    const lie = { contentType: binary, sha256: sha256(Buffer.from('other')) }
    await assert.rejects(store().put(key, pieces(body), lie), refusedWith('checksum-mismatch'))
    const short = { contentType: binary, size: 30 * 1024 * 1024 }
    await assert.rejects(store().put(key, pieces(body), short), refusedWith('size-mismatch'))
    assert.equal(await store().head(key), null)
    assert.deepEqual(await collect(store(), key), {})
  })
}

const reading = (store: () => ObjectStore) => {
  test('ranges are inclusive, open ends reach the end, ranges outside are refused', async () => {
    const [key, bytes] = [newKey(), Buffer.from('0123456789')]
    await store().put(key, bytes, { contentType: text })
    const read = async (range: { start: number; end?: number }) =>
      Buffer.from(await readAll(await store().get(key, { range }))).toString()
    assert.equal(await read({ start: 2, end: 4 }), '234')
    assert.equal(await read({ start: 0, end: 0 }), '0')
    assert.equal(await read({ start: 7 }), '789')
    assert.equal(await read({ start: 8, end: 400 }), '89')
    for (const range of [{ start: 10 }, { start: -1 }, { start: 5, end: 4 }])
      await assert.rejects(read(range), refusedWith('range-not-satisfiable'))
  })

  test('what is not there', async () => {
    await assert.rejects(store().get(newKey()), refusedWith('object-not-found'))
    assert.equal(await store().head(newKey()), null)
    assert.deepEqual(await collect(store(), newKey()), {})
    await store().remove(newKey())
  })

  test('list by prefix; an object may have the name of another one’s folder; digits stay digits', async () => {
    const base = newKey()
    const keys = [base, `${base}/1`, `${base}/1/0001`, `${base}/12`, `${base}x`]
    for (const key of keys) await store().put(key, Buffer.from(key), { contentType: text })
    assert.deepEqual(await collect(store(), base), Object.fromEntries(keys.map((key) => [key, key.length])))
    assert.deepEqual(Object.keys(await collect(store(), `${base}/1`)).sort(), keys.slice(1, 4).sort())
    const digits = `0${String(BigInt(`0x${randomBytes(16).toString('hex')}`))}`
    await store().put(digits, Buffer.from('1'), { contentType: text })
    assert.deepEqual(await collect(store(), digits), { [digits]: 1 })
    await store().remove(digits)
    assert.deepEqual(await collect(store(), digits), {})
  })

  test('ready', async () => store().check())
}

const removing = (store: () => ObjectStore) => {
  test('removed is absent everywhere, and only that object', async () => {
    const [key, other] = [newKey(), newKey()]
    await store().put(key, Buffer.from('one'), { contentType: text })
    await store().put(`${key}.other`, Buffer.from('two'), { contentType: text })
    await store().put(other, Buffer.from('three'), { contentType: text })
    await store().remove(key)
    assert.equal(await store().head(key), null)
    await assert.rejects(store().get(key), refusedWith('object-not-found'))
    assert.deepEqual(await collect(store(), key), { [`${key}.other`]: 3 })
    await store().put(key, Buffer.from('again'), { contentType: text })
    assert.equal(Buffer.from(await readAll(await store().get(key))).toString(), 'again')
  })

  test('a retained object cannot be removed before its time, then it can', async () => {
    const key = newKey()
    const retainUntil = Date.now() + 2500
    await store().put(key, Buffer.from('published'), { contentType: text, retainUntil })
    await assert.rejects(store().remove(key), refusedWith('object-retained'))
    assert.equal(Buffer.from(await readAll(await store().get(key))).toString(), 'published')
    for (let tries = 0; (await store().head(key)) !== null; tries++) {
      assert.ok(Date.now() < retainUntil + 10_000, `still retained after ${tries} tries`)
      await store()
        .remove(key)
        .catch((error) => refusedWith('object-retained')(error))
    }
    assert.ok(Date.now() >= retainUntil)
  })
}
