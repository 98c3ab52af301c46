import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contextAt } from '../../law/contract.ts'
import { contentSchema, type LotContent } from '../contract/content.ts'
import { sampleDraft } from '../sample.testing.ts'
import { checkLot } from './lots.ts'

const AT = new Date('2026-11-23T02:00:00Z')

test('46号 9: a deduction for consortia lies within its own range, and a reserved lot has none', () => {
  const content = contentSchema.parse(sampleDraft(AT, [crypto.randomUUID()]))
  const codes = (change: Partial<LotContent>) =>
    checkLot({ ...content.lots[0]!, ...change }, 0, content, contextAt(AT.getTime())).map(
      ({ field, code }) => `${field}:${code}`,
    )
  for (const consortiumRate of [undefined, null, '0.04', '0.06'])
    assert.deepEqual(codes(consortiumRate === undefined ? {} : { consortiumRate }), [])
  for (const consortiumRate of ['0', '0.0399', '0.1'])
    assert.deepEqual(codes({ consortiumRate }), ['lots.0.consortiumRate:sme-rate-out-of-range'])
  assert.deepEqual(codes({ smeReserved: true, smeRate: '0', consortiumRate: '0.05' }), [
    'lots.0.consortiumRate:sme-rate-when-reserved',
  ])
})
