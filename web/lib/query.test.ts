import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pageLinks, readPage, readSort, withQuery } from './query.ts'

test('a change keeps the other parameters, drops page and lang', () => {
  const url = new URL('https://x.cn/notices?q=医&page=3&lang=en')
  assert.equal(withQuery(url, { sort: '-budget' }), '/notices?q=%E5%8C%BB&sort=-budget')
  assert.equal(withQuery(url, { q: null }), '/notices')
  assert.equal(withQuery(url, { page: 4 }, true), '/notices?q=%E5%8C%BB&page=4')
})

test('only allowed columns sort; a page is at least 1', () => {
  assert.deepEqual(readSort(new URL('https://x.cn/?sort=-budget'), ['budget']), { key: 'budget', direction: 'desc' })
  assert.equal(readSort(new URL('https://x.cn/?sort=password'), ['budget']), null)
  assert.equal(readPage(new URL('https://x.cn/?page=-2')), 1)
  assert.equal(readPage(new URL('https://x.cn/?page=7')), 7)
})

test('page links show the ends and the neighbourhood', () => {
  assert.deepEqual(pageLinks(1, 3), [1, 2, 3])
  assert.deepEqual(pageLinks(10, 20), [1, null, 8, 9, 10, 11, 12, null, 20])
})
