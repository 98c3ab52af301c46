/*
 * What a probe saw of the platform, from outside and minute by minute. A probe is anybody's machine with a key of its own;
 * which probes count, and how many of them must agree, stands in a file like the witnesses' policy.
 */
import { z } from 'zod'
import { type Bytes, concat, utf8 } from '../log/bytes.ts'
import { type Ed25519Signer, verifyEd25519 } from '../log/ed25519.ts'
import { ED25519, formatVkey, type NoteKey, parseVkey } from '../log/note.ts'
import { encodeJson, failed, instantField, parseJson, V, type Verdict } from './json.ts'
import { signedSchema } from './signed-json.ts'

export const MINUTE = 60_000

/** What a bidder needs: the platform says that it is ready, its upload desk answers, the log goes on. */
export const LOOKED_AT = ['ready', 'desk', 'log'] as const
export type LookedAt = (typeof LOOKED_AT)[number]

const wholeMinute = instantField.refine((instant) => instant % MINUTE === 0, 'not a whole minute')

/** One minute of one probe; `from`…`to` is the whole minute when up, when down from the first failed look to the next good one. */
export const probeSchema = signedSchema('probe', {
  /** Of the log: a statement about a sandbox never passes for one about the platform. */
  origin: z.string().min(1).max(300),
  probe: z.string().min(1).max(100),
  minute: wholeMinute,
  state: z.enum(['up', 'down']),
  from: instantField,
  to: instantField,
  looks: z.int().min(1).max(600),
  failed: z.array(z.enum(LOOKED_AT)).max(LOOKED_AT.length),
}).refine(({ minute, state, from, to, failed }) =>
  state === 'up'
    ? from === minute && to === minute + MINUTE && failed.length === 0
    : minute <= from && from < to && to <= minute + MINUTE && failed.length > 0,
)
export type ProbeStatement = z.output<typeof probeSchema>
export type SignedProbe = { bytes: Bytes; signature: Bytes }

const signedBytes = (bytes: Uint8Array): Bytes => concat(utf8('sunlit/v1/probe\n'), bytes)

/** Builds and signs the statement of a minute. @throws RangeError when it is none */
export const signProbe = async (
  statement: Omit<ProbeStatement, 'v' | 'type'>,
  signer: Pick<Ed25519Signer, 'sign'>,
): Promise<SignedProbe> => {
  const { origin, probe, minute, state, from, to, looks, failed: what } = statement
  const value = { v: V, type: 'probe', origin, probe, minute, state, from, to, looks, failed: what }
  if (!probeSchema.safeParse(value).success) throw new RangeError('not a minute of a probe')
  const bytes = encodeJson(value)
  return { bytes, signature: await signer.sign(signedBytes(bytes)) }
}

/** The probe that a statement says it is of; null when it is none. Nothing is verified yet. */
export const claimedProbe = (bytes: Uint8Array): string | null => {
  const read = parseJson(bytes, probeSchema)
  return read.ok ? read.value.probe : null
}

/** Verifies a statement by the key that bears its name, about the log of this origin. Never throws. */
export const verifyProbe = async (
  { bytes, signature }: { bytes: Uint8Array; signature: Uint8Array },
  key: NoteKey,
  origin: string,
): Promise<Verdict<{ statement: ProbeStatement }, 'probe-invalid'>> => {
  if (!(await verifyEd25519(key.publicKey, signedBytes(bytes), signature))) return failed('probe-invalid')
  const read = parseJson(bytes, probeSchema)
  if (!read.ok || read.value.probe !== key.name || read.value.origin !== origin) return failed('probe-invalid')
  return { ok: true, statement: read.value }
}

/** Whose word counts: so many of these probes must say the same. */
export type ProbePolicy = { probes: NoteKey[]; quorum: number }

const checked = (policy: ProbePolicy): ProbePolicy => {
  const { probes, quorum } = policy
  const [names, keys] = [probes.map(({ name }) => name), probes.map(({ publicKey }) => publicKey.join())]
  if (probes.some(({ type }) => type !== ED25519)) throw new RangeError('probes: not a probe’s key')
  if (new Set(names).size !== probes.length || new Set(keys).size !== probes.length)
    throw new RangeError('probes: the same name or key twice')
  // More than half: else one half could call red what the other half calls green.
  if (!Number.isSafeInteger(quorum) || quorum < 1 || quorum > probes.length || 2 * quorum <= probes.length)
    throw new RangeError('probes: the quorum must be more than half of them')
  return policy
}

/** Lines `probe VKEY` and one `quorum K`; `#` begins a comment. @throws RangeError naming what is wrong */
export const parseProbes = (text: string): ProbePolicy => {
  const lines = text
    .split('\n')
    .map((line) => line.trim().split(/[ \t]+/))
    .filter(([word]) => word && !word.startsWith('#'))
  const foreign = lines.find((line) => line.length !== 2 || !['probe', 'quorum'].includes(line[0]!))
  if (foreign) throw new RangeError(`probes: unknown line "${foreign.join(' ')}"`)
  const quorums = lines.filter(([word]) => word === 'quorum')
  if (quorums.length !== 1) throw new RangeError('probes: exactly one quorum line')
  const probes = lines.filter(([word]) => word === 'probe').map(([, vkey]) => parseVkey(vkey!))
  return checked({ probes, quorum: Number(quorums[0]![1]) })
}

/** The policy as a file that `parseProbes` reads. */
export const formatProbes = ({ probes, quorum }: ProbePolicy): string =>
  [...probes.map((key) => `probe ${formatVkey(key)}`), `quorum ${quorum}`, ''].join('\n')
