/**
 * The trust rule: which log, which witnesses, how many must have cosigned (C2SP tlog-policy, the flat subset with one
 * log and one group). k > m/2, so that two checkpoints that both pass share at least one witness.
 */
import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts'
import { cosignedAt } from './cosignature.ts'
import { COSIGNATURE, ED25519, formatVkey, type NoteKey, parseVkey } from './note.ts'
import { remembering } from './remember.ts'

/** `url`: submission prefix of the witness (tlog-witness); only the log needs it. */
export type PolicyWitness = { name: string; key: NoteKey; url: string | null }
/** `quorum`: how many of the witnesses must have cosigned. */
export type Policy = { log: NoteKey; logUrl: string | null; witnesses: PolicyWitness[]; quorum: number }

const GROUP = 'witnesses'

/** The policy in a file; throws RangeError naming the line that is wrong. */
export const parsePolicy = (file: string): Policy => {
  const lines = file
    .split('\n')
    .map((line) => line.trim().split(/[ \t]+/))
    .filter(([word]) => word && !word.startsWith('#'))
  const of = (word: string) => lines.filter(([first]) => first === word)
  const foreign = lines.find(([word]) => !['log', 'witness', 'group', 'quorum'].includes(word!))
  if (foreign) throw new RangeError(`policy: unknown line "${foreign[0]}"`)
  const [log, group, quorum] = [of('log'), of('group'), of('quorum')]
  if (log.length !== 1 || group.length !== 1 || quorum.length !== 1)
    throw new RangeError('policy: exactly one log, one group and one quorum line')
  const witnesses = of('witness').map(([, name, vkey, url]) => ({
    name: name ?? '',
    key: parseVkey(vkey ?? ''),
    url: url ?? null,
  }))
  const [, groupName, count, ...members] = group[0]!
  if (quorum[0]![1] !== groupName) throw new RangeError('policy: the quorum must be the group')
  const needed = count === 'all' ? members.length : count === 'any' ? 1 : Number(count)
  if (
    [...members].sort().join() !==
    witnesses
      .map(({ name }) => name)
      .sort()
      .join()
  )
    throw new RangeError('policy: the group must hold each witness once')
  return checkedPolicy({ log: parseVkey(log[0]![1] ?? ''), logUrl: log[0]![2] ?? null, witnesses, quorum: needed })
}

/** The policy itself, once it cannot be split in two; throws RangeError otherwise. */
export const checkedPolicy = (policy: Policy): Policy => {
  const { log, witnesses, quorum } = policy
  if (log.type !== ED25519) throw new RangeError('policy: the log key is not an Ed25519 note key')
  if (witnesses.some(({ key }) => key.type !== COSIGNATURE)) throw new RangeError('policy: not a cosignature/v1 key')
  const keys = new Set([log, ...witnesses.map(({ key }) => key)].map(({ publicKey }) => publicKey.join()))
  if (keys.size !== witnesses.length + 1) throw new RangeError('policy: the same key twice')
  if (!Number.isSafeInteger(quorum) || quorum > witnesses.length || 2 * quorum <= witnesses.length || quorum < 1)
    throw new RangeError('policy: the quorum must be more than half of the witnesses')
  return policy
}

/** The policy as a file that `parsePolicy` reads. */
export const formatPolicy = ({ log, logUrl, witnesses, quorum }: Policy): string =>
  [
    `log ${formatVkey(log)}${logUrl ? ` ${logUrl}` : ''}`,
    ...witnesses.map(({ name, key, url }) => `witness ${name} ${formatVkey(key)}${url ? ` ${url}` : ''}`),
    `group ${GROUP} ${quorum} ${witnesses.map(({ name }) => name).join(' ')}`,
    `quorum ${GROUP}`,
    '',
  ].join('\n')

/**
 * A checkpoint whose log signature holds, with what the policy's witnesses say of it.
 * `notBefore`: the latest unix seconds at or after which a quorum cosigned; `seenBy`: the unix seconds by which a quorum
 * had cosigned; both null without a quorum.
 */
export type WitnessedCheckpoint = SignedCheckpoint & {
  cosignatures: { name: string; seconds: number }[]
  quorum: boolean
  notBefore: number | null
  seenBy: number | null
}

/** Notes whose verdicts are kept for each policy: a second's proofs all come under the same one. */
const KEPT = 256
const judged = new WeakMap<Policy, ReturnType<typeof remembering<Promise<WitnessedCheckpoint | null>>>>()

/** Judges a note by the policy, each once: no instant is in it. Null when the log did not sign it. Never throws. */
export const judgeCheckpoint = (note: string, policy: Policy): Promise<WitnessedCheckpoint | null> => {
  const known = judged.get(policy) ?? remembering<Promise<WitnessedCheckpoint | null>>(KEPT)
  judged.set(policy, known)
  return known(note, () => judge(note, policy))
}

const judge = async (note: string, policy: Policy): Promise<WitnessedCheckpoint | null> => {
  const checkpoint = await openCheckpoint(note, policy.log)
  if (!checkpoint) return null
  const cosignatures: { name: string; seconds: number }[] = []
  for (const { name, key } of policy.witnesses) {
    const seconds = await cosignedAt(checkpoint.note, key)
    if (seconds !== null) cosignatures.push({ name, seconds })
  }
  const times = cosignatures.map(({ seconds }) => seconds).sort((a, b) => a - b)
  const quorum = times.length >= policy.quorum
  return {
    ...checkpoint,
    cosignatures,
    quorum,
    notBefore: quorum ? times[times.length - policy.quorum]! : null,
    seenBy: quorum ? times[policy.quorum - 1]! : null,
  }
}
