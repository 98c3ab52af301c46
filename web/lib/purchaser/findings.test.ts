import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cite } from './findings.ts'

test('a rule is cited as its regulation counts: by article and item, or by its name alone', () => {
  const cited = (regulation: string, article: string) => [
    cite({ regulation, article }, 'zh-CN'),
    cite({ regulation, article }, 'en'),
  ]
  assert.deepEqual(cited('87号令', '16'), ['87号令第16条', '87号令 art. 16'])
  assert.deepEqual(cited('87号令', '6(2)'), ['87号令第6条第2项', '87号令 art. 6(2)'])
  assert.deepEqual(cited('财库〔2022〕19号', ''), ['财库〔2022〕19号', '财库〔2022〕19号'])
  assert.deepEqual(cited('', ''), ['', ''])
})
