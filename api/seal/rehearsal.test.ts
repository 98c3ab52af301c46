import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { memorySink } from '../client/prepare-bid.ts'
import { type PreparedRehearsal, prepareRehearsal } from '../client/rehearsal.ts'
import type { TrustContext } from '../client/trust.ts'
import { fromUtf8, toBase64url, utf8 } from '../log/bytes.ts'
import { BIDDER, fileOf, LOT, makeWorld, ORG, TENDER } from './actors.testing.ts'
import type { Signer } from './cms.ts'
import { contextOf, ENVELOPE_KINDS } from './context.ts'
import { manifestHash, parseManifest } from './manifest.ts'
import { buildRehearsal, parseRehearsal, type RehearsalManifest, rehearsalHash, rehearsalTerms } from './rehearsal.ts'
import { dekReleaseSchema } from './release.ts'
import { openBidEnvelope } from './seal.ts'
import { openRecovery } from './selfslot.ts'
import { openSignedJson, SIGNED_TYPES } from './signed-json.ts'

let prepared: PreparedRehearsal
let manifest: RehearsalManifest
let read: ReturnType<typeof memorySink>['read']
let signer: Signer
let trust: TrustContext
const PASSPHRASE = '演练-口令-2026'

before(async () => {
  const world = await makeWorld()
  signer = await world.enrol(BIDDER)
  const { at, trusted, crls } = world.policy
  trust = {
    trusted: trusted.map((der) => new Uint8Array(der)),
    crls: crls.map((der) => new Uint8Array(der)),
    sandbox: true,
    clockOffset: at - Date.now(),
    policy: {} as TrustContext['policy'],
  }
  const sink = memorySink()
  read = sink.read
  const files = [fileOf('演练.bin', utf8('一份演练文件'))]
  const what = { organisationId: ORG, signer, trust, files, sink, passphrase: PASSPHRASE }
  prepared = await prepareRehearsal({ ...what, bundleSha256: 'A'.repeat(43) })
  const parsed = parseRehearsal(prepared.manifest)
  assert.ok(parsed.ok)
  manifest = parsed.manifest
})

const policy = () => ({ at: manifest.createdAt, trusted: trust.trusted, crls: trust.crls })

describe('a rehearsal is sealed as a bid is, and is none', () => {
  test('its envelopes open by the lines of the opening', async () => {
    for (const entry of manifest.envelopes) {
      const dek = Buffer.from(prepared.keys.keys[entry.kind]!, 'base64url')
      const bytes = await read(entry.no, 0)
      const terms = await rehearsalTerms(manifest)
      assert.ok((await openBidEnvelope(bytes, dek, manifest, entry, terms, policy())).ok, entry.kind)
    }
  })

  test('it names no tender, no lot and no notice', () => {
    const text = fromUtf8(prepared.manifest)
    assert.doesNotMatch(text, /"(tender|lot|notice|trusteeSetHash|bidSeq)"/)
    assert.match(manifest.rehearsal, /^.{14}4/)
  })

  test('no reader of bids takes it, and no reader of rehearsals takes a bid', async () => {
    assert.equal(parseManifest(prepared.manifest).ok, false)
    const asBid = utf8(fromUtf8(prepared.manifest).replace('"rehearsal"', '"bid"'))
    assert.equal(parseManifest(asBid).ok, false)
    assert.equal(parseRehearsal(asBid).ok, false)
    assert.notDeepEqual(await rehearsalHash(prepared.manifest), await manifestHash(prepared.manifest))
  })

  test('every verifier of another type refuses its signature', async () => {
    for (const type of SIGNED_TYPES.filter((one) => one !== 'rehearsal')) {
      const opened = await openSignedJson(prepared.manifest, prepared.cms, dekReleaseSchema, type, policy())
      assert.deepEqual(opened, { ok: false, code: 'statement-of-another-type' }, type)
    }
  })

  test('its context is none of a bid, even under one and the same id', async () => {
    const of = { certSha256: new Uint8Array(32), envelopeNo: 1, kind: 'summary' as const }
    const own = await contextOf({ ...of, rehearsalId: TENDER })
    for (const bidSeq of [0, 1]) {
      const ctx = await contextOf({ ...of, tenderId: TENDER, lotId: LOT, bidSeq })
      assert.notEqual(toBase64url(ctx), toBase64url(own))
    }
  })

  test('an id of the form that tenders have is refused', () => {
    const { v: _, type: __, ...facts } = manifest
    assert.throws(() => buildRehearsal({ ...facts, rehearsal: '01890c5e-0000-7000-8000-000000000000' }), RangeError)
  })

  test('its recovery file is none of a bid', async () => {
    const owner = { passphrase: PASSPHRASE }
    assert.equal((await openRecovery(prepared.recoveryFile, 'bid-keys', owner)).ok, false)
    assert.equal((await openRecovery(prepared.recoveryFile, 'rehearsal-keys', owner)).ok, true)
  })

  test('trustees’ keys are new for each rehearsal', async () => {
    const sink = memorySink()
    const what = { organisationId: ORG, signer, trust, files: [], sink, passphrase: PASSPHRASE }
    const second = parseRehearsal((await prepareRehearsal({ ...what, bundleSha256: 'A'.repeat(43) })).manifest)
    assert.ok(second.ok)
    assert.equal(new Set([...second.manifest.trustees.keys, ...manifest.trustees.keys]).size, 6)
    assert.equal(second.manifest.envelopes.length, ENVELOPE_KINDS.length)
  })
})
