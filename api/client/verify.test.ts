import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomBytes, sha256, toBase64url } from '../log/bytes.ts'
import { LOT, TENDER } from '../seal/actors.testing.ts'
import { encodeJson } from '../seal/json.ts'
import { handIn, later } from './bidder.testing.ts'
import { allChecks, type Check } from './checks.ts'
import { evaluationOf, resultOf } from './evaluated.testing.ts'
import { DEADLINE } from './notice.testing.ts'
import { openUp } from './opened.testing.ts'
import { CLIENT } from './platform.testing.ts'
import { verifyTenderPublic } from './verify.ts'

/** One bid, handed in, closed and opened. */
const openedTender = async () => {
  const handed = await handIn()
  const { platform, http } = handed
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  return { platform, http, ...(await openUp(platform, handed, http)) }
}

test('anybody recomputes a tender, and sees what was altered', async () => {
  const { platform, http, record, tell, published, ciphertext } = await openedTender()
  const { trust } = await later({ platform, http })
  const verify = async () => {
    const checks = await verifyTenderPublic(http, trust, TENDER, { complete: true })
    return {
      wrong: checks.filter(({ ok }) => ok === false).map(({ id }) => id),
      open: checks.filter(({ ok }) => ok === null).map(({ id }) => id),
    }
  }
  const evaluation: Check['id'][] = ['V-60', 'V-61', 'V-62', 'V-63', 'V-64']
  assert.deepEqual(await verify(), {
    wrong: [],
    open: ['V-02', 'V-70', 'V-71', 'V-73', 'V-94', ...evaluation, 'V-72', 'V-92', 'V-93'],
  })
  const path = `/api/lots/${LOT}/opened-bids`
  await tell({ ...record, bids: [{ ...record.bids[0]!, form: { price: '127000000' } }] })
  assert.deepEqual((await verify()).wrong, ['V-57', 'V-58'])
  await tell(record)
  platform.state.routes.set(path, { bids: [{ ...published, summaryDek: toBase64url(randomBytes(32)) }] })
  assert.deepEqual((await verify()).wrong, ['V-54', 'V-56', 'V-58'])
  platform.state.routes.set(path, { bids: [] })
  assert.deepEqual((await verify()).wrong, ['V-50'])
  platform.state.routes.set(path, { bids: [published] })
  const altered = ciphertext.slice()
  altered[200]! ^= 1
  platform.state.routes.set(`${path}/${published.bidId}/summary`, altered)
  assert.deepEqual((await verify()).wrong, ['V-53', 'V-54', 'V-58'])
})

test('the software of each bid was logged before it, or says that it is its bidder’s own', async () => {
  const { platform, http } = await openedTender()
  const { trust } = await later({ platform, http })
  const software = async () => {
    const checks = await verifyTenderPublic(http, trust, TENDER)
    const { ok, detail } = checks.find(({ id }) => id === 'V-83')!
    return [ok, detail]
  }
  assert.deepEqual(await software(), [true, 'page: 1'])
  const answer = async () => http.json<{ clients: Record<string, unknown>[] }>('GET', '/api/clients')
  const { clients } = await answer()
  const told = (change: Record<string, unknown>) =>
    platform.state.routes.set('/api/clients', { clients: clients.map((one) => ({ ...one, ...change })) })
  told({ sha256: toBase64url(new Uint8Array(32)) })
  assert.deepEqual(await software(), [null, 'own: 1'])
  told({ kind: 'offline' })
  assert.deepEqual(await software(), [false, 'offline: its event does not hold'])
  told({ bodySalt: toBase64url(new Uint8Array(32)) })
  assert.deepEqual(await software(), [false, 'page: its event does not hold'])
  // The same build, logged only after the bid was made with it.
  platform.state.routes.delete('/api/clients')
  const data = { kind: 'page', sha256: CLIENT, files: 1 }
  await platform.add('client.published/1', data, null, null, undefined, null)
  await platform.tick(platform.state.now + 1000)
  const { clients: both } = await answer()
  platform.state.routes.set('/api/clients', { clients: both.slice(1) })
  assert.deepEqual(await software(), [false, 'page: logged after the bid'])
})

test('an opening that the witnesses have not seen yet is waited for; one whose bids are withheld is not', async () => {
  const { platform, http } = await openedTender()
  const { trust } = await later({ platform, http })
  const wrong = async () =>
    (await verifyTenderPublic(http, trust, TENDER)).filter(({ ok }) => ok === false).map(({ id }) => id)
  const opening = platform.log.rows.find(({ type }) => type === 'lot.opened/1')!
  const { index } = opening
  opening.index = null
  assert.deepEqual(await wrong(), [])
  opening.index = index
  platform.state.routes.delete(`/api/lots/${LOT}/opened-bids`)
  assert.deepEqual(await wrong(), ['V-50'])
})

