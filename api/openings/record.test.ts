import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { signPaper } from '../cli/demo/papers.ts'
import type { Http } from '../client/http.ts'
import { verifyTenderPublic } from '../client/verify.ts'
import { concat, fromBase64url, toBase64url, utf8 } from '../log/bytes.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
import { makeKeyAndCsr } from '../seal/csr.ts'
import { signedRevisions } from '../seal/pdf-signatures.ts'
import { signRelease } from '../seal/release.ts'
import { printOpeningRecord } from './service/print-record.ts'

let world: w.BiddingWorld
let place: w.Place
const sealed: w.Sealed[] = []
before(async () => {
  world = await w.biddingWorld()
  place = await world.publish('云城市第一人民医院CT采购项目', { deposit: 0n })
})
after(() => world.close())

const supplier = (at: number) => world.city.suppliers[at]!
type Hall = { lots: { closedIndex: number; windowEndsAt: string }[] }
const lotOf = async () => (await world.visitor.json<Hall>('GET', `/api/tenders/${place.tenderId}/opening`)).lots[0]!

/** A bidder gives the keys of its own bid. */
const openOwn = async (at: number) => {
  const { closedIndex } = await lotOf()
  const manifestHash = fromBase64url(sealed[at]!.manifestHash)
  const releases = []
  for (const kind of ENVELOPE_KINDS) {
    const where = { tender: place.tenderId, lot: place.lotId, kind, manifestHash, closedIndex }
    const key = fromBase64url(sealed[at]!.keys.keys[kind]!)
    const signed = await signRelease('dek', where, key, supplier(at).signer, (await world.now()).getTime())
    releases.push({ statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms) })
  }
  await supplier(at).http.json('POST', `/api/lots/${place.lotId}/releases`, { releases })
}

test('20号令 32: the record is printed, published to everybody, and signed by those who bid', async () => {
  const record = `/api/lots/${place.lotId}/opening-record`
  for (const at of [0, 1, 2]) sealed.push((await w.bid(world, supplier(at), place)).sealed)
  const { deadline } = await world.visitor.json<{ deadline: string }>('GET', `/api/tenders/${place.tenderId}`)
  await world.walk(new Date(deadline))
  await world.settle()
  await w.refused(world.visitor.bytes(`${record}.pdf`), 409, 'opening-not-ready')
  for (const at of [0, 1, 2]) await openOwn(at)
  await world.walk(new Date((await lotOf()).windowEndsAt))
  await world.settle()
  for (let times = 0; times < 2; times++) await printOpeningRecord(world.deps)({ lotId: place.lotId })

  const paper = async () => Buffer.from((await world.visitor.bytes(`${record}.pdf`)) ?? assert.fail('no paper'))
  const plain = await paper()
  assert.equal(plain.subarray(0, 5).toString(), '%PDF-')
  await signPaper(supplier(0).http, supplier(0).signer, record)
  const signed = await paper()
  assert.deepEqual(signed.subarray(0, plain.length), plain, 'what was printed stands unchanged below the signature')
  assert.match(signed.subarray(plain.length).toString('latin1'), /ETSI\.CAdES\.detached/)
  const { signers } = await world.visitor.json<{ signers: { organisationId: string | null }[] }>(
    'GET',
    `${record}/signatures`,
  )
  assert.ok(signers.some(({ organisationId }) => organisationId === supplier(0).organisationId))
  const [event, ...more] = await w.eventsOf(world, 'opening-record.signed/2', place.tenderId)
  assert.deepEqual([event?.data.organisationId, more.length], [supplier(0).organisationId, 0])
  await assert.rejects(signPaper(supplier(3).http, supplier(3).signer, record))
})

test("a personal certificate does not confirm for its holder's organisation, whose code V-72 looks for", async () => {
  const { http, name } = supplier(2)
  const { keys, csr } = await makeKeyAndCsr({ country: 'CN', commonName: name })
  const ask = { purpose: 'personal', csr: toBase64url(csr) }
  const { der, chain } = await http.json<{ der: string; chain: string[] }>('POST', '/api/demo/certificates', ask)
  const chainDer = chain.map((one) => fromBase64url(one))
  const personal = { certificateDer: fromBase64url(der), chainDer, privateKey: keys.privateKey }
  const record = `/api/lots/${place.lotId}/opening-record`
  await w.refused(signPaper(http, personal, record), 403, 'organisation-certificate-needed')
})

test('V-72: each version of the paper is logged, signed whole by its bidder, and nothing stands behind the last signature', async () => {
  const path = `/api/lots/${place.lotId}/opening-record.pdf`
  await signPaper(supplier(1).http, supplier(1).signer, path.replace('.pdf', ''))
  await world.flush()
  const { trust } = await world.verified(world.visitor, place.tenderId)
  const pdf = (await world.visitor.bytes(path)) ?? assert.fail('no paper')
  const verdict = async (shown: Uint8Array) => {
    const bytes: Http['bytes'] = async (asked) => (asked === path ? new Uint8Array(shown) : world.visitor.bytes(asked))
    const checks = await verifyTenderPublic({ ...world.visitor, bytes }, trust, place.tenderId)
    const { ok, detail } = checks.find(({ id }) => id === 'V-72') ?? assert.fail('no V-72')
    return [ok, detail]
  }
  assert.deepEqual(await verdict(pdf), [true, '3'])
  const revisions = signedRevisions(pdf) ?? assert.fail('no revisions')
  assert.equal(revisions.length, 3)
  const [first, second] = revisions.map(({ end }) => end) as [number, number]
  const altered = (at: number) => pdf.with(at < 0 ? pdf.length + at : at, pdf.at(at)! ^ 1)
  const appended = concat(pdf, utf8('\n1 0 obj\n<<>>\nendobj\n%%EOF\n'))
  const strict = 'opening record: no strict signature over all of the file'
  const lies: [string, Uint8Array, string][] = [
    ['a byte of what was printed', altered(5000), 'opening record: another version than the one logged'],
    ['an unsigned revision on top', appended, strict],
    ['the last signature taken off', pdf.slice(0, second), 'opening record: a signature that was logged is gone'],
    ['both taken off', pdf.slice(0, first), 'opening record: a signature that was logged is gone'],
    ['cut short', pdf.slice(0, -1000), strict],
    ['another paper', concat(utf8('%PDF-1.7'), new Uint8Array(99)), strict],
  ]
  for (const [what, shown, why] of lies) {
    const [ok, detail] = await verdict(shown)
    assert.deepEqual([ok, String(detail).includes(why)], [false, true], `${what}: ${detail}`)
  }
})
