import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { unzipSync } from 'fflate'
import { type Bytes, concat, fromUtf8, randomBytes, utf8 } from './bytes.ts'
import { createZip, openZip } from './zip.ts'

const zipOf = async (members: Iterable<[string, Bytes]>): Promise<Bytes> => {
  const out: Bytes[] = []
  const sink = async (bytes: Bytes) => void out.push(bytes)
  const zip = createZip({ sink, deflate: async (bytes) => new Uint8Array(deflateRawSync(bytes)) })
  for (const [name, bytes] of members) await zip.add(name, bytes)
  await zip.finish()
  return new Uint8Array(await new Blob(out).arrayBuffer())
}

test('a zip of ours opens with another reader, and its members at random with ours', async () => {
  const members: [string, Bytes][] = [
    ['说明.txt', utf8('公告'.repeat(1000))],
    ['a/random.bin', randomBytes(5000)],
    ['a/empty', new Uint8Array()],
  ]
  const bytes = await zipOf(members)
  const other = unzipSync(bytes)
  const own = await openZip(new Blob([bytes]))
  assert.deepEqual(
    own.names,
    members.map(([name]) => name),
  )
  for (const [name, content] of members) {
    assert.deepEqual(new Uint8Array(other[name]!), content)
    assert.deepEqual(await own.read(name), content)
  }
  assert.equal(await own.read('b'), null)
  assert.ok(bytes.length < 8000, 'what compresses is deflated')
})

test('more members than a plain directory can count', async () => {
  const bytes = await zipOf(Array.from({ length: 70_000 }, (_, i): [string, Bytes] => [`m/${i}`, utf8(`${i}`)]))
  const zip = await openZip(new Blob([bytes]))
  assert.equal(zip.names.length, 70_000)
  assert.equal(fromUtf8((await zip.read('m/69999'))!), '69999')
})

test('torn, doubled and foreign files are refused', async () => {
  const bytes = await zipOf([
    ['one', utf8('1'.repeat(100))],
    ['two', utf8('2')],
  ])
  const torn = [bytes.slice(0, -1), bytes.slice(0, 20), new Uint8Array(), utf8('PK'), randomBytes(100)]
  for (const file of torn) await assert.rejects(openZip(new Blob([file])), RangeError)
  const doubled = concat(bytes)
  const at = doubled.lastIndexOf('t'.charCodeAt(0))
  doubled.set(utf8('one'), at)
  await assert.rejects(openZip(new Blob([doubled])), /stands twice/)
})
