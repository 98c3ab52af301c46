import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, fromBase64url, fromHex, randomBytes, toBase64url, toHex, utf8 } from '../log/bytes.ts'
import { native } from '../log/native.ts'
import { newDek } from './envelope.ts'
import {
  combineShares,
  type Escrow,
  type EscrowProof,
  makeEscrow,
  openWrap,
  recomputeEscrow,
  shareCommitment,
  subsets,
} from './escrow.ts'
import { hpkeOpen, hpkeSeal, webSeal } from './hpke.ts'
import { nativeSeal } from './hpke-native.ts'
import { secondCombine, secondHpkeSeal } from './second.testing.ts'
import vectors from './vectors.gen.json' with { type: 'json' }

const ctx = fromHex(vectors.context.ctx)
const head56 = fromHex(vectors.envelopes[0]!.head).slice(0, 56)

const trustees = async (n: number) =>
  Promise.all(
    Array.from({ length: n }, async () => {
      const keys = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits'])
      return { keys, pk: new Uint8Array(await crypto.subtle.exportKey('raw', keys.publicKey)) }
    }),
  )

const world = async (n: number, k: number) => {
  const people = await trustees(n)
  const terms = { k, trusteeKeys: people.map((one) => one.pk) }
  const dek = newDek()
  return { people, terms, dek, ...(await makeEscrow(dek, terms, ctx, head56)) }
}

test('the published wrap is what a second HPKE on node:crypto makes', () => {
  const { pk, ikm, share, wrap } = vectors.escrow
  const info = concat(utf8('sunlit/v1/escrow\n'), ctx, Uint8Array.of(1), head56)
  assert.equal(secondHpkeSeal(fromHex(pk), info, fromHex(share), fromHex(ikm)).toString('hex'), wrap)
})

test('in Node and in a browser a wrap is the same bytes, and no point is taken that is not on the curve', async () => {
  const [one] = await trustees(1)
  for (const length of [0, 1, 32, 33, 1000]) {
    const [info, text, ikm] = [randomBytes(length), randomBytes(length), randomBytes(32)]
    const wrap = nativeSeal(native!, one!.pk, info, text, ikm)
    assert.deepEqual(wrap, await webSeal(one!.pk, info, text, ikm))
    assert.deepEqual(await hpkeOpen(one!.keys, info, wrap), text)
  }
  const off = one!.pk.slice()
  off[64]! ^= 1
  const [info, text, ikm] = [randomBytes(9), randomBytes(32), randomBytes(32)]
  for (const point of [off, new Uint8Array(65), one!.pk.subarray(0, 64)]) {
    await assert.rejects(hpkeSeal(point, info, text, ikm))
    await assert.rejects(webSeal(point, info, text, ikm))
    assert.throws(() => nativeSeal(native!, point, info, text, ikm))
  }
})

for (const [n, k] of [
  [2, 2],
  [3, 2],
  [5, 3],
] as const) {
  test(`${k} of ${n}: recomputes, and every ${k} trustees give the DEK`, async () => {
    const { people, terms, dek, escrow, proof } = await world(n, k)
    assert.deepEqual(await recomputeEscrow(dek, escrow, proof, terms, ctx, head56), { ok: true })
    const opened = await Promise.all(escrow.slots.map((slot, at) => openWrap(slot, people[at]!.keys, ctx, head56)))
    const shares = opened.map((one, at) => ({ i: at + 1, share: one.ok ? one.share : assert.fail() }))
    for (const chosen of subsets(n, k)) {
      const some = chosen.map((at) => shares[at]!)
      assert.ok(secondCombine(some.map((one) => one.share)).equals(dek))
      const combined = await combineShares(some, escrow, ctx)
      assert.ok(combined.ok && toHex(combined.dek) === toHex(dek))
      assert.deepEqual(await combineShares(some.slice(1), escrow, ctx), { ok: false, code: 'too-few-shares' })
    }
  })
}

test('a trustee cannot open another slot, another place or another file', async () => {
  const { people, escrow } = await world(3, 2)
  const [slot] = escrow.slots
  assert.equal((await openWrap(slot!, people[1]!.keys, ctx, head56)).ok, false)
  assert.equal((await openWrap({ ...slot!, i: 2 }, people[0]!.keys, ctx, head56)).ok, false)
  assert.equal(
    (
      await openWrap(
        slot!,
        people[0]!.keys,
        ctx.map((byte) => byte ^ 1),
        head56,
      )
    ).ok,
    false,
  )
  assert.equal(
    (
      await openWrap(
        slot!,
        people[0]!.keys,
        ctx,
        head56.map((byte) => byte ^ 1),
      )
    ).ok,
    false,
  )
})

test('a false share is set aside before combining', async () => {
  const { people, escrow, dek } = await world(3, 2)
  const opened = await Promise.all(escrow.slots.map((slot, at) => openWrap(slot, people[at]!.keys, ctx, head56)))
  const shares = opened.map((one, at) => ({ i: at + 1, share: one.ok ? one.share : assert.fail() }))
  const bent = { i: 1, share: shares[0]!.share.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) }
  const combined = await combineShares([bent, shares[1]!, shares[2]!], escrow, ctx)
  assert.ok(combined.ok && toHex(combined.dek) === toHex(dek))
  assert.deepEqual(combined.used, [2, 3])
  assert.equal((await combineShares([bent, shares[1]!], escrow, ctx)).ok, false)
  assert.equal((await combineShares([shares[1]!, shares[1]!], escrow, ctx)).ok, false)
})

