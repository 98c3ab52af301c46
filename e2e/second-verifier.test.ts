import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { handIn } from '../api/client/bidder.testing.ts'
import { toBase64 } from '../api/log/bytes.ts'
import { formatPolicy } from '../api/log/policy.ts'
import { runProgram } from './runner/shell.ts'
import { type Answers, readAnswers, secondVerifier, windowOf, writeAnswers } from './second-verifier/answers.ts'
import { MUTATIONS } from './second-verifier/mutations.ts'
import { playTender } from './second-verifier/played.ts'

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
