import { concat, utf8 } from '../../api/log/bytes.ts'
import { BIDDER, makeWorld, NOW, RIVAL } from '../../api/seal/actors.testing.ts'
import { signDetached, verifyDetached } from '../../api/seal/cms.ts'
import { isSameSignature, MUTATIONS, mutate, randomFrom } from '../../api/seal/mutations.testing.ts'

const TRIES = 100_000
const LONGEST_MS = 1000
const SEED = 20_261_123

/** `same`: the very signature, spelled in another way that a verifier must take. */
type Counts = { tried: number; same: number; accepted: number; crashed: number; longest: number }

const contentOf = (at: number) => utf8(`{"v":"sunlit/v1","type":"bid","n":${at}}`)

/** Signatures to spoil: RSA and EC, with and without the chain, in turn. */
const makeSpecimens = async () => {
  const content = contentOf(0)
  const specimens = []
  for (const type of ['EC', 'RSA'] as const) {
    const world = await makeWorld(type)
    const [bidder, rival] = [await world.enrol(BIDDER), await world.enrol(RIVAL)]
    for (const signer of [bidder, { ...bidder, chainDer: [] }]) {
      const cms = await signDetached(content, signer, NOW)
      if (!(await verifyDetached(content, cms, world.policy)).ok)
        throw new Error(`${type}: the specimen does not verify`)
      specimens.push({ type, cms, policy: world.policy, rival })
    }
  }
  return { content, specimens }
}

/**
 * 10^5 spoiled signatures over true content, true signatures over other content, and another's true signature where one
 * signer is expected: none accepted, none throws, none takes a second.
 */
export const trialCms = async (): Promise<boolean> => {
  const { content, specimens } = await makeSpecimens()
  const random = randomFrom(SEED)
  const counts = new Map<string, Counts>()
  const judge = async (
    name: string,
    original: Uint8Array,
    ...given: Parameters<typeof verifyDetached>
  ): Promise<void> => {
    const one = counts.get(name) ?? { tried: 0, same: 0, accepted: 0, crashed: 0, longest: 0 }
    counts.set(name, one)
    const began = performance.now()
    try {
      const verdict = await verifyDetached(...given)
      if (verdict.ok) one[isSameSignature(original, given[1]) ? 'same' : 'accepted'] += 1
    } catch {
      one.crashed += 1
    }
    one.tried += 1
    one.longest = Math.max(one.longest, performance.now() - began)
  }
  const kinds = Object.keys(MUTATIONS).length + 2
  for (let at = 0; at < TRIES; at++) {
    const { cms, policy, rival } = specimens[at % specimens.length]!
    const kind = random(kinds)
    if (kind === 0) await judge('other content', cms, concat(contentOf(at), utf8(' ')), cms, policy)
    else if (kind === 1) {
      const expectedCertSha256 = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
      const theirs = at % 50 === 0 ? await signDetached(content, rival, NOW) : cms
      await judge('other signer', cms, content, theirs, { ...policy, expectedCertSha256 })
    } else {
      const { name, bytes } = mutate(cms, random)
      await judge(name, cms, content, bytes, policy)
    }
  }
  return told(counts)
}

const told = (counts: Map<string, Counts>): boolean => {
  const all: Counts = { tried: 0, same: 0, accepted: 0, crashed: 0, longest: 0 }
  for (const [name, one] of [...counts].toSorted(([a], [b]) => a.localeCompare(b))) {
    console.log(lineOf(name, one))
    all.tried += one.tried
    all.same += one.same
    all.accepted += one.accepted
    all.crashed += one.crashed
    all.longest = Math.max(all.longest, one.longest)
  }
  console.log(lineOf('cms, all', all))
  return all.accepted === 0 && all.crashed === 0 && all.longest < LONGEST_MS
}

const lineOf = (name: string, { tried, same, accepted, crashed, longest }: Counts): string =>
  `${name.padEnd(22)} ${String(tried).padStart(7)} tried  ${same} the same signature  ${accepted} accepted  ${crashed} crashed  longest ${longest.toFixed(1)} ms`
