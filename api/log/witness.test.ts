import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { utf8 } from './bytes.ts'
import { signCheckpoint } from './checkpoint.ts'
import { cosignedAt } from './cosignature.ts'
import { newSeed, signerOf } from './ed25519.ts'
import { COSIGNATURE, ED25519, noteSigner, parseNote } from './note.ts'
import { consistencyProof, EMPTY_ROOT, merkleRoot } from './tree.ts'
import { addCheckpointBody, createWitness, type WitnessRecord } from './witness.ts'

const data = (branch: string, count: number) =>
  Array.from({ length: count }, (_, i) => utf8(i < 10 ? `${i}` : `${branch}${i}`))
const reader = (leaves: readonly Uint8Array[]) => async (level: number, index: number) =>
  merkleRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))

const setup = async () => {
  const log = noteSigner('sunlit.example/log', ED25519, await signerOf(newSeed()))
  const signer = noteSigner('witness.example', COSIGNATURE, await signerOf(newSeed()))
  const records = new Map<string, WitnessRecord>()
  const clock = { now: 1_800_000_000_000 }
  const witness = createWitness({
    signer,
    logKey: (origin) => (origin === log.name ? log : null),
    storage: {
      load: async (origin) => records.get(origin) ?? null,
      save: async (origin, record) => void records.set(origin, record),
    },
    now: async () => clock.now,
  })
  const note = (leaves: readonly Uint8Array[], by = log) =>
    signCheckpoint({ origin: by.name, size: leaves.length, root: merkleRoot(leaves), time: clock.now }, by)
  const submit = async (old: number, size: number, branch = 'a') => {
    const leaves = data(branch, size)
    const proof = old === 0 ? [] : await consistencyProof(old, size, reader(leaves))
    return witness(utf8(addCheckpointBody(old, proof, await note(leaves))))
  }
  return { log, signer, records, clock, witness, note, submit }
}

test('cosigns what continues, and its cosignature verifies with its time', async () => {
  const { signer, clock, submit, note } = await setup()
  const first = await submit(0, 5)
  assert.equal(first.status, 200)
  const signed = parseNote((await note(data('a', 5))) + first.body)
  assert.equal(await cosignedAt(signed, signer), clock.now / 1000)
  assert.equal((await submit(5, 20)).status, 200)
  assert.equal((await submit(20, 20)).status, 200)
})

test('refuses a fork, and says its size when asked with another', async () => {
  const { submit, records } = await setup()
  await submit(0, 20)
  const asked = await submit(0, 20)
  assert.deepEqual([asked.status, asked.contentType, asked.body], [409, 'text/x.tlog.size', '20\n'])
  assert.equal((await submit(20, 30, 'b')).status, 422)
  assert.deepEqual((await submit(20, 20, 'b')).status, 409)
  assert.equal((await submit(10, 20)).body, '20\n')
  assert.equal(records.get('sunlit.example/log')?.size, 20)
})

test('refuses unknown logs, foreign signatures, impossible sizes, empty trees and malformed bodies', async () => {
  const { log, witness, note, submit } = await setup()
  const stranger = noteSigner('other.example/log', ED25519, await signerOf(newSeed()))
  const impostor = noteSigner(log.name, ED25519, await signerOf(newSeed()))
  const post = async (old: number, text: string) => (await witness(utf8(addCheckpointBody(old, [], text)))).status
  assert.equal(await post(0, await note(data('a', 3), stranger)), 404)
  assert.equal(await post(0, await note(data('a', 3), impostor)), 403)
  assert.equal(await post(4, await note(data('a', 3))), 400)
  assert.equal(
    await post(0, await signCheckpoint({ origin: log.name, size: 0, root: EMPTY_ROOT, time: null }, log)),
    422,
  )
  for (const bad of [
    '',
    'old 0',
    'old 00\n\nx\n',
    `old -1\n\n${await note(data('a', 3))}`,
    `0\n\n${await note(data('a', 3))}`,
  ])
    assert.equal((await witness(utf8(bad))).status, 400, bad)
  assert.equal((await witness(Uint8Array.of(0xff, 0xfe))).status, 400)
  assert.equal((await submit(0, 3)).status, 200)
})

test('its time never goes backwards', async () => {
  const { clock, submit } = await setup()
  await submit(0, 3)
  clock.now -= 10_000
  assert.equal((await submit(3, 4)).status, 503)
  clock.now += 10_000
  assert.equal((await submit(3, 4)).status, 200)
})

test('requests at the same moment cannot roll it back', async () => {
  const { submit, records } = await setup()
  await submit(0, 3)
  const statuses = (await Promise.all([submit(3, 5), submit(3, 9), submit(3, 7)])).map(({ status }) => status)
  assert.deepEqual(statuses.toSorted(), [200, 409, 409])
  assert.ok(records.get('sunlit.example/log')!.size > 3)
})

test('no arbitrary text makes it sign', async () => {
  const { witness, records } = await setup()
  await fc.assert(
    fc.asyncProperty(fc.string({ maxLength: 200 }), async (text) => {
      assert.notEqual((await witness(utf8(`old 0\n\n${text}`))).status, 200)
    }),
  )
  assert.equal(records.size, 0)
})
