import { z } from 'zod'
import { type Bytes, fromBase64url, sha256, toBase64url } from '../log/bytes.ts'
import type { Signer, Verified, VerifyOptions } from './cms.ts'
import { type EscrowTerms, MAX_TRUSTEES } from './escrow.ts'
import { base64urlField, failed, idField, instantField, type Verdict } from './json.ts'
import { trusteeSetHash } from './manifest.ts'
import { openSignedJson, type SignedJson, signedSchema, signJson } from './signed-json.ts'
import { type StatementFault, type VerifiedStatement, verifyKeyStatement } from './trustees.ts'

/** Relation of a trustee's organisation to the tender. The operator is none of them and never a trustee. */
export const RELATIONS = ['purchaser', 'agency', 'supervisor', 'independent'] as const

const duration = z
  .int()
  .min(60_000)
  .max(7 * 86_400_000)

/**
 * The trustee set: statements as the exact bytes signed, organisations by 统一社会信用代码, windows in ms, and deadline
 * and opening (UTC ms) as a floor: notices may move them later, never earlier.
 */
export const trusteeSetSchema = signedSchema('trustee-set', {
  tenderId: idField,
  n: z.int().min(3).max(MAX_TRUSTEES),
  k: z.int().min(2).max(MAX_TRUSTEES),
  statements: z
    .array(z.strictObject({ statement: base64urlField(1, 4096), cms: base64urlField(1, 65536) }))
    .min(3)
    .max(MAX_TRUSTEES),
  groups: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[0-9A-HJ-NPQRTUWXY]{18}$/),
        relation: z.enum(RELATIONS),
        members: z.array(z.int().min(1).max(MAX_TRUSTEES)).min(1),
      }),
    )
    .min(1)
    .max(MAX_TRUSTEES),
  windows: z.strictObject({ bidder: duration, trustee: duration }),
  deadline: instantField,
  opening: instantField,
})
export type TrusteeSet = z.output<typeof trusteeSetSchema>

export type SetFault =
  | StatementFault
  | 'set-malformed'
  | 'statement-of-another-tender'
  | 'trustee-key-reused'
  | 'trustee-organisation-differs'
  | 'groups-too-close'
  | 'too-few-offline'
  | 'operator-is-trustee'

/** Whether no k members sit in one organisation, nor in the purchaser and its paid agency together. */
export const areGroupsApart = ({ k, groups }: Pick<TrusteeSet, 'k' | 'groups'>): boolean => {
  const purchasers = groups.filter(({ relation }) => relation === 'purchaser' || relation === 'agency')
  const together = purchasers.reduce((sum, { members }) => sum + members.length, 0)
  return together < k && groups.every(({ members }) => members.length < k)
}

/** The supervising authority may be one of five, but k must be reachable without it: it decides complaints later. */
const needsSupervisor = ({ n, k, groups }: TrusteeSet): boolean => {
  const supervisors = groups.filter(({ relation }) => relation === 'supervisor')
  return n - supervisors.reduce((sum, { members }) => sum + members.length, 0) < k
}

const isPartition = ({ n, groups }: TrusteeSet): boolean => {
  const members = groups.flatMap((group) => group.members).sort((a, b) => a - b)
  const codes = new Set(groups.map((group) => group.code))
  return members.length === n && members.every((i, at) => i === at + 1) && codes.size === groups.length
}

const statementFault = (one: VerifiedStatement, at: number, set: TrusteeSet): SetFault | null => {
  const { statement, signer } = one
  const isOurs =
    statement.tenderId === set.tenderId &&
    statement.i === at + 1 &&
    statement.n === set.n &&
    statement.k === set.k &&
    statement.opening === set.opening &&
    statement.window === set.windows.trustee
  if (!isOurs) return 'statement-of-another-tender'
  const group = set.groups.find(({ members }) => members.includes(at + 1))
  return group?.code === signer.organisation.code ? null : 'trustee-organisation-differs'
}

