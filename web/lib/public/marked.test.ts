import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markedParts, searchWords } from './marked.ts'

test('searched words are marked where they stand; signs of regular expressions are plain text', () => {
  assert.deepEqual(markedParts('人民医院CT', ['医', 'ct']), [
    { text: '人民', hit: false },
    { text: '医', hit: true },
    { text: '院', hit: false },
    { text: 'CT', hit: true },
  ])
  assert.deepEqual(markedParts('a(b', searchWords(' ( ')), [
    { text: 'a', hit: false },
    { text: '(', hit: true },
    { text: 'b', hit: false },
  ])
  assert.deepEqual(markedParts('x', []), [{ text: 'x', hit: false }])
})
