import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { run } from '../api/cli/verify.ts'
import { handIn } from '../api/client/bidder.testing.ts'
import { DEADLINE } from '../api/client/notice.testing.ts'
import { randomBytes, toBase64, toBase64url } from '../api/log/bytes.ts'
import { formatPolicy } from '../api/log/policy.ts'
import { LOT } from '../api/seal/actors.testing.ts'
import type { BidManifest, ManifestEnvelope } from '../api/seal/manifest.ts'
import { runProgram } from './runner/shell.ts'
import { type Answers, readAnswers, secondVerifier, windowOf, writeAnswers } from './second-verifier/answers.ts'
import { ATTEMPTS } from './second-verifier/attempts.ts'
import { askAbout, assertBoth, verdictsOf } from './second-verifier/both.ts'
import { ALGORITHMS, handBelow, handFor, handOf, respeltHand, respeltList, signAs } from './second-verifier/forged.ts'
import { HANDED, handOver, openRoom } from './second-verifier/handed.ts'
import { LIES } from './second-verifier/lies.ts'
import { MUTATIONS } from './second-verifier/mutations.ts'
import { playOutages } from './second-verifier/outages.ts'
import { playTender } from './second-verifier/played.ts'
import { openPrinted, SEALS } from './second-verifier/printed.ts'
import { openRewritten } from './second-verifier/rewritten.ts'
import { INNER, openSealed } from './second-verifier/sealed.ts'

/*
 * The second verifier (e2e/second-verifier/verify.py) shares no line with the platform. It must agree with it about an
 * honest tender, and must name what is wrong with a false one.
 */
