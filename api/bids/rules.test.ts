import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toBase64url, utf8 } from '../log/bytes.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import type { Manifest } from '../seal/manifest.ts'
import { type ManifestPlace, mayConfirm, mayHandIn, mayHaveSeen, mayStoreFirstPart, mayTake } from './rules.ts'

const DEADLINE = new Date('2027-01-05T01:00:00.000Z')
const open = { status: 'published', suspended: false, deadline: DEADLINE }
const before = new Date(DEADLINE.getTime() - 1)

test('招标投标法 28: in time is strictly before the deadline, to the millisecond', () => {
  const table: [string, Parameters<typeof mayHandIn>[0], Date, string | null][] = [
    ['one millisecond before', open, before, null],
    ['at the instant', open, DEADLINE, 'bid-after-deadline'],
    ['one millisecond after', open, new Date(DEADLINE.getTime() + 1), 'bid-after-deadline'],
    ['late beats suspended', { ...open, suspended: true }, DEADLINE, 'bid-after-deadline'],
    ['suspended', { ...open, suspended: true }, before, 'tender-suspended'],
    ['draft', { status: 'draft', suspended: false, deadline: null }, before, 'tender-not-open-for-bids'],
    ['cancelled', { ...open, status: 'cancelled' }, before, 'tender-not-open-for-bids'],
    ['closed', { ...open, status: 'closed' }, before, 'tender-not-open-for-bids'],
  ]
  for (const [what, tender, now, code] of table) assert.equal(mayHandIn(tender, now)?.code ?? null, code, what)
})

test('the refusal of a late bid tells the deadline', () => {
  assert.equal(mayHandIn(open, DEADLINE)?.instant, '2027-01-05T01:00:00.000Z')
})

test('87号令 27: a standing bid under an older notice is confirmed under the newest one', () => {
  const bid = { kind: 'bid', state: 'received', noticeN: 0 }
  const table: [string, Parameters<typeof mayConfirm>, string | null][] = [
    ['corrected once', [bid, 1, 1], null],
    ['corrected again meanwhile', [bid, 1, 2], 'notice-changed'],
    ['not corrected since', [{ ...bid, noticeN: 1 }, 1, 1], 'bid-names-newest-notice'],
    ['replaced', [{ ...bid, state: 'replaced' }, 1, 1], 'bid-not-standing'],
    ['still uploading', [{ ...bid, state: 'uploading' }, 1, 1], 'bid-not-standing'],
    ['a withdrawal', [{ kind: 'withdraw', state: 'withdrawn', noticeN: 0 }, 1, 1], 'bid-not-standing'],
  ]
  for (const [what, args, code] of table) assert.equal(mayConfirm(...args)?.code ?? null, code, what)
})

const hash = (letter: string): string => letter.repeat(43)
const envelope = (kind: (typeof ENVELOPE_KINDS)[number], n = 3, k = 2) => ({ kind, escrow: { n, k, slots: [] } })
const manifest = (change: object = {}): Manifest =>
  ({
    type: 'bid',
    tender: 'tender',
    lot: 'lot',
    notice: { n: 1, hash: hash('N') },
    trusteeSetHash: hash('T'),
    bidder: { certSha256: hash('C'), orgId: 'org' },
    bidSeq: 1,
    prevManifest: null,
    envelopes: ENVELOPE_KINDS.map((kind) => envelope(kind)),
    ...change,
  }) as unknown as Manifest
const place = (change: Partial<ManifestPlace> = {}): ManifestPlace => ({
  tenderId: 'tender',
  lotIds: ['lot', 'other'],
  organisationId: 'org',
  certSha256: hash('C'),
  notice: { n: 1, hash: hash('N') },
  trusteeSetHash: hash('T'),
  trustees: { n: 3, k: 2 },
  head: null,
  ...change,
})

