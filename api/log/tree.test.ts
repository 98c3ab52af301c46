import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Bytes, equal, fromBase64url, fromHex, readUint, toBase64url, toHex, u32, u64, utf8 } from './bytes.ts'
import {
  consistencyProof,
  EMPTY_ROOT,
  type HashReader,
  inclusionProof,
  leafHash,
  merkleRoot,
  nodeHash,
  pushHash,
  type Range,
  rangeRoot,
  readRange,
  rootOf,
  verifyConsistency,
  verifyInclusion,
} from './tree.ts'

const shared = process.env.SUNLIT_SHARED ?? join(import.meta.dirname, '../../../shared')
const vectors = join(shared, 'data/merkle')
const skip = existsSync(vectors) ? false : `no vectors at ${vectors}`

type Inclusion = {
  name: string
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  proof: string[] | null
  wantErr: boolean
}
type Consistency = {
  name: string
  size1: number
  size2: number
  root1: string
  root2: string
  proof: string[] | null
  wantErr: boolean
}
const read = <T>(name: string): T[] => JSON.parse(readFileSync(join(vectors, name), 'utf8')) as T[]
const b64 = (text: string | null): Bytes => new Uint8Array(Buffer.from(text ?? '', 'base64'))

test('98 published inclusion vectors', { skip }, () => {
  const all = read<Inclusion>('inclusion.json')
  assert.equal(all.length, 98)
  for (const v of all) {
    const ok = verifyInclusion(b64(v.leafHash), v.leafIdx, v.treeSize, (v.proof ?? []).map(b64), b64(v.root))
    assert.equal(ok, !v.wantErr, v.name)
  }
})

test('98 published consistency vectors', { skip }, () => {
  const all = read<Consistency>('consistency.json')
  assert.equal(all.length, 98)
  for (const v of all) {
    const ok = verifyConsistency(v.size1, v.size2, (v.proof ?? []).map(b64), b64(v.root1), b64(v.root2))
    assert.equal(ok, !v.wantErr, v.name)
  }
})

/** The definition of RFC 6962 §2.1, recursively: a second implementation to compare with. */
const mth = (data: readonly Uint8Array[]): Uint8Array => {
  if (data.length === 0) return EMPTY_ROOT
  if (data.length === 1) return leafHash(data[0]!)
  let k = 1
  while (2 * k < data.length) k *= 2
  return nodeHash(mth(data.slice(0, k)), mth(data.slice(k)))
}

const store = (data: readonly Uint8Array[]): HashReader => {
  const levels: Uint8Array[][] = []
  const range: Range = []
  for (const d of data) {
    pushHash(range, leafHash(d), (level, hash) => {
      levels[level] ??= []
      levels[level].push(hash)
    })
  }
  return async (level, index) => {
    const hash = levels[level]?.[index]
    if (!hash) throw new RangeError('not stored')
    return hash
  }
}

test('every proof of every tree up to 40 leaves verifies, against a root computed by the definition', async () => {
  const data = Array.from({ length: 40 }, (_, i) => utf8(`leaf ${i}`))
  const reader = store(data)
  for (let n = 1; n <= data.length; n++) {
    const root = mth(data.slice(0, n))
    assert.ok(equal(merkleRoot(data.slice(0, n)), root))
    assert.ok(equal(await rootOf(n, reader), root))
    assert.ok(equal(rangeRoot(await readRange(n, reader)), root))
    for (let i = 0; i < n; i++) {
      const proof = await inclusionProof(i, n, reader)
      assert.ok(verifyInclusion(leafHash(data[i]!), i, n, proof, root))
      assert.ok(!verifyInclusion(leafHash(data[(i + 1) % 40]!), i, n, proof, root))
      const older = mth(data.slice(0, i + 1))
      const path = await consistencyProof(i + 1, n, reader)
      assert.ok(verifyConsistency(i + 1, n, path, older, root))
      assert.ok(!verifyConsistency(i + 1, n, path, mth(data.slice(1, i + 2)), root))
    }
  }
})

