/*
 * Sealing the four envelopes of a bid, or of a rehearsal: the same lines, so that what was rehearsed is what will happen.
 * Nothing here speaks with anybody. The order is fixed: seal → decrypt all of it back and recompute the escrow → only
 * then sign the manifest.
 */
import type { z } from 'zod'
import { type Bytes, fromBase64url, toBase64url } from '../log/bytes.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind, type Place } from '../seal/context.ts'
import { encodeJson, parseJson } from '../seal/json.ts'
import type { ManifestEnvelope } from '../seal/manifest.ts'
import { type Part, partCount } from '../seal/parts.ts'
import type { FileSource, Header } from '../seal/plaintext.ts'
import {
  openBidEnvelope,
  type SealedEnvelope,
  type SealedManifest,
  sealBidEnvelope,
  type TrusteeTerms,
} from '../seal/seal.ts'
import { type DecryptKey, makeRecovery, openRecovery, type SecretKind } from '../seal/selfslot.ts'
import { problem } from './http.ts'
import { type TrustContext, trustAt } from './trust.ts'

/**
 * Where sealed parts wait for their upload. A part is written once and read back for the self-test and the upload; its
 * bytes are lent for the writing only.
 */
export type PartSink = {
  write: (envelopeNo: number, part: Part) => void | Promise<void>
  read: (envelopeNo: number, part: number) => Promise<Uint8Array>
}

/** Parts kept in memory: for small bids and tests. */
export const memorySink = (): PartSink => {
  const held = new Map<string, Uint8Array>()
  return {
    write: (no, part) => void held.set(`${no}/${part.no}`, part.bytes.slice()),
    read: async (no, part) => held.get(`${no}/${part}`) ?? Promise.reject(new RangeError('no such part')),
  }
}

export type Progress = { step: 'seal' | 'self-test' | 'sign'; kind: EnvelopeKind | null; part: number }

/** What lies in the envelopes, who signs, and where the parts go. */
export type Contents = {
  trust: TrustContext
  /** The organisation's seal certificate; its key stays where it is. */
  signer: Signer
  /** Typed answers by envelope; an absent one is empty. Money in 分 as a decimal string. */
  forms: Partial<Record<EnvelopeKind, Header['form']>>
  /** Files by envelope; `summary` has none. */
  files?: Partial<Record<EnvelopeKind, readonly FileSource[]>>
  /** Further inner signatures (legal representative, consortium members); never on `summary`. */
  coSigners?: Partial<Record<EnvelopeKind, readonly Signer[]>>
  /** Other organisations of a consortium. */
  consortium?: readonly string[]
  sink: PartSink
  /** For the recovery file, besides the certificate. */
  passphrase?: string
  onProgress?: (progress: Progress) => void
}

/** DEKs, base64url by envelope. */
export type Deks = Partial<Record<EnvelopeKind, string>>

/** What tells a bid from a rehearsal: its place, its trustees, its manifest and the words around its keys. */
export type Scheme<S extends object> = {
  place: Place
  trustees: TrusteeTerms
  build: (envelopes: ManifestEnvelope[]) => { manifest: SealedManifest; bytes: Bytes }
  hash: (manifest: Uint8Array) => Promise<Bytes>
  recovery: SecretKind
  secret: (manifestHash: string, keys: Deks) => S
}

export type Prepared<S extends object> = {
  manifest: Bytes
  cms: Bytes
  /** base64url. */
  manifestHash: string
  /** SHA-256 of each part, base64url, as the platform wants them. */
  partHashes: { envelopeNo: number; sha256: string[] }[]
  /** The keys under the bidder's certificate (and passphrase): to be downloaded before the upload. */
  recoveryFile: Bytes
  keys: S
}

type Sealed = SealedEnvelope & { hashes: string[] }

