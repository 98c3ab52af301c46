import assert from 'node:assert/strict'
import { test } from 'node:test'
import { utf8 } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { COSIGNATURE, ED25519, formatVkey, noteSigner } from '../log/note.ts'
import {
  claimedProbe,
  formatProbes,
  MINUTE,
  type ProbeStatement,
  parseProbes,
  signProbe,
  verifyProbe,
} from './probe.ts'

const ORIGIN = 'example.cn/log'
const made = async (name: string, type = ED25519) => noteSigner(name, type, await signerOf(newSeed()))
const at = 1000 * MINUTE
const up = { origin: ORIGIN, probe: 'university', minute: at, looks: 12 } as const
const UP: Omit<ProbeStatement, 'v' | 'type'> = { ...up, state: 'up', from: at, to: at + MINUTE, failed: [] }
const DOWN: typeof UP = { ...up, state: 'down', from: at + 20_000, to: at + MINUTE, failed: ['ready'] }

test('a statement holds under its own key, for its own log, and under no other', async () => {
  const [signer, other] = [await made('university'), await made('university')]
  const signed = await signProbe(DOWN, signer)
  const verdict = await verifyProbe(signed, signer, ORIGIN)
  assert.ok(verdict.ok && verdict.statement.state === 'down')
  assert.equal(claimedProbe(signed.bytes), 'university')
  const table: [string, Promise<{ ok: boolean }>][] = [
    ['another key', verifyProbe(signed, other, ORIGIN)],
    ['another name', verifyProbe(signed, { ...signer, name: 'press' }, ORIGIN)],
    ['another log', verifyProbe(signed, signer, `${ORIGIN}/sandbox`)],
    [
      'a changed byte',
      verifyProbe({ ...signed, bytes: signed.bytes.map((b, i) => (i === 40 ? b ^ 1 : b)) }, signer, ORIGIN),
    ],
    // The key signs with a prefix of its own, so that no other signature of it can be one.
    ['without the prefix', verifyProbe({ ...signed, signature: await signer.sign(signed.bytes) }, signer, ORIGIN)],
  ]
  for (const [what, one] of table) assert.equal((await one).ok, false, what)
})

test('what is no minute is not signed and not read', async () => {
  const signer = await made('university')
  const wrong: [string, object][] = [
    ['not a whole minute', { minute: at + 1 }],
    ['up for a part', { to: at + 1 }],
    ['up with a failure', { failed: ['log'] }],
    ['down without a failure', { ...DOWN, failed: [] }],
    ['down beyond its minute', { ...DOWN, to: at + MINUTE + 1 }],
    ['down for nothing', { ...DOWN, to: DOWN.from }],
    ['no look', { looks: 0 }],
  ]
  for (const [what, change] of wrong) await assert.rejects(signProbe({ ...UP, ...change }, signer), RangeError, what)
  assert.equal(claimedProbe(utf8('{}')), null)
})

test('a probe policy names keys, and a quorum of more than half', async () => {
  const [a, b, c] = [await made('a'), await made('b'), await made('c')]
  const policy = parseProbes(formatProbes({ probes: [a, b, c], quorum: 2 }))
  assert.deepEqual([policy.probes.map(({ name }) => name), policy.quorum], [['a', 'b', 'c'], 2])
  const line = (key: typeof a) => `probe ${formatVkey(key)}\n`
  const wrong: [string, string][] = [
    ['no quorum', line(a)],
    ['half', `${line(a)}${line(b)}quorum 1\n`],
    ['more than there are', `${line(a)}quorum 2\n`],
    ['twice', `${line(a)}${line(a)}quorum 2\n`],
    ['the same key under two names', `${line(a)}${line({ ...a, name: 'd', id: 0 })}quorum 2\n`],
    ['a witness', `${line(await made('w', COSIGNATURE))}quorum 1\n`],
    ['another word', `${line(a)}quorum 1\nmore 1\n`],
    ['none', 'quorum 0\n'],
  ]
  for (const [what, text] of wrong) assert.throws(() => parseProbes(text), RangeError, what)
})