/** Builds and signs a set as the purchaser. Order of statements is i = 1..n. Verify it before publishing. */
export const signTrusteeSet = (
  set: Omit<TrusteeSet, 'v' | 'type' | 'statements'> & { statements: readonly SignedJson[] },
  signer: Signer,
  signingTime?: number,
): Promise<SignedJson> => {
  const { tenderId, n, k, groups, windows, deadline, opening } = set
  const statements = set.statements.map(({ bytes, cms }) => ({ statement: toBase64url(bytes), cms: toBase64url(cms) }))
  return signJson(
    'trustee-set',
    { tenderId, n, k, statements, groups, windows, deadline, opening },
    signer,
    signingTime,
  )
}

export type SetOptions = VerifyOptions & {
  /** Production demands n−k+1 offline statements, so that one bad script cannot open every bid. */
  production?: boolean
  /** base64url keys already used in other tenders of this log. */
  usedKeys?: ReadonlySet<string>
  /** 统一社会信用代码 of the operator, who is never a trustee. */
  operatorCodes?: readonly string[]
}

export type VerifiedSet = Verified & {
  set: TrusteeSet
  /** In the order of i. */
  trustees: VerifiedStatement[]
  /** For `makeEscrow` and `recomputeEscrow`. */
  terms: EscrowTerms
  /** The set's name in manifests and in the notice, 32 bytes. */
  hash: Bytes
  /** Plain SHA-256 of the bytes: part of every envelope's context, 32 bytes. */
  setHash: Bytes
}

const setFault = (set: TrusteeSet, trustees: readonly VerifiedStatement[], options: SetOptions): SetFault | null => {
  if (!areGroupsApart(set) || needsSupervisor(set)) return 'groups-too-close'
  const keys = trustees.map(({ statement }) => statement.pk)
  if (new Set(keys).size !== set.n || keys.some((pk) => options.usedKeys?.has(pk))) return 'trustee-key-reused'
  if (set.groups.some(({ code }) => options.operatorCodes?.includes(code))) return 'operator-is-trustee'
  const offline = trustees.filter(({ statement }) => statement.client === 'offline').length
  return options.production && offline < set.n - set.k + 1 ? 'too-few-offline' : null
}

/**
 * Verifies a trustee set with every statement in it, as a client does before it seals anything. Who the purchaser is,
 * the caller compares with the notice (`signer.organisation.code`). Never throws.
 */
export const verifyTrusteeSet = async (
  { bytes, cms }: { bytes: Uint8Array; cms: Uint8Array },
  options: SetOptions,
): Promise<Verdict<VerifiedSet, SetFault>> => {
  const opened = await openSignedJson(bytes, cms, trusteeSetSchema, 'trustee-set', options)
  if (!opened.ok) return opened
  const { value: set, ...verified } = opened
  const isShaped = set.statements.length === set.n && set.k <= set.n && set.deadline <= set.opening && isPartition(set)
  if (!isShaped) return failed('set-malformed')
  const { at, trusted, crls } = options
  const trustees: VerifiedStatement[] = []
  for (const [index, one] of set.statements.entries()) {
    const signed = { bytes: fromBase64url(one.statement), cms: fromBase64url(one.cms) }
    const read = await verifyKeyStatement(signed, { at, trusted, crls })
    if (!read.ok) return read
    const fault = statementFault(read, index, set)
    if (fault) return failed(fault)
    trustees.push(read)
  }
  const fault = setFault(set, trustees, options)
  if (fault) return failed(fault)
  const terms = { k: set.k, trusteeKeys: trustees.map(({ pk }) => pk) }
  return { ...verified, set, trustees, terms, hash: await trusteeSetHash(bytes), setHash: await sha256(bytes) }
}

/** Whether a notice's times respect the set's floor. */
export const isAboveFloor = (set: TrusteeSet, notice: { deadline: number; opening: number }): boolean =>
  notice.deadline >= set.deadline && notice.opening >= set.opening
