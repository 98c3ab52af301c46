import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserName } from './browser.ts'
import { type Card, fingerprintOf, holderOf, standingOf } from './cards.ts'

const card = (id: string, more: Partial<Card> = {}): Card => ({
  id,
  person: '李雷',
  certificate: { sha256: 'c1', subject: 'C=CN, CN=晨光医疗', notAfter: '2027-11-26T01:00:00.000Z' },
  browser: 'Chrome 140',
  bytes: 1,
  pace: { seal: 1, upload: 1, download: 1 },
  passedAt: '2026-11-26T01:00:00.000Z',
  validUntil: '2026-11-27T01:00:00.000Z',
  valid: true,
  ...more,
})

test('on this device, on another one, or not at all', () => {
  const cards = [card('b'), card('a')]
  const table: [string, readonly Card[], string[], string[] | null, string, string | null][] = [
    ['here comes first, however new another device’s is', cards, ['c1'], ['a'], 'here', 'a'],
    ['another device', cards, ['c1'], [], 'elsewhere', 'b'],
    ['the device not known yet', cards, ['c1'], null, 'elsewhere', 'b'],
    ['run out', [card('a', { valid: false })], ['c1'], ['a'], 'none', null],
    ['a certificate that is not bound any more', cards, ['c2'], ['a'], 'none', null],
    ['none', [], ['c1'], ['a'], 'none', null],
  ]
  for (const [what, list, bound, here, kind, id] of table) {
    const standing = standingOf(list, bound, here)
    assert.deepEqual([standing.kind, standing.card?.id ?? null], [kind, id], what)
  }
})

test('a fingerprint as people compare it, and whom a name names', () => {
  assert.equal(fingerprintOf('AAEC_f7_'), '0001 02fd feff')
  assert.equal(holderOf('C=CN, O=晨光医疗器械有限公司, CN=晨光医疗'), '晨光医疗')
  assert.equal(holderOf('晨光医疗'), '晨光医疗')
})

test('browsers by the name that people know', () => {
  const chrome =
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
  const table: [string, string][] = [
    [chrome, 'Chrome 120, Windows'],
    [`${chrome} Edg/120.0.0.0`, 'Edge 120, Windows'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0', 'Firefox 115, Linux'],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 13_3) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.4 Safari/605.1.15',
      'Safari 16, macOS',
    ],
    ['something else', 'something else'],
  ]
  for (const [agent, name] of table) assert.equal(browserName(agent), name)
})
