import assert from 'node:assert/strict'
import { test } from 'node:test'
import { yuanToFen } from './yuan.ts'

test('an amount as typed becomes 分 exactly; nothing else passes', () => {
  assert.equal(yuanToFen('150,000.00'), '15000000')
  assert.equal(yuanToFen('１５０.5'), '15050')
  for (const bad of ['', '0', '0.00', '-1', '1.005', '1e3', '十元']) assert.equal(yuanToFen(bad), null, bad)
})
