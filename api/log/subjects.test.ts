import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { equal, randomBytes, shortHmac, u32, utf8 } from './bytes.ts'
import { encodeLeaf } from './leaf.ts'
import { createSubjects } from './subjects.ts'

const leafOf = (subject: Uint8Array) =>
  encodeLeaf({ time: 1, subject: new Uint8Array(subject), commitment: new Uint8Array(32) })

test('a subject is found again wherever it first stood, however many there are', () => {
  const subjects = createSubjects()
  // Alike but for four bytes in the middle: the table must compare them whole.
  const subjectOf = (n: number) => {
    const subject = new Uint8Array(32).fill(7)
    subject.set(u32(n), 14)
    return subject
  }
  for (let n = 0; n < 20_000; n++) assert.equal(subjects.place(leafOf(subjectOf(n)), 3 * n), undefined)
  for (const n of [0, 1, 511, 512, 1024, 19_999]) assert.equal(subjects.place(leafOf(subjectOf(n)), 99_999), 3 * n)
  assert.equal(subjects.place(leafOf(subjectOf(20_000)), 0), undefined)
  assert.equal(subjects.place(leafOf(subjectOf(20_000)), 5), 0, 'the first leaf of a log counts, too')
})

test('the short HMAC is HMAC-SHA-256 for keys and data of every length', () => {
  for (const [key, data] of [
    [1, 0],
    [32, 8],
    [32, 18],
    [64, 64],
    [64, 65],
    [65, 8],
    [200, 900],
  ] as const) {
    const [k, d] = [randomBytes(key), randomBytes(data)]
    assert.ok(equal(shortHmac(k, d), createHmac('sha256', k).update(d).digest()), `${key}/${data}`)
  }
  const first = shortHmac(utf8('key'), utf8('one'))
  shortHmac(utf8('key'), utf8('two'))
  assert.ok(equal(first, createHmac('sha256', 'key').update('one').digest()), 'an answer is nobody’s scratch paper')
  assert.throws(() => shortHmac(new Uint8Array(), utf8('one')), RangeError)
})
