import assert from 'node:assert/strict'
import { test } from 'node:test'
import { currentLink, homeOf } from './nav.ts'

const links = ['/supplier', '/supplier/bids', '/supplier/deposits'].map((href) => ({ href, label: href }))

test('a page stands under the longest address that begins its path, home only for itself', () => {
  assert.equal(currentLink(links, '/supplier')?.href, '/supplier')
  assert.equal(currentLink(links, '/supplier/bids/7')?.href, '/supplier/bids')
  assert.equal(currentLink(links, '/supplier/other'), undefined)
  assert.equal(currentLink(links, '/supplier/bidsx'), undefined)
  assert.equal(homeOf('public'), '/')
})
