import { combine, split } from 'shamir-secret-sharing'
import { z } from 'zod'
import { type Bytes, concat, equal, fromBase64url, randomBytes, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { bytesField, failed, type Verdict } from './json.ts'

/*
 * The escrow block of SEALING §3: the DEK Shamir-split k-of-n, each share HPKE-sealed to one trustee's tender key.
 * `escrowProof` lies inside the ciphertext, so that whoever obtains the DEK repeats every wrap and every commitment.
 */
export const MAX_TRUSTEES = 9
const SHARE = 33

export const slotSchema = z.strictObject({
  i: z.int().min(1).max(MAX_TRUSTEES),
  wrap: bytesField(65 + 49),
  c: bytesField(32),
})
export const escrowSchema = z.strictObject({
  n: z.int().min(2).max(MAX_TRUSTEES),
  k: z.int().min(2).max(MAX_TRUSTEES),
  slots: z.array(slotSchema).min(2).max(MAX_TRUSTEES),
})
export const escrowProofSchema = z.strictObject({
  shares: z.array(bytesField(SHARE)).min(2).max(MAX_TRUSTEES),
  ikm: z.array(bytesField(32)).min(2).max(MAX_TRUSTEES),
})
export type EscrowSlot = z.output<typeof slotSchema>
export type Escrow = z.output<typeof escrowSchema>
export type EscrowProof = z.output<typeof escrowProofSchema>

/** What the tender's trustee set demands: n = keys.length uncompressed P-256 points in the order of i. */
export type EscrowTerms = { k: number; trusteeKeys: readonly Uint8Array[] }

const infoOf = (ctx: Uint8Array, i: number, head56: Uint8Array): Bytes =>
  concat(utf8('sunlit/v1/escrow\n'), ctx, Uint8Array.of(i), head56)

/** c_i: lets a trustee's share be judged before combining (the Shamir library combines garbage without an error). */
export const shareCommitment = (ctx: Uint8Array, i: number, share: Uint8Array): Promise<Bytes> =>
  sha256(concat(utf8('sunlit/v1/share\n'), ctx, Uint8Array.of(i), share))

/** Splits a DEK and seals the shares. The proof must go into the envelope's header and nowhere else. */
export const makeEscrow = async (
  dek: Uint8Array,
  { k, trusteeKeys }: EscrowTerms,
  ctx: Uint8Array,
  head56: Uint8Array,
): Promise<{ escrow: Escrow; proof: EscrowProof }> => {
  const n = trusteeKeys.length
  if (dek.length !== 32 || n > MAX_TRUSTEES || k < 2 || k > n) throw new RangeError('not an escrow')
  const shares = await split(new Uint8Array(dek), n, k)
  const ikm = shares.map(() => randomBytes(32))
  const slots = await Promise.all(
    shares.map(async (share, at) => ({
      i: at + 1,
      wrap: toBase64url(await hpkeSeal(trusteeKeys[at]!, infoOf(ctx, at + 1, head56), share, ikm[at]!)),
      c: toBase64url(await shareCommitment(ctx, at + 1, share)),
    })),
  )
  return { escrow: { n, k, slots }, proof: { shares: shares.map(toBase64url), ikm: ikm.map(toBase64url) } }
}

/** Every k-subset of 0..n−1. */
export function* subsets(n: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) yield []
  else for (let i = from; i <= n - k; i++) for (const rest of subsets(n, k - 1, i + 1)) yield [i, ...rest]
}

export type EscrowFault =
  | 'escrow-malformed'
  | 'escrow-wrap-differs'
  | 'escrow-commitment-differs'
  | 'escrow-shares-differ'

const isShaped = (escrow: Escrow, proof: EscrowProof, { k, trusteeKeys }: EscrowTerms): boolean => {
  const n = trusteeKeys.length
  const x = proof.shares.map((share) => fromBase64url(share)[SHARE - 1]!)
  return (
    escrow.n === n &&
    escrow.k === k &&
    k >= 2 &&
    k <= n &&
    escrow.slots.length === n &&
    escrow.slots.every((slot, at) => slot.i === at + 1) &&
    proof.shares.length === n &&
    proof.ikm.length === n &&
    // x = 0 would hand the DEK itself to one trustee, a repeated x would make k shares too few
    x.every((value) => value !== 0) &&
    new Set(x).size === n
  )
}

