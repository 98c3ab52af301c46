import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import * as w from '../bids/world.testing.ts'
import { signPaper } from '../cli/demo/papers.ts'
import { fromBase64url, toBase64url } from '../log/bytes.ts'
import { ENVELOPE_KINDS } from '../seal/context.ts'
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
  const [event, ...more] = await w.eventsOf(world, 'opening-record.signed/1', place.tenderId)
  assert.deepEqual([event?.data.organisationId, more.length], [supplier(0).organisationId, 0])
  await assert.rejects(signPaper(supplier(3).http, supplier(3).signer, record))
})
