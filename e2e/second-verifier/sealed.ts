import { SUMMARY } from '../../api/client/bidder.testing.ts'
import { concat, randomBytes, sha256, toBase64url } from '../../api/log/bytes.ts'
import { merkleRoot } from '../../api/log/tree.ts'
import { RIVAL } from '../../api/seal/actors.testing.ts'
import { type Signer, signDetached } from '../../api/seal/cms.ts'
import { createEnvelopeWriter, newDek } from '../../api/seal/envelope.ts'
import { makeEscrow } from '../../api/seal/escrow.ts'
import { encodeJson } from '../../api/seal/json.ts'
import { plaintextPieces } from '../../api/seal/plaintext.ts'
import { manifestContext } from '../../api/seal/seal.ts'
import { openRewritten, type Resealed } from './rewritten.ts'

/*
 * Summaries that open, and whose plaintext is not within the limits of docs/sealing.md, "Sealed bid": how long an inner
 * signature is, whose they are, how many members there are.
 */
type Inner = {
  what: string
  signatures?: (header: Uint8Array, bidder: Signer, rival: Signer) => Promise<Uint8Array[]>
  members?: number
  fails: string[]
  /** Why, as the first verifier says it and as the second does. */
  code?: string
  words?: RegExp
}
const LONGEST = 131_072
const VOID = ['V-54', 'V-58']

export const INNER: Inner[] = [
  { what: 'the bidder’s signature', fails: [] },
  {
    what: 'the bidder’s and another’s',
    signatures: (header, bidder, rival) => Promise.all([bidder, rival].map((one) => signDetached(header, one))),
    fails: [],
  },
  {
    what: 'a signature of 131,073 bytes',
    signatures: async (header, bidder) => [await signDetached(header, bidder), new Uint8Array(LONGEST + 1)],
    fails: VOID,
    code: 'plaintext-malformed',
    words: /V-54 FAIL.*an inner signature too long/,
  },
  {
    what: 'a signature that is none, and no byte too long',
    signatures: async (header, bidder) => [await signDetached(header, bidder), new Uint8Array(LONGEST)],
    fails: VOID,
    code: 'inner-signature-invalid',
    words: /V-54 FAIL.*not a strict CMS signature/,
  },
  {
    what: 'no signature',
    signatures: async () => [],
    fails: VOID,
    code: 'inner-signature-missing',
    words: /V-54 FAIL.*the bidder did not sign/,
  },
  {
    what: 'the signature of another alone',
    signatures: async (header, _, rival) => [await signDetached(header, rival)],
    fails: VOID,
    code: 'inner-signature-missing',
    words: /V-54 FAIL.*the bidder did not sign/,
  },
  {
    what: 'a second signature, over another header',
    signatures: async (header, bidder, rival) => [
      await signDetached(header, bidder),
      await signDetached(concat(header, header), rival),
    ],
    fails: VOID,
    code: 'inner-signature-invalid',
    words: /V-54 FAIL.*signature or chain does not hold/,
  },
  // Fifty are read; that the record names none of them is V-58's.
  { what: 'fifty members', members: 50, fails: ['V-58'], words: /V-58 FAIL.*another consortium/ },
  {
    what: 'fifty-one members',
    members: 51,
    fails: VOID,
    code: 'plaintext-malformed',
    words: /V-54 FAIL.*too many files or members/,
  },
]

/** A tender of one bid whose summary is sealed so. */
export const openSealed = ({ signatures, members = 0 }: Inner) =>
  openRewritten(
    (manifest) => manifest,
    async ({ platform, signer }, manifest): Promise<Resealed> => {
      const entry = manifest.envelopes.find(({ kind }) => kind === 'summary')!
      const ctx = await manifestContext(manifest, entry)
      const dek = newDek()
      const pieces: Uint8Array[] = []
      const writer = await createEnvelopeWriter(
        dek,
        ctx,
        platform.set.setHash,
        (piece) => void pieces.push(piece.slice()),
      )
      const { escrow, proof } = await makeEscrow(dek, platform.set.terms, ctx, writer.head56)
      const consortium = Array.from({ length: members }, () => crypto.randomUUID())
      const facts = { ctx: toBase64url(ctx), consortium, files: [], form: SUMMARY }
      const header = encodeJson({ ...facts, escrowProof: proof, nonce: toBase64url(randomBytes(32)) })
      const rival = await platform.world.enrol(RIVAL)
      const signed = (await signatures?.(header, signer, rival)) ?? [await signDetached(header, signer)]
      for await (const piece of plaintextPieces('summary', header, signed, [])) await writer.push(piece)
      const size = await writer.finish()
      const ciphertext = concat(...pieces)
      const partsRoot = toBase64url(merkleRoot([await sha256(ciphertext)]))
      const head56 = toBase64url(writer.head56)
      return { dek, ciphertext, entry: { ...entry, size, partsRoot, head56, escrow } }
    },
  )