const folder = mkdtempSync(join(tmpdir(), 'sunlit-second-'))
const file = (name: string, text: string): string => {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
/** What it never checks, and what there is nothing of where no probes were named. */
const NEVER = ['V-60', 'V-61', 'V-62', 'V-63', 'V-64', 'V-70', 'V-71', 'V-73', 'V-82', 'V-83', 'V-92', 'V-93', 'V-94']

let played: Awaited<ReturnType<typeof playTender>>
let saved: Answers
before(async () => {
  played = await playTender()
})
after(async () => {
  await played.close()
  rmSync(folder, { recursive: true })
})

test('vectors: ours and those of the RFCs', async () => {
  const command = join(import.meta.dirname, 'second-verifier/vectors.py')
  const vectors = join(import.meta.dirname, '../api/seal/vectors.gen.json')
  const { code, output } = await runProgram('python3', [command, vectors], { quiet: true })
  assert.equal(code, 0, output)
  assert.equal(output.match(/^ok {3}/gm)?.length, 17, output)
})

test('an honest tender: three bids, one replaced, one opened by trustees, one withdrawn', async () => {
  const { origin, tenderId } = played
  const answer = await fetch(`${origin}/log/policy`)
  const policy = file('policy.txt', await answer.text())
  const kept = join(folder, 'saved')
  const outcome = await secondVerifier(origin, tenderId, '--policy', policy, '--save', kept)
  assert.deepEqual([outcome.code, outcome.failed, outcome.open], [0, [], ['V-02', ...NEVER]], outcome.output)
  assert.match(outcome.output, /^V-11 ok .*3 bids; 1 withdrawals not checked here/m)
  saved = readAnswers(kept)
  // Offline it says the same, and V-90 of the index besides.
  const { output } = await secondVerifier(kept, '--policy', policy)
  const common = output.split('\n').filter((line) => !line.startsWith('V-90 ok ') && !line.startsWith('43 hold, '))
  assert.deepEqual(
    common,
    outcome.output.split('\n').filter((line) => !line.startsWith('42 hold, ')),
  )
})

test('each way of lying about it is found, and its check is named', { concurrency: 2 }, async (t) => {
  const { output } = await secondVerifier(join(folder, 'saved'), '--policy', join(folder, 'policy.txt'))
  assert.ok(MUTATIONS.length >= 12 && output.includes('0 fail'))
  const lies = MUTATIONS.map(({ what, change, fails, open }, at) =>
    t.test(what, async () => {
      const copy = new Map(saved)
      change(copy, played)
      const altered = writeAnswers(copy, join(folder, `${at}`), played.tenderId)
      const outcome = await secondVerifier(altered, '--policy', join(folder, 'policy.txt'))
      assert.deepEqual(outcome.failed, fails, outcome.output)
      assert.equal(outcome.code, fails.length > 0 ? 1 : 3)
      for (const number of open ?? []) assert.ok(outcome.open.includes(number), outcome.output)
    }),
  )
  await Promise.all(lies)
})

test('another policy, another authority, another history remembered', async () => {
  const { platform } = await handIn()
  const kept = join(folder, 'saved')
  const policy = join(folder, 'policy.txt')
  const otherPolicy = file('other-policy.txt', formatPolicy(platform.log.policy))
  assert.ok((await secondVerifier(kept, '--policy', otherPolicy)).failed.includes('V-01'))
  const der = toBase64(platform.world.ca.certificateDer)
  const ca = file('other-ca.pem', `-----BEGIN CERTIFICATE-----\n${der}\n-----END CERTIFICATE-----\n`)
  assert.deepEqual((await secondVerifier(kept, '--policy', policy, '--ca', ca)).failed, ['V-36'])
  const notes = JSON.parse(saved.get('/log/checkpoints/0')!.toString('utf8')) as string[]
  const remembered = (note: string) => secondVerifier(kept, '--policy', policy, '--remember', file('note.txt', note))
  assert.deepEqual(
    [(await remembered(notes[2]!)).code, (await remembered(platform.log.notes[0]!)).failed],
    [0, ['V-02']],
  )
})

test('a bundle without the whole log: what is missing is told as not checked, never as passed', async () => {
  const part = new Map([...saved].filter(([path]) => !/^\/log\/(tile|disclosures)\//.test(path)))
  const outcome = await secondVerifier(
    writeAnswers(part, join(folder, 'part'), played.tenderId, 'part'),
    '--policy',
    join(folder, 'policy.txt'),
  )
  const leaves = ['V-03', 'V-05', 'V-06', 'V-08', 'V-09', 'V-10', 'V-11', 'V-12', 'V-46', 'V-84']
  assert.deepEqual([outcome.code, outcome.failed], [3, []], outcome.output)
  assert.deepEqual(outcome.open, ['V-02', ...leaves, ...NEVER].sort())
  const windowed = new Map([...part, ...(await windowOf(played.origin, part))])
  const bundle = writeAnswers(windowed, join(folder, 'bundle'), played.tenderId, 'part')
  await runProgram('sh', ['-c', `cd ${bundle} && python3 -m zipfile -c ../bundle.zip *`], { quiet: true })
  const complete = await secondVerifier(join(folder, 'bundle.zip'), '--policy', join(folder, 'policy.txt'))
  const log = leaves.filter((number) => !['V-10', 'V-11', 'V-12'].includes(number))
  assert.deepEqual([complete.code, complete.failed], [3, []], complete.output)
  assert.deepEqual(complete.open, ['V-02', ...log, ...NEVER].sort())
  // Its own policy proves nothing, and what the index does not name is foreign.
  writeFileSync(join(bundle, 'more.txt'), '')
  const alone = await secondVerifier(bundle)
  assert.deepEqual([alone.failed, alone.open.includes('V-01')], [['V-90'], true], alone.output)
  // Kept back by a running platform, or out of the same folder that claims to be whole, it is a fault.
  const claimed = writeAnswers(part, join(folder, 'claimed'), played.tenderId)
  assert.ok((await secondVerifier(claimed, '--policy', join(folder, 'policy.txt'))).failed.includes('V-03'))
})

test('the bundle that the platform itself makes, with every leaf of the tender and without', async () => {
  const policy = join(folder, 'bundle-policy.txt')
  writeFileSync(policy, await (await fetch(`${played.origin}/log/policy`)).text())
  const log = ['V-02', 'V-03', 'V-05', 'V-06', 'V-08', 'V-09', 'V-46']
  for (const [query, open] of [
    ['?leaves=1', log],
    ['', [...log, 'V-10', 'V-11', 'V-12']],
  ] as const) {
    const answer = await fetch(`${played.origin}/api/tenders/${played.tenderId}/evidence.zip${query}`)
    assert.equal(answer.status, 200)
    const zip = join(folder, 'evidence.zip')
    writeFileSync(zip, new Uint8Array(await answer.arrayBuffer()))
    const outcome = await secondVerifier(zip, '--policy', policy)
    assert.deepEqual([outcome.code, outcome.failed], [3, []], outcome.output)
    const extra = outcome.open.filter((number) => ![...open, ...NEVER].includes(number))
    assert.deepEqual(extra, [], outcome.output)
    assert.match(outcome.output, /^V-84 ok /m, 'its tiles are always there')
    assert.match(outcome.output, /^V-72 ok /m)
  }
})

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
