import assert from 'node:assert/strict'
import { test } from 'node:test'
import { safeReturn } from './return.ts'

test('one comes back to a path of this site and to nothing else', () => {
  assert.equal(safeReturn('/tenders/1?page=2#verify'), '/tenders/1?page=2#verify')
  for (const bad of ['//evil.cn', 'https://evil.cn', '/\\evil.cn', 'javascript:1', '', null, undefined, '/ /evil.cn'])
    assert.equal(safeReturn(bad, '/home'), '/home', String(bad))
})