const sealOne = async (
  { place, trustees }: Pick<Scheme<object>, 'place' | 'trustees'>,
  what: Contents,
  kind: EnvelopeKind,
  at: number,
): Promise<Sealed> => {
  const no = ENVELOPE_KINDS.indexOf(kind) + 1
  const { signer, sink } = what
  const hashes: string[] = []
  const contents = {
    form: what.forms[kind] ?? {},
    files: what.files?.[kind] ?? [],
    consortium: what.consortium ?? [],
    signers: [signer, ...(what.coSigners?.[kind] ?? [])],
    signingTime: at,
  }
  const parts = { ...place, kind, certificateDer: signer.certificateDer, envelopeNo: no }
  const sealed = await sealBidEnvelope(parts, contents, trustees, async (part) => {
    await sink.write(no, part)
    hashes.push(toBase64url(part.sha256))
    what.onProgress?.({ step: 'seal', kind, part: part.no })
  })
  return { ...sealed, hashes }
}

async function* readBack({ sink, onProgress }: Contents, { entry }: Sealed): AsyncGenerator<Uint8Array> {
  for (let part = 0; part < partCount(entry.size); part++) {
    yield await sink.read(entry.no, part)
    onProgress?.({ step: 'self-test', kind: entry.kind, part })
  }
}

/** A client's own bug must show here and not at the opening: everything is opened as the opening will open it. */
const selfTest = async (
  what: Contents,
  manifest: SealedManifest,
  trustees: TrusteeTerms,
  sealed: readonly Sealed[],
  at: number,
): Promise<void> => {
  for (const one of sealed) {
    const inner = trustAt(what.trust, at)
    const opened = await openBidEnvelope(readBack(what, one), one.dek, manifest, one.entry, trustees, inner)
    if (!opened.ok)
      throw problem('self-test-failed', 'The sealed bid does not open again', {
        kind: one.entry.kind,
        fault: opened.code,
      })
  }
}

/**
 * Seals the four envelopes, tests them and signs the manifest that names them.
 * @throws Problem self-test-failed
 */
export const sealEnvelopes = async <S extends object>(
  scheme: Scheme<S>,
  what: Contents,
  at: number,
): Promise<Prepared<S>> => {
  const { signer } = what
  const sealed: Sealed[] = []
  for (const kind of ENVELOPE_KINDS) sealed.push(await sealOne(scheme, what, kind, at))
  const built = scheme.build(sealed.map(({ entry }) => entry))
  await selfTest(what, built.manifest, scheme.trustees, sealed, at)
  what.onProgress?.({ step: 'sign', kind: null, part: 0 })
  const manifestHash = toBase64url(await scheme.hash(built.bytes))
  const deks = Object.fromEntries(sealed.map(({ entry, dek }) => [entry.kind, toBase64url(dek)]))
  const keys = scheme.secret(manifestHash, deks)
  const owners = { certificateDer: signer.certificateDer, ...(what.passphrase && { passphrase: what.passphrase }) }
  return {
    manifest: built.bytes,
    cms: await signDetached(built.bytes, signer, at),
    manifestHash,
    partHashes: sealed.map(({ entry, hashes }) => ({ envelopeNo: entry.no, sha256: hashes })),
    recoveryFile: await makeRecovery(scheme.recovery, encodeJson(keys), owners),
    keys,
  }
}

/** The keys in a recovery file of this kind. @throws Problem recovery-unreadable */
export const openKeys = async <S extends z.ZodType>(
  file: Uint8Array,
  kind: SecretKind,
  schema: S,
  owner: { key: DecryptKey } | { passphrase: string },
): Promise<z.output<S>> => {
  const opened = await openRecovery(file, kind, owner)
  const read = opened.ok ? parseJson(opened.secret, schema) : opened
  if (!read.ok) throw problem('recovery-unreadable', 'The recovery file cannot be opened with this key')
  return read.value
}

/** A DEK as bytes; null when the file does not hold that one. */
export const dekOf = ({ keys }: { keys: Deks }, kind: EnvelopeKind): Bytes | null => {
  const text = keys[kind]
  return text === undefined ? null : fromBase64url(text)
}
