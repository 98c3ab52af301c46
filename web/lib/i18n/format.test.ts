import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileSize, money, wan, yuan } from './amount.ts'
import { dateWords, parseBeijing } from './date.ts'
import { beijingDate, duration, instant, instantIso } from './instant.ts'
import { fill } from './text.ts'

test('instants are shown in Beijing time whatever the machine thinks', () => {
  assert.equal(instant('2026-11-26T01:00:00Z', 'zh-CN'), '2026-11-26 09:00:00（北京时间）')
  assert.equal(instant('2026-11-25T16:00:00.418Z', 'en', 'ms'), '2026-11-26 00:00:00.418 (Beijing time)')
  assert.equal(beijingDate('2026-12-31T16:00:00Z'), '2027-01-01')
  assert.equal(instantIso('2026-11-26T01:00:00Z'), '2026-11-26T09:00:00+08:00')
  assert.equal(dateWords('2026-11-23', 'zh-CN'), '2026年11月23日 星期一')
  assert.equal(dateWords('2026-11-23', 'en'), 'Monday 23 November 2026')
})

test('typed times are read as Beijing time, full width and 年月日 too; impossible ones are refused', () => {
  assert.equal(parseBeijing('2026-12-01 09:00'), '2026-12-01T01:00:00.000Z')
  assert.equal(parseBeijing('２０２６年１２月１日 ９：００'), '2026-12-01T01:00:00.000Z')
  assert.equal(parseBeijing('2026/2/3'), '2026-02-02T16:00:00.000Z')
  for (const bad of ['2026-02-29 09:00', '2026-13-01', '2026-12-01 24:00', '2026-12-01 09:60', 'tomorrow', '']) {
    assert.equal(parseBeijing(bad), null, bad)
  }
})

test('money comes from 分 exactly', () => {
  assert.equal(yuan('123456'), '1,234.56')
  assert.equal(yuan('5'), '0.05')
  assert.equal(yuan(-100000n), '−1,000.00')
  assert.equal(yuan('99999999999999999999'), '999,999,999,999,999,999.99')
  assert.equal(money('1280000000', 'zh-CN'), '12,800,000.00元')
  assert.equal(money('1280000000', 'en'), 'CNY 12,800,000.00')
  assert.equal(wan('1280000000', 'zh-CN'), '1,280万元')
  assert.equal(wan('500000', 'zh-CN'), '0.5万元')
  assert.equal(wan('1', 'zh-CN'), '0.000001万元')
})

test('sizes and stretches of time', () => {
  assert.deepEqual([0, 999, 1000, 214_000, 24_600_000, 486_500_000].map(fileSize), [
    ...['0 B', '999 B', '1 KB', '214 KB', '24.6 MB', '486.5 MB'],
  ])
  assert.equal(duration(((2 * 24 + 22) * 60 + 35) * 60_000, 'zh-CN'), '2天22小时35分')
  assert.equal(duration(248_000, 'zh-CN'), '4分08秒')
  assert.equal(duration(-1, 'en'), '0 s')
})

test('messages: names are filled, a missing name stays visible, English chooses its plural', () => {
  assert.equal(fill('{n}项', { n: 3 }), '3项')
  assert.equal(fill('{missing}'), '{missing}')
  assert.equal(fill('{n} {n|task|tasks}', { n: 1 }), '1 task')
  assert.equal(fill('{n} {n|task|tasks}', { n: 0 }), '0 tasks')
})