test('a proof with one flipped bit, one hash more or less never verifies', async () => {
  const data = Array.from({ length: 100 }, (_, i) => utf8(`${i}`))
  const reader = store(data)
  const root = merkleRoot(data)
  await fc.assert(
    fc.asyncProperty(fc.nat(99), fc.nat(), fc.nat(255), async (index, where, bit) => {
      const proof = await inclusionProof(index, 100, reader)
      const bad = proof.map((h) => new Uint8Array(h))
      const hash = bad[where % bad.length]!
      hash[bit >> 3]! ^= 1 << (bit & 7)
      const leaf = leafHash(data[index]!)
      assert.ok(!verifyInclusion(leaf, index, 100, bad, root))
      assert.ok(!verifyInclusion(leaf, index, 100, proof.slice(1), root))
      assert.ok(!verifyInclusion(leaf, index, 100, [...proof, proof[0]!], root))
    }),
  )
})

test('sizes above 2^31 do not fold', async () => {
  const size = 2 ** 33 + 5
  const index = 2 ** 32 + 1
  const uniform: Uint8Array[] = [leafHash(utf8('same'))]
  for (let level = 1; level < 40; level++) uniform.push(nodeHash(uniform[level - 1]!, uniform[level - 1]!))
  // All leaves alike but one, so that a tree of eight thousand million leaves fits into forty hashes.
  const reader: HashReader = async (level, at) => {
    if (Math.floor(index / 2 ** level) !== at) return uniform[level]!
    if (level === 0) return leafHash(utf8('mine'))
    return nodeHash(await reader(level - 1, 2 * at), await reader(level - 1, 2 * at + 1))
  }
  const root = await rootOf(size, reader)
  const proof = await inclusionProof(index, size, reader)
  assert.ok(verifyInclusion(leafHash(utf8('mine')), index, size, proof, root))
  assert.ok(!verifyInclusion(leafHash(utf8('mine')), index % 2 ** 32, size, proof, root))
  const older = 2 ** 32 + 3
  const path = await consistencyProof(older, size, reader)
  assert.ok(verifyConsistency(older, size, path, await rootOf(older, reader), root))
  assert.ok(!verifyConsistency(3, size, path, await rootOf(3, reader), root))
})

test('size 0, empty roots and impossible proofs are refused', async () => {
  const root = merkleRoot([utf8('a')])
  assert.ok(!verifyConsistency(0, 1, [], EMPTY_ROOT, root))
  assert.ok(!verifyConsistency(1, 1, [], EMPTY_ROOT, EMPTY_ROOT))
  assert.ok(!verifyInclusion(EMPTY_ROOT, 0, 0, [], EMPTY_ROOT))
  const reader = store([utf8('a')])
  await assert.rejects(rootOf(0, reader), RangeError)
  await assert.rejects(inclusionProof(1, 1, reader), RangeError)
  await assert.rejects(consistencyProof(0, 1, reader), RangeError)
  await assert.rejects(consistencyProof(2, 1, reader), RangeError)
})

test('bytes: strict encodings', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      assert.equal(toBase64url(bytes), Buffer.from(bytes).toString('base64url'))
      assert.deepEqual([...fromBase64url(toBase64url(bytes))], [...bytes])
      assert.deepEqual([...fromHex(toHex(bytes))], [...bytes])
    }),
  )
  for (const bad of ['A', 'AB', 'AA==', 'A+', 'AA\n', 'AAB', '＿＿'])
    assert.throws(() => fromBase64url(bad), RangeError, bad)
  for (const bad of ['0', 'zz', ' 00']) assert.throws(() => fromHex(bad), RangeError, bad)
  assert.equal(toHex(u64(2 ** 53 - 1)), '001fffffffffffff')
  assert.equal(readUint(u64(2 ** 53 - 1)), 2 ** 53 - 1)
  assert.throws(() => readUint(fromHex('0020000000000000')), RangeError)
  assert.throws(() => u32(2 ** 32), RangeError)
  assert.throws(() => u64(-1), RangeError)
})
