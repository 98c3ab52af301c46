import { z } from 'zod'

const sha = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

/** What the opening writes into the trail. CLOSED, STORED, NOT_OPENED and OPENING are once-only subjects of the log. */
export const openingEvents = {
  'lot.closed/1': z.strictObject({
    lotId: z.uuid(),
    deadline: z.iso.datetime(),
    noticeN: z.int(),
    suspensionN: z.int(),
    minimumBidders: z.int(),
    count: z.int(),
    /** Sorted, so that the order of receipt does not show. */
    manifestHashes: z.array(sha),
  }),
  'lot.stored/1': z.strictObject({
    lotId: z.uuid(),
    /** Manifest hashes of bids whose ciphertext is not whole in the store. */
    missing: z.array(sha),
    windowEndsAt: z.iso.datetime(),
    fallbackEndsAt: z.iso.datetime(),
  }),
  'lot.not-opened/1': z.strictObject({ lotId: z.uuid(), count: z.int(), minimumBidders: z.int() }),
  'envelope.opened/1': z.strictObject({
    lotId: z.uuid(),
    manifestHash: sha,
    kind: z.string(),
    how: z.enum(['bidder', 'trustees', 'failed']),
    verdict: z.enum(['valid', 'escrow-malformed', 'signature-invalid', 'unopenable']),
    treatedAs: z.enum(['valid', 'revoked', 'withdrawn']),
  }),
  /** A key or share that does not fit what its bid committed to; source 0 is the bidder, else the trustee's seat. */
  'release.refused/1': z.strictObject({ lotId: z.uuid(), manifestHash: sha, kind: z.string(), source: z.int() }),
  'lot.opened/1': z.strictObject({
    lotId: z.uuid(),
    recordSha256: sha,
    opened: z.int(),
    count: z.int(),
    outcome: z.enum(['continue', 'failed']),
  }),
  /** The platform took this key or share: it fits what the bid committed to. No key is in it. */
  'release.accepted/1': z.strictObject({ lotId: z.uuid(), manifestHash: sha, kind: z.string(), source: z.int() }),
  /** A fallback ran to its end and this trustee handed over no share. */
  'trustee.absent/1': z.strictObject({ lotId: z.uuid(), i: z.int(), organisationId: z.uuid() }),
  /** `whole`: with it every lost part of the bid is there again. */
  'part.resupplied/1': z.strictObject({
    lotId: z.uuid(),
    manifestHash: sha,
    envelopeNo: z.int(),
    part: z.int(),
    whole: z.boolean(),
  }),
  /** Of a lot that was not opened, once nobody can attack that any more; all that CLOSED lists. */
  'lot.ciphertext-deleted/1': z.strictObject({
    lotId: z.uuid(),
    manifestHashes: z.array(sha),
    remedyEndedOn: z.iso.date(),
  }),
  /** The deadline has passed, and its last minute is red or the probes are not heard: CLOSED waits (SEALING.md §4). */
  'closing.held/1': z.strictObject({
    noticeN: z.int(),
    deadline: z.iso.datetime(),
    why: z.enum(['red', 'silent']),
  }),
  /** The outage `from`…`to` lay over a deadline, which notice `noticeN` moves. */
  'deadline.moved/1': z.strictObject({
    noticeN: z.int(),
    before: z.iso.datetime(),
    deadline: z.iso.datetime(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
  }),
  /** Windows begin anew at this leaf. */
  'outage.declared/1': z.strictObject({ n: z.int(), from: z.iso.datetime(), to: z.iso.datetime() }),
  'ciphertext.deleted/1': z.strictObject({ lotId: z.uuid(), manifestHashes: z.array(sha) }),
  /** The record's PDF under the platform's seal, before any bidder confirms it; each confirmation logs the next version. */
  'opening-record.printed/1': z.strictObject({ lotId: z.uuid(), pdfSha256: sha }),
  /** Its body named the desk, so that it stays with those who may read the trail; only old tenders have it. */
  'opening-record.signed/1': z.strictObject({ lotId: z.uuid(), organisationId: z.uuid(), recordSha256: sha }),
  'opening-record.signed/2': z.strictObject({ lotId: z.uuid(), organisationId: z.uuid(), pdfSha256: sha }),
} as const
