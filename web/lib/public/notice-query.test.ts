import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNoticeQuery, wanToFen } from './notice-query.ts'

test('万元 becomes 分 exactly; what is no amount is no filter', () => {
  assert.equal(wanToFen('128'), '128000000')
  assert.equal(wanToFen('０.５'), '500000')
  assert.equal(wanToFen('1,280.000001'), '1280000001')
  for (const bad of ['', '-1', '1e3', '十', '1.0000001']) assert.equal(wanToFen(bad), null, bad)
})

test('the address is read; unknown values are named, never asked of the API', () => {
  const read = readNoticeQuery(
    new URLSearchParams('q=医&status=published&object=ships&least=x&from=2026-02-30&to=2026-11-23&regime='),
  )
  assert.deepEqual(read.api, { q: '医', status: 'published', to: '2026-11-23' })
  assert.deepEqual(read.wrong, ['ships', 'x', '2026-02-30'])
})