type World = Awaited<ReturnType<typeof world>>
type Malformed = [
  string,
  (w: World) => Promise<{ escrow: Escrow; proof: EscrowProof }> | { escrow: Escrow; proof: EscrowProof },
]

const withShares = async (w: World, shares: Uint8Array[]) => {
  const info = (i: number) => concat(utf8('sunlit/v1/escrow\n'), ctx, Uint8Array.of(i), head56)
  const slots = await Promise.all(
    shares.map(async (share, at) => ({
      i: at + 1,
      wrap: toBase64url(await hpkeSeal(w.terms.trusteeKeys[at]!, info(at + 1), share, fromBase64url(w.proof.ikm[at]!))),
      c: toBase64url(await shareCommitment(ctx, at + 1, share)),
    })),
  )
  return { escrow: { ...w.escrow, slots }, proof: { ...w.proof, shares: shares.map(toBase64url) } }
}
const slotsOf = (w: World, change: (slot: Escrow['slots'][number], at: number) => Escrow['slots'][number]) => ({
  escrow: { ...w.escrow, slots: w.escrow.slots.map(change) },
  proof: w.proof,
})
const shareBytes = (w: World) => w.proof.shares.map(fromBase64url)

const MALFORMED: Malformed[] = [
  ['a wrap of noise', (w) => slotsOf(w, (s, at) => (at ? s : { ...s, wrap: toBase64url(randomBytes(114)) }))],
  ['a c of noise', (w) => slotsOf(w, (s, at) => (at ? s : { ...s, c: toBase64url(randomBytes(32)) }))],
  ['two slots exchanged', (w) => slotsOf(w, (_, at) => w.escrow.slots[[1, 0, 2][at]!]!)],
  [
    'two slots exchanged and renumbered',
    (w) => slotsOf(w, (_, at) => ({ ...w.escrow.slots[[1, 0, 2][at]!]!, i: at + 1 })),
  ],
  ['a slot missing', (w) => ({ escrow: { ...w.escrow, slots: w.escrow.slots.slice(1) }, proof: w.proof })],
  ['k lowered', (w) => ({ escrow: { ...w.escrow, k: 3 }, proof: w.proof })],
  ['n raised', (w) => ({ escrow: { ...w.escrow, n: 4 }, proof: w.proof })],
  ['ikm of another slot', (w) => ({ escrow: w.escrow, proof: { ...w.proof, ikm: [...w.proof.ikm].reverse() } })],
  [
    'a share changed in the proof',
    (w) => ({ escrow: w.escrow, proof: { ...w.proof, shares: [...w.proof.shares].reverse() } }),
  ],
  [
    'a consistent escrow of one wrong share',
    (w) =>
      withShares(
        w,
        shareBytes(w).map((s, at) => (at === 2 ? s.map((b, j) => (j === 3 ? b ^ 1 : b)) : s)),
      ),
  ],
  [
    'a consistent escrow of another key',
    async (w) => withShares(w, (await makeEscrow(newDek(), w.terms, ctx, head56)).proof.shares.map(fromBase64url)),
  ],
  [
    'the same share for everybody',
    (w) =>
      withShares(
        w,
        shareBytes(w).map((_, __, all) => all[0]!),
      ),
  ],
  [
    'x = 0, the DEK itself as a share',
    (w) =>
      withShares(
        w,
        shareBytes(w).map((s, at) => (at === 0 ? concat(w.dek, Uint8Array.of(0)) : s)),
      ),
  ],
]

for (const [name, change] of MALFORMED) {
  test(`void: ${name}`, async () => {
    const w = await world(3, 2)
    const { escrow, proof } = await change(w)
    assert.equal((await recomputeEscrow(w.dek, escrow, proof, w.terms, ctx, head56)).ok, false)
  })
}

test('void: an escrow for other keys, another k, another file; and garbage does not throw', async () => {
  const w = await world(3, 2)
  const others = await trustees(3)
  const foreign = { k: 2, trusteeKeys: others.map((one) => one.pk) }
  assert.equal((await recomputeEscrow(w.dek, w.escrow, w.proof, foreign, ctx, head56)).ok, false)
  assert.equal((await recomputeEscrow(w.dek, w.escrow, w.proof, { ...w.terms, k: 3 }, ctx, head56)).ok, false)
  assert.equal((await recomputeEscrow(w.dek, w.escrow, w.proof, w.terms, ctx, randomBytes(56))).ok, false)
  assert.equal((await recomputeEscrow(newDek(), w.escrow, w.proof, w.terms, ctx, head56)).ok, false)
  const garbage = { n: 3, k: 2, slots: 'x' } as unknown as Escrow
  assert.equal((await recomputeEscrow(w.dek, garbage, w.proof, w.terms, ctx, head56)).ok, false)
  await assert.rejects(
    makeEscrow(w.dek, { k: 2, trusteeKeys: [new Uint8Array(65), w.terms.trusteeKeys[0]!] }, ctx, head56),
  )
})
