import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { run } from '../api/cli/verify.ts'
import { handIn } from '../api/client/bidder.testing.ts'
import { DEADLINE } from '../api/client/notice.testing.ts'
import { randomBytes, toBase64url } from '../api/log/bytes.ts'
import { formatPolicy } from '../api/log/policy.ts'
import { LOT } from '../api/seal/actors.testing.ts'
import type { BidManifest, ManifestEnvelope } from '../api/seal/manifest.ts'
import { secondVerifier } from './second-verifier/answers.ts'
import { ATTEMPTS } from './second-verifier/attempts.ts'
import { askAbout, assertBoth, verdictsOf } from './second-verifier/both.ts'
import { ALGORITHMS, handBelow, handFor, handOf, respeltHand, respeltList, signAs } from './second-verifier/forged.ts'
import { HANDED, handOver, openRoom } from './second-verifier/handed.ts'
import { LIES } from './second-verifier/lies.ts'
import { MISPLACED } from './second-verifier/misplaced.ts'
import { playOutages } from './second-verifier/outages.ts'
import { openPrinted, SEALS } from './second-verifier/printed.ts'
import { openResult, RESULTS } from './second-verifier/results.ts'
import { openRewritten } from './second-verifier/rewritten.ts'
import { INNER, openSealed } from './second-verifier/sealed.ts'
import { closeWithMore, UNTOLD } from './second-verifier/untold.ts'

/*
 * What a platform has its own log sign, or bidders sign, otherwise than the specification says: in memory, and told to both
 * verifiers, which must name the same checks.
 */
const folder = mkdtempSync(join(tmpdir(), 'sunlit-forged-'))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
after(() => rmSync(folder, { recursive: true }))

test('a platform that logs a CLOSED without a bid, and witnesses that cosign it', async () => {
  const { platform } = await handIn()
  await platform.tick(DEADLINE - 60_000)
  await platform.close({ closed: { count: 1, manifestHashes: [toBase64url(randomBytes(32))] } })
  const { failed, output } = await askAbout(platform)
  assert.deepEqual(failed, ['V-11', 'V-12'], output)
})

test('a CLOSED that names another notice, and a second one', async () => {
  const { platform } = await handIn()
  await platform.tick(DEADLINE - 60_000)
  await platform.close({ closed: { noticeN: 1 } })
  const first = await askAbout(platform)
  assert.deepEqual(first.failed, ['V-42'], first.output)
  await platform.add('lot.closed/1', { lotId: LOT, count: 0, manifestHashes: [] }, { name: 'CLOSED' })
  await platform.tick(platform.state.now + 1000)
  const { failed, output } = await askAbout(platform)
  assert.deepEqual(failed, ['V-06', 'V-40', 'V-42', 'V-46'], output)
  assert.match(output, /V-06 FAIL.*repeats the subject of entry/)
})

test('what the log holds beside what is told, and a second stage that nobody may hold', async (t) => {
  for (const untold of UNTOLD)
    await t.test(untold.what, async () => void (await assertBoth(await closeWithMore(untold), untold)))
})

test('a once-only subject on an event that has none', async () => {
  const { platform, http } = await handIn()
  await platform.add('closing.held/1', { noticeN: 0, why: 'silent' }, { name: 'STAGE' })
  await platform.tick(platform.state.now + 1000)
  await assertBoth({ platform, http }, { fails: ['V-30'] })
})

/** A tender of one bid whose escrow its bidder made wrongly. */
const malformed = async (change: (entry: ManifestEnvelope) => ManifestEnvelope) => {
  const wrong = (manifest: BidManifest): BidManifest => ({ ...manifest, envelopes: manifest.envelopes.map(change) })
  return askAbout((await openRewritten(wrong)).platform)
}

test('a bid whose maker saw another history, as both verifiers tell', async () => {
  const forked = (change: Partial<BidManifest['logCheckpointSeen']>) =>
    openRewritten((manifest) => ({ ...manifest, logCheckpointSeen: { ...manifest.logCheckpointSeen, ...change } }))
  const lies: [Partial<BidManifest['logCheckpointSeen']>, RegExp][] = [
    [{ root: toBase64url(randomBytes(32)) }, /another history/],
    [{ size: 1_000_000 }, /1000000 leaves/],
    [{ size: 0 }, /an empty log/],
    [{ origin: 'another.test/log/sandbox' }, /another log/],
  ]
  for (const [change, words] of lies) {
    const { first } = await assertBoth(await forked(change), { fails: ['V-84'], words })
    assert.match(first.details, words)
  }
})

test('an escrow that does not recompute, though it was announced as valid', async () => {
  const slot = (wrong: object) => (entry: ManifestEnvelope) => ({
    ...entry,
    escrow: {
      ...entry.escrow,
      slots: entry.escrow.slots.map((one) => (one.i === 2 ? { ...one, ...wrong } : one)),
    },
  })
  const honest = await malformed((entry) => entry)
  assert.deepEqual(honest.failed, [], honest.output)
  const wrap = await malformed(slot({ wrap: toBase64url(randomBytes(65 + 49)) }))
  assert.deepEqual(wrap.failed, ['V-55', 'V-58'], wrap.output)
  assert.match(wrap.output, /V-55 FAIL.*wrap_2 differs/)
  const c = await malformed(slot({ c: toBase64url(randomBytes(32)) }))
  assert.match(c.output, /V-55 FAIL.*c_2 differs/)
})

