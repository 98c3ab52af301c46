import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCheckpoint } from './checkpoint.ts'

const root = Buffer.alloc(32, 0xd2).toString('base64')

test('a checkpoint gives size, root in hex and how many cosigned', () => {
  const note = `yuncheng.example/log\n48213\n${root}\n\n— yuncheng.example/log AAAA\n— audit CCCC\n— daily DDDD\n`
  assert.deepEqual(readCheckpoint(note), { size: 48213, root: 'd2'.repeat(32), witnesses: 2 })
})

test('anything else gives nothing', () => {
  for (const bad of ['', 'a\nb\nc', `o\n12\n${root.slice(1)}\n\n`, '<!doctype html>\n1\n'])
    assert.equal(readCheckpoint(bad), null)
})
