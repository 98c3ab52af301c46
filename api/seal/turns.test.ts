import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Bytes, concat, randomBytes, toBase64url } from '../log/bytes.ts'
import { BIDDER, LOT, makeTrustees, makeWorld, NOW, ORG, TENDER } from './actors.testing.ts'
import { certSha256 } from './certificate.ts'
import type { BidManifest } from './manifest.ts'
import { openBidEnvelope, sealBidEnvelope } from './seal.ts'

/** As many inner signatures as a bidder may choose to have (docs/sealing.md, "Sealed bid"). */
const SIGNATURES = 255

test('an envelope with hundreds of inner signatures lets other work have its turn after each', async () => {
  const world = await makeWorld()
  const bidder = await world.enrol(BIDDER)
  const { verdict } = await makeTrustees(world)
  const set = verdict.ok ? verdict : assert.fail(verdict.code)
  const { certificateDer } = bidder
  const place = { tenderId: TENDER, lotId: LOT, kind: 'summary' as const, certificateDer, bidSeq: 1, envelopeNo: 1 }
  const contents = { form: {}, files: [], signers: Array(SIGNATURES).fill(bidder), signingTime: NOW }
  const parts: Bytes[] = []
  const { entry, dek } = await sealBidEnvelope(place, contents, set, ({ bytes }) => void parts.push(bytes.slice()))
  const hash = toBase64url(randomBytes(32))
  const manifest: BidManifest = {
    v: 'sunlit/v1',
    type: 'bid',
    tender: TENDER,
    lot: LOT,
    notice: { n: 0, hash },
    trusteeSetHash: toBase64url(set.hash),
    bidder: { certSha256: await certSha256(certificateDer), orgId: ORG },
    bidSeq: 1,
    prevManifest: null,
    envelopes: [entry],
    client: { bundleSha256: hash },
    createdAt: NOW,
    logCheckpointSeen: { origin: 'log.example/sandbox', size: 17, root: hash },
  }
  let turns = 0
  let isOver = false
  const work = (): void => {
    turns++
    if (!isOver) setImmediate(work)
  }
  setImmediate(work)
  const opened = await openBidEnvelope(concat(...parts), dek, manifest, entry, set, world.policy)
  isOver = true
  assert.equal(opened.ok && opened.signers.length, SIGNATURES)
  // All else of an opening stays on this thread: without its yielding nobody else had a turn before the end.
  assert.ok(turns >= SIGNATURES - 1, `${turns} turns`)
})
