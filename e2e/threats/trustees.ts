/* Rows of the operator against the trustees, and of the trustees themselves. */
import assert from 'node:assert/strict'
import { code, failed, handIn, later, PASSPHRASE } from '../../api/client/bidder.testing.ts'
import type { Check } from '../../api/client/checks.ts'
import { createHttp, isProblem } from '../../api/client/http.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import { checkOpening } from '../../api/client/opening.ts'
import { makePlatform, type Platform } from '../../api/client/platform.testing.ts'
import { verifyTender } from '../../api/client/tender.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { prepareDrill, prepareShares } from '../../api/client/trustee.ts'
import { equal, fromBase64url, fromUtf8, randomBytes, toBase64url, utf8 } from '../../api/log/bytes.ts'
import { LOT, makeTrustees, makeWorld, NOW, TENDER } from '../../api/seal/actors.testing.ts'
import { newDek } from '../../api/seal/envelope.ts'
import { combineShares, makeEscrow, openWrap, recomputeEscrow } from '../../api/seal/escrow.ts'
import { hpkeOpen } from '../../api/seal/hpke.ts'
import { encodeJson } from '../../api/seal/json.ts'
import type { BidManifest } from '../../api/seal/manifest.ts'
import { secondCombine } from '../../api/seal/second.testing.ts'
import { makeRecovery } from '../../api/seal/selfslot.ts'
import { signJson } from '../../api/seal/signed-json.ts'
import { verifyTrusteeSet } from '../../api/seal/trustee-set.ts'
import { generateTrusteeKey, signKeyStatement, verifyKeyStatement } from '../../api/seal/trustees.ts'
import type { Row } from './row.ts'

const ownerOf = async (platform: Platform, i: number) => {
  const { key } = platform.people[i - 1]!
  return { passphrase: PASSPHRASE, recovery: await makeRecovery('trustee-key', key.pkcs8, { passphrase: PASSPHRASE }) }
}

/** The platform asks the first trustee's real client for a drill and sends a wrap of a real bid wherever it may send bytes. */
const drillWithWrap = async (): Promise<void> => {
  const { platform, http, trust, prepared } = await handIn()
  const { key, signer } = platform.people[0]!
  const manifest = JSON.parse(fromUtf8(prepared.manifest)) as BidManifest
  const [entry] = manifest.envelopes
  const wrap = fromBase64url(entry!.escrow.slots[0]!.wrap)
  const seat = { tenderId: TENDER, i: 1, signer, owner: await ownerOf(platform, 1) }
  const dek = fromBase64url(prepared.keys.keys.summary!)
  for (const sent of [wrap, wrap.slice(0, 32), wrap.slice(65, 97)]) {
    platform.state.routes.set(`/api/tenders/${TENDER}/trustees/1/drill-nonce`, { nonce: toBase64url(sent) })
    const { statement } = await prepareDrill(http, trust, seat)
    const said = JSON.parse(fromUtf8(fromBase64url(statement))) as Record<string, unknown>
    assert.deepEqual(Object.keys(said).toSorted(), ['at', 'i', 'nonce', 'pk', 'tenderId', 'type', 'v'])
    assert.deepEqual([said.nonce, said.pk], [toBase64url(sent), toBase64url(key.pk)])
    assert.ok(!statement.includes(toBase64url(dek)))
  }
  // Whoever could make a client open bytes under the drill's label would still get nothing: the label is in the key.
  await assert.rejects(hpkeOpen(key.keys, utf8('sunlit/v1/drill\n'), wrap))
}

const swappedKeys = async (): Promise<void> => {
  const platform = await makePlatform()
  const http = createHttp({ origin: platform.origin, fetch: platform.fetch })
  const trust = await loadTrust(http)
  const told = async (set: { bytes: Uint8Array; cms: Uint8Array }) => {
    const answer = { bytes: toBase64url(set.bytes), cms: toBase64url(set.cms) }
    platform.state.routes.set(`/api/tenders/${TENDER}/trustee-set`, answer)
    const { checks } = await verifyTender(http, trust, TENDER).catch((error) => {
      assert.ok(isProblem(error, 'tender-unverifiable'))
      return error as unknown as { checks: Check[] }
    })
    return failed(checks)
  }
  // Another set of keys under true certificates, and one under an authority of the operator's own.
  for (const world of [platform.world, await makeWorld()]) {
    const { signed } = await makeTrustees(world)
    const [seen] = await told(signed)
    assert.match(String(seen), /^V-3[5-9]$/)
  }
  const { world, people } = platform
  const [one] = people
  const { signed } = await makeTrustees(world)
  // The operator's key in a true statement; a true statement of another tender; the same key a second time.
  const stolen = await generateTrusteeKey()
  const read = await verifyKeyStatement(one!.statement, world.policy)
  assert.ok(read.ok)
  const { v: _v, type: _t, ...facts } = read.statement
  const swapped = await signJson('trustee-key', { ...facts, pk: toBase64url(stolen.pk) }, one!.signer, NOW)
  assert.deepEqual(await verifyKeyStatement(swapped, world.policy), {
    ok: false,
    code: 'proof-of-possession-invalid',
  })
  const elsewhere = await signKeyStatement({ ...read.statement, tenderId: LOT }, one!.key, one!.signer, NOW)
  const replayed = await makeTrustees(world, 3, 2, (set) => ({
    ...set,
    statements: [elsewhere, ...set.statements.slice(1)],
  }))
  assert.deepEqual(replayed.verdict, { ok: false, code: 'statement-of-another-tender' })
  assert.ok((await verifyTrusteeSet(signed, world.policy)).ok, 'the true one is accepted')
}