test('what can be checked of a manifest without a key', () => {
  const head = { bidSeq: 1, manifestHash: hash('H') }
  const withdraw = { type: 'withdraw', bidSeq: 2, prevManifest: hash('H'), envelopes: [] }
  const kinds = (n: number, k: number) => ENVELOPE_KINDS.map((kind) => envelope(kind, n, k))
  const table: [string, Manifest, ManifestPlace, string | null][] = [
    ['fits', manifest(), place(), null],
    ['other tender', manifest({ tender: 'x' }), place(), 'manifest-other-tender'],
    ['lot of another tender', manifest({ lot: 'x' }), place(), 'manifest-other-tender'],
    ['other lot of this tender', manifest({ lot: 'other' }), place(), null],
    ['another bidder', manifest({ bidder: { certSha256: hash('C'), orgId: 'x' } }), place(), 'manifest-other-bidder'],
    ['another signer', manifest(), place({ certSha256: hash('D') }), 'manifest-other-bidder'],
    ['another trustee set', manifest({ trusteeSetHash: hash('U') }), place(), 'trustee-set-mismatch'],
    ['older notice', manifest(), place({ notice: { n: 2, hash: hash('M') } }), 'notice-changed'],
    ['same number, other notice', manifest(), place({ notice: { n: 1, hash: hash('M') } }), 'notice-changed'],
    ['second without its first', manifest(), place({ head }), 'bid-chain-broken'],
    ['replaces', manifest({ bidSeq: 2, prevManifest: hash('H') }), place({ head }), null],
    ['replaces another', manifest({ bidSeq: 2, prevManifest: hash('G') }), place({ head }), 'bid-chain-broken'],
    ['skips a number', manifest({ bidSeq: 3, prevManifest: hash('H') }), place({ head }), 'bid-chain-broken'],
    ['three envelopes', manifest({ envelopes: kinds(3, 2).slice(1) }), place(), 'envelopes-incomplete'],
    ['escrow for others', manifest({ envelopes: kinds(5, 3) }), place(), 'trustee-set-mismatch'],
    ['weaker escrow', manifest({ envelopes: kinds(3, 3) }), place(), 'trustee-set-mismatch'],
    ['withdraws', manifest(withdraw), place({ head }), null],
    ['withdraws nothing', manifest(withdraw), place(), 'bid-chain-broken'],
    ['withdraws under an older notice', manifest(withdraw), place({ head, notice: { n: 2, hash: hash('M') } }), null],
  ]
  for (const [what, given, where, code] of table) assert.equal(mayTake(given, where)?.code ?? null, code, what)
})

test('a manifest names a checkpoint that this log signed', () => {
  const [root, origin] = [new Uint8Array(32).fill(5), 'city.example/log']
  const seen = { origin, size: 9, root: toBase64url(root) }
  const table: [string, Parameters<typeof mayHaveSeen>, string | null][] = [
    ['its own', [seen, { origin, root }], null],
    ['a size at which it never signed', [seen, null], 'checkpoint-not-ours'],
    ['another root', [seen, { origin, root: new Uint8Array(32).fill(6) }], 'checkpoint-not-ours'],
    [
      'another log',
      [
        { ...seen, origin: 'x' },
        { origin, root },
      ],
      'checkpoint-not-ours',
    ],
  ]
  for (const [what, args, code] of table) assert.equal(mayHaveSeen(...args)?.code ?? null, code, what)
})

test('电子招标投标办法 26: what is plainly not encrypted is refused as such, anything else that differs as altered', () => {
  const head = new Uint8Array(56).fill(7)
  const starting = (text: string) => {
    const bytes = new Uint8Array(56).fill(9)
    bytes.set(utf8(text))
    return bytes
  }
  const ole = new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, ...new Uint8Array(52)])
  const random = starting('{"')
  const table: [string, Uint8Array, Uint8Array, string | null][] = [
    ['as announced', head, head, null],
    ['PDF', starting('%PDF-1.7'), head, 'bid-not-encrypted'],
    ['PDF announced as such', starting('%PDF-1.7'), starting('%PDF-1.7'), 'bid-not-encrypted'],
    ['DOCX', starting('PK\u0003\u0004'), head, 'bid-not-encrypted'],
    ['DOC', ole, head, 'bid-not-encrypted'],
    ['our own plaintext', starting('SLB1'), head, 'bid-not-encrypted'],
    ['JSON', starting('{"v":"sunlit/v1"'), head, 'bid-not-encrypted'],
    ['a salt that begins like JSON by chance', random, random, null],
    ['one bit', head.map((byte, at) => (at === 55 ? byte ^ 1 : byte)), head, 'envelope-altered'],
    ['shorter than a head', head.slice(0, 55), head, 'envelope-altered'],
    ['nothing', new Uint8Array(), head, 'envelope-altered'],
  ]
  for (const [what, first, announced, code] of table)
    assert.equal(mayStoreFirstPart(first, announced)?.code ?? null, code, what)
})