/**
 * Recomputes a whole escrow from the DEK and the proof: every wrap and every c byte for byte, and every k-subset of
 * the shares must combine to the DEK. A bid that fails here is void, however it was opened. Never throws.
 */
export const recomputeEscrow = async (
  dek: Uint8Array,
  escrow: Escrow,
  proof: EscrowProof,
  terms: EscrowTerms,
  ctx: Uint8Array,
  head56: Uint8Array,
): Promise<Verdict<object, EscrowFault>> => {
  const read = { escrow: escrowSchema.safeParse(escrow), proof: escrowProofSchema.safeParse(proof) }
  if (!read.escrow.success || !read.proof.success || !isShaped(escrow, proof, terms)) return failed('escrow-malformed')
  const shares = proof.shares.map(fromBase64url)
  try {
    for (const [at, slot] of escrow.slots.entries()) {
      const c = await shareCommitment(ctx, slot.i, shares[at]!)
      if (!equal(c, fromBase64url(slot.c))) return failed('escrow-commitment-differs')
      const info = infoOf(ctx, slot.i, head56)
      const wrap = await hpkeSeal(terms.trusteeKeys[at]!, info, shares[at]!, fromBase64url(proof.ikm[at]!))
      if (!equal(wrap, fromBase64url(slot.wrap))) return failed('escrow-wrap-differs')
    }
    for (const chosen of subsets(escrow.n, escrow.k)) {
      if (!equal(await combine(chosen.map((at) => shares[at]!)), dek)) return failed('escrow-shares-differ')
    }
    return { ok: true }
  } catch {
    return failed('escrow-malformed')
  }
}

/**
 * A trustee opens its slot and checks c_i. Only ever called for a manifest of a witnessed CLOSED; the caller proves that.
 * @param keys the tender key pair; the private half may be non-extractable
 */
export const openWrap = async (
  slot: EscrowSlot,
  keys: CryptoKeyPair,
  ctx: Uint8Array,
  head56: Uint8Array,
): Promise<Verdict<{ share: Bytes }, 'share-unreadable' | 'share-commitment-differs'>> => {
  try {
    const share = await hpkeOpen(keys, infoOf(ctx, slot.i, head56), fromBase64url(slot.wrap))
    const c = await shareCommitment(ctx, slot.i, share)
    if (share.length !== SHARE || !equal(c, fromBase64url(slot.c))) return failed('share-commitment-differs')
    return { ok: true, share }
  } catch {
    return failed('share-unreadable')
  }
}

/** Whether a released share is the one the bidder committed to for slot i. */
export const isShareOf = async (escrow: Escrow, i: number, share: Uint8Array, ctx: Uint8Array): Promise<boolean> => {
  const slot = escrow.slots.find((one) => one.i === i)
  if (!slot || share.length !== SHARE) return false
  return equal(await shareCommitment(ctx, i, share), fromBase64url(slot.c))
}

/**
 * The DEK from released shares: those whose c_i does not match are set aside, the first k others are combined. Whether
 * the result opens the envelope is decided by the envelope's commitment and by `recomputeEscrow`.
 */
export const combineShares = async (
  shares: readonly { i: number; share: Uint8Array }[],
  escrow: Escrow,
  ctx: Uint8Array,
): Promise<Verdict<{ dek: Bytes; used: number[] }, 'too-few-shares' | 'shares-unusable'>> => {
  const good = new Map<number, Uint8Array>()
  for (const { i, share } of shares) if (await isShareOf(escrow, i, share, ctx)) good.set(i, new Uint8Array(share))
  if (good.size < escrow.k) return failed('too-few-shares')
  const used = [...good.keys()].sort((a, b) => a - b).slice(0, escrow.k)
  try {
    return { ok: true, dek: new Uint8Array(await combine(used.map((i) => good.get(i)!))), used }
  } catch {
    return failed('shares-unusable')
  }
}