const askedForWrongBids = async (): Promise<void> => {
  const { platform, http, prepared } = await handIn()
  const closed = `/api/lots/${LOT}/closed-manifests`
  const manifest = JSON.parse(fromUtf8(prepared.manifest)) as BidManifest
  const asked = (...manifests: Uint8Array[]) =>
    platform.state.routes.set(closed, {
      i: 1,
      bids: manifests.map((bytes) => ({ manifest: toBase64url(bytes), kinds: ['summary'] })),
    })
  const shares = async () => {
    const { trust, tender } = await later({ platform, http })
    const opening = await checkOpening(http, trust, tender, LOT, { as: 'trustee' })
    const { signer } = platform.people[0]!
    const request = { opening, tender, i: 1, signer, owner: await ownerOf(platform, 1) }
    return { checks: failed(opening.checks), asked: () => prepareShares(http, trust, request) }
  }
  // Too early: before CLOSED, and in the bidders' window.
  asked(prepared.manifest)
  await platform.tick(DEADLINE - 60_000)
  await assert.rejects((await shares()).asked(), code('opening-unverified'))
  await platform.close()
  const early = await shares()
  assert.deepEqual(early.checks, ['V-48'])
  await assert.rejects(early.asked(), code('opening-unverified'))
  await platform.tick(platform.state.now + 31 * 60_000)
  // Withdrawn or replaced is what CLOSED does not list; foreign is another lot's or another tender's.
  const unlisted = encodeJson({ ...manifest, createdAt: manifest.createdAt + 1 })
  const foreign = [encodeJson({ ...manifest, lot: TENDER }), encodeJson({ ...manifest, tender: LOT })]
  asked(unlisted, ...foreign, prepared.manifest)
  const { releases, refused } = await (await shares()).asked()
  assert.deepEqual(
    refused.map(({ reason }) => reason),
    ['not in CLOSED', 'not of this lot', 'not of this lot'],
  )
  assert.equal(releases.length, 1, 'the listed one alone')
  await platform.add('tender.suspended/1', { n: 1 }, { name: 'SUSPENDED', n: 1 })
  await platform.tick(platform.state.now + 1000)
  await assert.rejects((await shares()).asked(), code('opening-unverified'))
}

/** No procedure here opens in two stages: a STAGE asks for what no notice announces, whether the platform tells of it or not. */
const askedWithStage = async (): Promise<void> => {
  for (const isTold of [true, false]) {
    const { platform, http, prepared } = await handIn()
    const bids = [{ manifest: toBase64url(prepared.manifest), kinds: ['summary'] }]
    platform.state.routes.set(`/api/lots/${LOT}/closed-manifests`, { i: 1, bids })
    await platform.tick(DEADLINE - 60_000)
    await platform.close()
    const { rows } = platform.log
    const known = rows.length
    await platform.add('lot.staged/1', { lotId: LOT }, { name: 'STAGE' })
    await platform.tick(platform.state.now + 31 * 60_000)
    if (!isTold) rows.splice(known, 1)
    const { trust, tender } = await later({ platform, http })
    const opening = await checkOpening(http, trust, tender, LOT, { as: 'trustee' })
    assert.ok(failed(opening.checks).includes(isTold ? 'V-30' : 'V-46'), failed(opening.checks).join())
    const request = { opening, tender, i: 1, signer: platform.people[0]!.signer, owner: await ownerOf(platform, 1) }
    await assert.rejects(prepareShares(http, trust, request), code('opening-unverified'))
  }
}

const ctx = randomBytes(72)
const head = randomBytes(56)

const escrowOf = async (n: number, k: number) => {
  const keys = await Promise.all(Array.from({ length: n }, generateTrusteeKey))
  const terms = { k, trusteeKeys: keys.map(({ pk }) => pk) }
  const dek = newDek()
  const { escrow, proof } = await makeEscrow(dek, terms, ctx, head)
  const shares = []
  for (const [at, { keys: pair }] of keys.entries()) {
    const opened = await openWrap(escrow.slots[at]!, pair, ctx, head)
    shares.push({ i: at + 1, share: opened.ok ? opened.share : assert.fail() })
  }
  return { keys, terms, dek, escrow, proof, shares }
}

