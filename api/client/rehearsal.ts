/*
 * The rehearsal (演练) in the bidder's Worker: the lines that seal and open a bid, on something that is no tender.
 *   const prepared = await prepareRehearsal({ organisationId, signer, trust, files, sink, passphrase, bundleSha256 })
 *   const { statement, cms } = await reopenRehearsal({ prepared, read, signer, decryptKey, passphrase, trust })
 * Nothing here speaks with anybody.
 */
import { z } from 'zod'
import { type Bytes, fromBase64url, toBase64url } from '../log/bytes.ts'
import { certSha256 } from '../seal/certificate.ts'
import type { Signer } from '../seal/cms.ts'
import { ENVELOPE_KINDS, type EnvelopeKind } from '../seal/context.ts'
import { bytesField, idField, V } from '../seal/json.ts'
import { partCount } from '../seal/parts.ts'
import type { FileSource, Header } from '../seal/plaintext.ts'
import {
  buildRehearsal,
  parseRehearsal,
  type RehearsalManifest,
  rehearsalHash,
  rehearsalTerms,
  signRehearsalKey,
} from '../seal/rehearsal.ts'
import { openBidEnvelope } from '../seal/seal.ts'
import type { DecryptKey } from '../seal/selfslot.ts'
import { generateTrusteeKey } from '../seal/trustees.ts'
import { problem } from './http.ts'
import { dekOf, openKeys, type PartSink, type Prepared, type Progress, sealEnvelopes } from './seal-envelopes.ts'
import { nowOf, type TrustContext, trustAt } from './trust.ts'

const keysSchema = z.strictObject({
  v: z.literal(V),
  type: z.literal('rehearsal-keys'),
  rehearsal: idField,
  manifestHash: bytesField(32),
  keys: z.partialRecord(z.enum(ENVELOPE_KINDS), bytesField(32)),
})
/** DEKs of one rehearsal, base64url by envelope: no software that releases a bid's keys reads them. */
export type RehearsalKeys = z.output<typeof keysSchema>

export type RehearsalToPrepare = {
  organisationId: string
  signer: Signer
  trust: TrustContext
  /** What is sealed as 技术: a file of one's own, or one made for this. */
  files: readonly FileSource[]
  sink: PartSink
  passphrase: string
  /** SHA-256 of the client's own bundle, base64url. */
  bundleSha256: string
  onProgress?: (progress: Progress) => void
}

export type PreparedRehearsal = Prepared<RehearsalKeys> & { rehearsalId: string }

/** Nobody's price: the platform sees the summary, and nothing else of a rehearsal. */
const FORMS: Partial<Record<EnvelopeKind, Header['form']>> = { summary: { price: '123456789' } }
const [TRUSTEES, NEEDED] = [3, 2]

/** Keys like those of a tender's trustees; their private halves are forgotten as soon as they are made. */
const passingTrustees = async (): Promise<RehearsalManifest['trustees']> => {
  const keys: string[] = []
  for (let i = 0; i < TRUSTEES; i++) keys.push(toBase64url((await generateTrusteeKey()).pk))
  return { k: NEEDED, keys }
}

/** Seals, tests and signs a rehearsal. @throws Problem self-test-failed */
export const prepareRehearsal = async (what: RehearsalToPrepare): Promise<PreparedRehearsal> => {
  const at = nowOf(what.trust)
  const rehearsalId = crypto.randomUUID()
  const trustees = await passingTrustees()
  const bidder = { certSha256: await certSha256(what.signer.certificateDer), orgId: what.organisationId }
  const client = { bundleSha256: what.bundleSha256 }
  const prepared = await sealEnvelopes<RehearsalKeys>(
    {
      place: { rehearsalId },
      trustees: await rehearsalTerms({ trustees }),
      build: (envelopes) =>
        buildRehearsal({ rehearsal: rehearsalId, bidder, trustees, envelopes, client, createdAt: at }),
      hash: rehearsalHash,
      recovery: 'rehearsal-keys',
      secret: (manifestHash, keys) => ({ v: V, type: 'rehearsal-keys', rehearsal: rehearsalId, manifestHash, keys }),
    },
    { ...what, forms: FORMS, files: { technical: what.files } },
    at,
  )
  return { rehearsalId, ...prepared }
}

export type RehearsalToReopen = {
  manifest: Uint8Array
  recoveryFile: Uint8Array
  signer: Signer
  /** Opens the recovery file without the passphrase. */
  decryptKey: DecryptKey
  passphrase: string
  trust: TrustContext
  /** What was downloaded from the store. */
  read: (envelopeNo: number, part: number) => Promise<Uint8Array>
  onProgress?: (kind: EnvelopeKind, bytes: number) => void
}

/** Both ways into the recovery file must lead to the same keys. */
const keysOf = async (what: RehearsalToReopen, manifestHash: string): Promise<RehearsalKeys> => {
  const { recoveryFile, decryptKey, passphrase } = what
  const keys = await openKeys(recoveryFile, 'rehearsal-keys', keysSchema, { key: decryptKey })
  const again = await openKeys(recoveryFile, 'rehearsal-keys', keysSchema, { passphrase })
  const isSame = ENVELOPE_KINDS.every((kind) => keys.keys[kind] !== undefined && keys.keys[kind] === again.keys[kind])
  if (!isSame || keys.manifestHash !== manifestHash || again.manifestHash !== manifestHash)
    throw problem('recovery-unreadable', 'The recovery file does not hold the keys of this rehearsal')
  return keys
}

async function* downloaded(what: RehearsalToReopen, { no, size, kind }: RehearsalManifest['envelopes'][number]) {
  for (let part = 0; part < partCount(size); part++) {
    const bytes = await what.read(no, part)
    yield bytes
    what.onProgress?.(kind, bytes.length)
  }
}

/**
 * Opens what came back from the store as the opening opens it, with the keys of the recovery file, and signs the key of
 * the summary; the platform opens that one itself. No other key leaves the Worker.
 * @throws Problem recovery-unreadable, rehearsal-not-reopened
 */
export const reopenRehearsal = async (what: RehearsalToReopen): Promise<{ statement: Bytes; cms: Bytes }> => {
  const read = parseRehearsal(what.manifest)
  if (!read.ok) throw problem('rehearsal-not-reopened', 'Not a rehearsal')
  const { manifest } = read
  const manifestHash = toBase64url(await rehearsalHash(what.manifest))
  const keys = await keysOf(what, manifestHash)
  const trustees = await rehearsalTerms(manifest)
  const inner = trustAt(what.trust, manifest.createdAt)
  for (const entry of manifest.envelopes) {
    const dek = dekOf(keys, entry.kind) ?? new Uint8Array()
    const opened = await openBidEnvelope(downloaded(what, entry), dek, manifest, entry, trustees, inner)
    if (!opened.ok)
      throw problem('rehearsal-not-reopened', 'An envelope does not open', { kind: entry.kind, fault: opened.code })
  }
  const of = { rehearsalId: manifest.rehearsal, manifestHash }
  const value = fromBase64url(keys.keys.summary ?? '')
  const { bytes, cms } = await signRehearsalKey(of, value, what.signer, nowOf(what.trust))
  return { statement: bytes, cms }
}