test('each lie about an outage is found by both, and no honest word is', { concurrency: 2 }, async (t) => {
  const lies = LIES.map((lie, at) =>
    t.test(lie.what, async () => {
      const { answer, handed, ...tender } = await playOutages(lie.script)
      lie.change?.(answer)
      await assertBoth(tender, lie, lie.handed && file(`probes-${at}.json`, lie.handed(handed)))
    }),
  )
  await Promise.all(lies)
})

test('a record sealed by another certificate under the pin than the platform’s', { concurrency: 2 }, async (t) => {
  await Promise.all(
    SEALS.map((seal) =>
      t.test(seal.what, async () => {
        const { first, second } = await assertBoth(await openPrinted(seal), seal)
        const isOpen = seal.open !== undefined
        assert.deepEqual([first.open.includes('V-72'), second.open.includes('V-72')], [isOpen, isOpen])
      }),
    ),
  )
})

test('a result notice: logged, under the seal alone, and shown as it was logged', { concurrency: 2 }, async (t) => {
  await Promise.all(
    RESULTS.map((result) => t.test(result.what, async () => void (await assertBoth(await openResult(result), result)))),
  )
})

test('an event told as of another lot than its body says', { concurrency: 2 }, async (t) => {
  const expected = { fails: ['V-30'] }
  await Promise.all(
    MISPLACED.map(({ what, open }) => t.test(what, async () => void (await assertBoth(await open(), expected)))),
  )
})

test('a report and a letter handed over by who may have them', async (t) => {
  const room = await openRoom()
  // One after another: the signatures of a letter are those up to the next result.
  for (const paper of HANDED)
    await t.test(paper.what, async () => {
      const path = join(folder, 'paper.pdf')
      writeFileSync(path, await handOver(room, paper))
      assert.deepEqual(await verdictsOf(room, 'V-73', path), [paper.holds, paper.holds])
    })
  assert.deepEqual(await verdictsOf(room, 'V-73'), [null, null])
})

test('an attempt receipt: of this log, and of no other', async (t) => {
  const { platform } = await handIn()
  const policy = file('attempt-policy.txt', formatPolicy(platform.log.policy))
  for (const { what, make, holds } of ATTEMPTS)
    await t.test(what, async () => {
      const path = file('attempt.json', JSON.stringify(await make(platform.log.log)))
      const { code, failed, output } = await secondVerifier(path, '--policy', policy)
      assert.deepEqual([code, failed], holds ? [0, []] : [1, ['V-95']], output)
      assert.equal(await run([path, '--policy', policy, '--json']), code)
    })
  assert.equal((await secondVerifier(file('attempt.json', '{}'), '--policy', policy)).code, 2)
})

test('a key released by a signature whose digest or key is not in the list, or whose certificate has two spellings', async (t) => {
  const { platform, http, published, signer } = await openRewritten((manifest) => manifest)
  const [release] = published.releases
  const statement = Buffer.from(release!.statement, 'base64url')
  const SHA256 = { digest: 'sha256' } as const
  const tell = (cms: Uint8Array) => {
    const bid = { ...published, releases: [{ ...release, cms: toBase64url(cms) }] }
    platform.state.routes.set(`/api/lots/${LOT}/opened-bids`, { bids: [bid] })
  }
  for (const one of ALGORITHMS)
    await t.test(JSON.stringify({ ...one.how, key: one.key }), async () => {
      tell(await signAs(statement, await handFor(platform.world, signer, one), one.how, platform.state.now))
      await assertBoth({ platform, http }, { ...one, fails: one.words ? ['V-56'] : [] })
    })
  tell(await signAs(statement, await respeltHand(platform.world), SHA256, platform.state.now))
  await assertBoth({ platform, http }, { fails: ['V-56'], words: /unused bits/, code: 'certificate-not-trusted' })
  tell(await signAs(statement, await handOf(signer), SHA256, platform.state.now))
  platform.state.crls = [await respeltList(platform.world)]
  await assertBoth({ platform, http }, { fails: [], open: ['V-36'] })
  // Each certificate below the pinned one has a list that does not name it.
  const { hand, lists } = await handBelow(platform.world)
  tell(await signAs(statement, hand, SHA256, platform.state.now))
  platform.state.crls = await lists(false)
  const { first, second } = await assertBoth({ platform, http }, { fails: [] })
  assert.ok(![...first.open, ...second.open].includes('V-56'))
  for (const at of [0, 1]) {
    platform.state.crls = [(await lists(false))[at]!]
    await assertBoth({ platform, http }, { fails: [], open: ['V-56'] })
  }
  platform.state.crls = await lists(true)
  await assertBoth({ platform, http }, { fails: ['V-56'], words: /was revoked/, code: 'certificate-revoked' })
})

test('inner signatures: how long, whose, and how many members', { concurrency: 2 }, async (t) => {
  await Promise.all(
    INNER.map((inner) => t.test(inner.what, async () => void (await assertBoth(await openSealed(inner), inner)))),
  )
})