const peek = async (): Promise<void> => {
  for (const [n, k] of [
    [3, 2],
    [5, 3],
  ] as const) {
    const { escrow, shares, keys } = await escrowOf(n, k)
    const few = shares.slice(0, k - 1)
    assert.deepEqual(await combineShares(few, escrow, ctx), { ok: false, code: 'too-few-shares' })
    for (const [at, slot] of escrow.slots.entries())
      if (at > 0) assert.equal((await openWrap(slot, keys[0]!.keys, ctx, head)).ok, false)
    // What they hold excludes nothing: with each value of a missing share the first byte becomes another.
    const missing = shares[k - 1]!.share
    const values = Array.from({ length: 256 }, (_, value) => {
      const guess = missing.slice()
      guess[0] = value
      return secondCombine([...few.map(({ share }) => share), guess])[0]
    })
    assert.equal(new Set(values).size, 256)
  }
}

const falseShares = async (): Promise<void> => {
  const { escrow, shares, dek } = await escrowOf(5, 3)
  const bent = { i: 1, share: shares[0]!.share.map((byte, at) => (at === 5 ? byte ^ 1 : byte)) }
  const [, second, third, fourth] = shares
  // One lies, one is absent: the three others open.
  const opened = await combineShares([bent, second!, third!, fourth!], escrow, ctx)
  assert.ok(opened.ok && equal(opened.dek, dek))
  assert.deepEqual(opened.used, [2, 3, 4])
  assert.equal((await combineShares([bent, second!, third!], escrow, ctx)).ok, false)
  // Another's true share under one's own number is a false one, too.
  assert.equal((await combineShares([{ i: 1, share: fourth!.share }, second!, third!], escrow, ctx)).ok, false)
}

const silentBidder = async (): Promise<void> => {
  const { shares, dek, escrow } = await escrowOf(3, 2)
  const without = await combineShares(shares.slice(1), escrow, ctx)
  assert.ok(without.ok && equal(without.dek, dek), 'the fallback needs nothing of the bidder')
}

const malformedEscrow = async (): Promise<void> => {
  const { terms, dek, escrow, proof } = await escrowOf(3, 2)
  const judged = (e: typeof escrow, p: typeof proof) => recomputeEscrow(dek, e, p, terms, ctx, head)
  assert.ok((await judged(escrow, proof)).ok)
  const other = await makeEscrow(newDek(), terms, ctx, head)
  const elsewhere = await makeEscrow(dek, terms, ctx, randomBytes(56))
  const [first, ...rest] = escrow.slots
  const bent = { ...first!, wrap: toBase64url(fromBase64url(first!.wrap).map((b, at) => (at === 80 ? b ^ 1 : b))) }
  for (const [what, verdict] of Object.entries({
    'shares of another key': await judged(other.escrow, other.proof),
    'made for another file': await judged(elsewhere.escrow, elsewhere.proof),
    'a wrap that nobody can open': await judged({ ...escrow, slots: [bent, ...rest] }, proof),
    'a proof of another escrow': await judged(escrow, other.proof),
  }))
    assert.equal(verdict.ok, false, what)
}

export const trusteeRows: Row[] = [
  {
    who: 'operator',
    tries: 'sends a real wrap as a drill',
    shows: 'the trustee’s real client signs what it was sent and opens only its own canary',
    act: drillWithWrap,
  },
  {
    who: 'operator',
    tries: "swaps or replays a trustee's key",
    shows:
      'other keys, another authority, another tender, no proof; that people compare the printed fingerprint cannot be shown',
    act: swappedKeys,
  },
  {
    who: 'operator',
    tries: 'asks trustees for a withdrawn or foreign or too early bid',
    shows: 'before CLOSED, in the bidders’ window, unlisted, of another lot or tender, while suspended',
    act: askedForWrongBids,
  },
  {
    who: 'operator',
    tries: 'asks trustees for a withdrawn or foreign or too early bid',
    shows: 'for a second stage that no notice announces, told or not',
    act: askedWithStage,
  },
  {
    who: 'fewer than k trustees',
    tries: 'peek',
    shows: 'k−1 shares exclude no key, and no trustee opens another’s wrap',
    act: peek,
  },
  {
    who: 'trustee',
    tries: 'false share, or none',
    shows: 'c_i sets it aside and k others open; that the record names it is played in api/openings/trustees.test.ts',
    act: falseShares,
  },
  {
    who: 'bidder',
    tries: 'does not decrypt after seeing others; malformed escrow',
    shows: 'k trustees open without it',
    act: silentBidder,
  },
  {
    who: 'bidder',
    tries: 'does not decrypt after seeing others; malformed escrow',
    shows: 'an escrow that does not recompute is void though its key opens the file',
    act: malformedEscrow,
  },
]