test('price scores, order and result recompute from what was announced', async () => {
  const { platform, http, record } = await openedTender()
  const bidId = record.bids[0]!.bidId
  const [reportSha256, notice] = [toBase64url(randomBytes(32)), encodeJson(resultOf(bidId))]
  const evaluation = evaluationOf(bidId, reportSha256, toBase64url(await sha256(encodeJson(record))))
  const [bid, standing] = [evaluation.input.bids[0]!, evaluation.standings[0]!]
  await platform.add('evaluation.reported/1', { lotId: LOT, reportJsonSha256: reportSha256 }, null)
  const pdf = randomBytes(100)
  const [noticeSha256, noticePdfSha256] = [toBase64url(await sha256(notice)), toBase64url(await sha256(pdf))]
  await platform.add('result.published/1', { lotId: LOT, bidId, noticeSha256, noticePdfSha256 }, null)
  await platform.tick(platform.state.now + 1000)
  platform.state.routes.set(`/api/lots/${LOT}/award/notice`, notice)
  platform.state.routes.set(`/api/lots/${LOT}/award/notice.pdf`, pdf)
  const { trust } = await later({ platform, http })
  const verdict = async (over: object = {}) => {
    platform.state.routes.set(`/api/lots/${LOT}/evaluation`, { ...evaluation, ...over })
    const checks = await verifyTenderPublic(http, trust, TENDER)
    return checks.filter(({ id, ok }) => id >= 'V-30' && id < 'V-70' && ok !== true).map(({ id }) => id)
  }
  assert.deepEqual(await verdict(), [])
  const dearer = { ...evaluation.input, bids: [{ ...bid, price: '127000000' }] }
  assert.deepEqual(await verdict({ input: dearer }), ['V-61', 'V-63'])
  for (const other of [{ size: 'micro' }, { smallShare: '0.5' }]) {
    const favoured = { ...evaluation.input, bids: [{ ...bid, ...other }] }
    assert.deepEqual(await verdict({ input: favoured }), ['V-61'], JSON.stringify(other))
  }
  assert.deepEqual(await verdict({ input: { ...evaluation.input, priceWeight: '0.4' } }), ['V-61', 'V-62'])
  assert.deepEqual(await verdict({ standings: [{ ...standing, priceScore: '29.99' }] }), ['V-61'])
  assert.deepEqual(await verdict({ standings: [{ ...standing, rank: 2 }] }), ['V-62', 'V-63'])
  assert.deepEqual(await verdict({ reportSha256: toBase64url(randomBytes(32)) }), ['V-60'])
  platform.state.routes.set(`/api/lots/${LOT}/award/notice.pdf`, randomBytes(100))
  assert.deepEqual(await verdict(), ['V-64'])
})

test('a second CLOSED and a second STORED count for nothing, and are named', async () => {
  const { platform, http } = await openedTender()
  const { trust } = await later({ platform, http })
  const verdicts = async () => verifyTenderPublic(http, trust, TENDER, { complete: true })
  const before = await verdicts()
  await platform.add('lot.closed/1', { lotId: LOT, count: 0, manifestHashes: [] }, { name: 'CLOSED' })
  await platform.add('lot.stored/1', { lotId: LOT, missing: [] }, { name: 'STORED' })
  await platform.tick(platform.state.now + 1000)
  const after = await verdicts()
  const wrong = after.filter(({ ok }) => ok === false)
  assert.deepEqual(
    wrong.map(({ id }) => id),
    ['V-06', 'V-40', 'V-45', 'V-46'],
  )
  assert.ok(wrong.slice(1, 3).every(({ detail }) => /a second one at entry \d+$/.test(detail)))
  const judged = (checks: Check[]) =>
    checks.filter(({ id }) => !['V-06', 'V-40', 'V-45', 'V-46'].includes(id)).map(({ id, ok }) => [id, ok])
  assert.deepEqual(judged(after), judged(before), 'all else is judged by the first')
})

test('a bid that CLOSED drops is seen once the days are disclosed', async () => {
  const { platform, http } = await handIn()
  await platform.tick(DEADLINE - 60_000)
  await platform.close({ closed: { count: 1, manifestHashes: [toBase64url(randomBytes(32))] } })
  const { trust } = await later({ platform, http })
  const checks = await verifyTenderPublic(http, trust, TENDER, { complete: true })
  assert.deepEqual(
    checks.filter(({ ok }) => ok === false).map(({ id }) => id),
    ['V-11', 'V-12'],
  )
})

test('every check has its words in both languages', () => {
  for (const { id, text } of allChecks())
    assert.ok(/\p{Script=Han}/u.test(text.zh) && /^[\x20-\x7e’]+$/.test(text.en), id)
})
