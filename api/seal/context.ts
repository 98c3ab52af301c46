import { type Bytes, concat, sha256, u32, utf8 } from '../log/bytes.ts'

/** The four envelopes of a bid (SEALING §1): 开标一览表, 资格, 技术, 分项报价. */
export const ENVELOPE_KINDS = ['summary', 'qualification', 'technical', 'price-detail'] as const
export type EnvelopeKind = (typeof ENVELOPE_KINDS)[number]

/** Length of a context in bytes. */
export const CONTEXT_LENGTH = 72

/**
 * What an envelope is sealed for. A rehearsal's place has a label of its own and names no tender: none of its keys,
 * wraps, commitments or headers can ever be a bid's, whatever ids anybody chooses.
 */
export type Place = { tenderId: string; lotId: string; bidSeq: number } | { rehearsalId: string }

export type ContextParts = Place & {
  kind: EnvelopeKind
  /** DER of the certificate that signs the manifest. */
  certificateDer: Uint8Array
  envelopeNo: number
}

/** `Omit` of each member of a union by itself. */
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

/**
 * The place a ciphertext belongs to, bound into its key, its escrow and its header, so that a copied bid is void
 * (SEALING §3): `H("sunlit/v1/ctx\n" || tender || 0 || lot || 0 || kind) || H(certificate) || u32 bidSeq || u32 no`; of a
 * rehearsal `H("sunlit/v1/rehearsal-ctx\n" || rehearsal || 0 || kind) || H(certificate) || u32 0 || u32 no`.
 * @throws RangeError for a malformed id or number
 */
export const bidContext = async (parts: ContextParts): Promise<Bytes> =>
  contextOf({ ...parts, certSha256: await sha256(parts.certificateDer) })

/** The same from the certificate's SHA-256, as a manifest carries it. */
export const contextOf = async (parts: Without<ContextParts, 'certificateDer'> & { certSha256: Uint8Array }) => {
  const { kind } = parts
  const isRehearsal = 'rehearsalId' in parts
  for (const id of isRehearsal ? [parts.rehearsalId] : [parts.tenderId, parts.lotId]) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new RangeError('not a lower-case UUID')
  }
  if (!ENVELOPE_KINDS.includes(kind) || parts.certSha256.length !== 32) throw new RangeError('not a context')
  const place = isRehearsal
    ? `sunlit/v1/rehearsal-ctx\n${parts.rehearsalId}\0${kind}`
    : `sunlit/v1/ctx\n${parts.tenderId}\0${parts.lotId}\0${kind}`
  const seq = isRehearsal ? 0 : parts.bidSeq
  return concat(await sha256(utf8(place)), parts.certSha256, u32(seq), u32(parts.envelopeNo))
}
