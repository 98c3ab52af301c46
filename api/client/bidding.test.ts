import assert from 'node:assert/strict'
import { test } from 'node:test'
import { concat, randomBytes, toBase64url } from '../log/bytes.ts'
import { RIVAL, TENDER } from '../seal/actors.testing.ts'
import { signDetached } from '../seal/cms.ts'
import { encodeJson } from '../seal/json.ts'
import { begin, code, failed, handIn, PASSPHRASE, prepare } from './bidder.testing.ts'
import type { Check } from './checks.ts'
import { createHttp } from './http.ts'
import { DEADLINE } from './notice.testing.ts'
import { memorySink, openBidKeys, type PartSink } from './prepare-bid.ts'
import { fetchReceipt, submitBid } from './submit-bid.ts'
import { verifyTender } from './tender.ts'
import { loadTrust } from './trust.ts'

test('a tender is believed when log, notices and trustee set agree', async () => {
  const { tender } = await begin()
  assert.deepEqual(failed(tender.checks), [])
  assert.ok(tender.ok && tender.terms.trusteeKeys.length === 3)
  structuredClone(tender)
})

test('a platform that changes a notice, its PDF, an event or the set is seen', async () => {
  const { platform, http, trust, tender } = await begin()
  const verdict = async () =>
    verifyTender(http, trust, TENDER).then(
      ({ checks }) => failed(checks),
      (error) => failed((error as unknown as { checks: Check[] }).checks),
    )
  const notice = platform.shown[0]!
  const { pdf } = notice
  notice.pdf = concat(pdf, Uint8Array.of(10))
  assert.ok((await verdict()).includes('V-32'))
  notice.pdf = pdf
  const row = platform.log.rows[1]!
  const { body } = row
  row.body = encodeJson({ ...JSON.parse(new TextDecoder().decode(body)), from: 'elsewhere' })
  assert.ok((await verdict()).includes('V-30'))
  row.body = body
  const { bytes } = tender.trusteeSet
  const cms = await signDetached(bytes, await platform.world.enrol(RIVAL))
  const path = `/api/tenders/${TENDER}/trustee-set`
  platform.state.routes.set(path, { bytes: toBase64url(bytes), cms: toBase64url(cms) })
  assert.deepEqual(await verdict(), ['V-36'])
  platform.state.routes.set(path, { bytes: toBase64url(bytes), cms: toBase64url(randomBytes(40)) })
  assert.ok((await verdict()).includes('V-36'))
})

test('a correction that moves the deadline earlier, or that leaves a gap, is seen', async () => {
  const { platform, http, trust } = await begin()
  const first = platform.shown[0]!.notice
  const { noticeHash } = await verifyTender(http, trust, TENDER)
  const earlier = new Date(DEADLINE - 3_600_000).toISOString()
  await platform.publish({ ...first, n: 1, previous: toBase64url(noticeHash), kind: 'correction', deadline: earlier })
  await platform.tick(platform.state.now + 1000)
  assert.deepEqual(failed((await verifyTender(http, trust, TENDER)).checks), ['V-34'])
  await platform.publish({ ...first, n: 2, previous: toBase64url(randomBytes(32)), kind: 'correction' })
  await platform.tick(platform.state.now + 1000)
  assert.ok(failed((await verifyTender(http, trust, TENDER)).checks).includes('V-33'))
})

test('outside a sandbox nothing is trusted that the platform itself says', async () => {
  const { platform } = await begin()
  const production = (await platform.log.serve('/log/policy'))!
  const text = new TextDecoder().decode(production).replaceAll('/sandbox', '')
  const http = createHttp({
    origin: platform.origin,
    fetch: (url, init) =>
      url.endsWith('/log/policy') ? Promise.resolve(new Response(text)) : platform.fetch(url, init),
  })
  // The name is part of a note key's hash: a policy with another name does not even parse.
  await assert.rejects(loadTrust(http), RangeError)
  await assert.rejects(loadTrust(http, { policy: text }), RangeError)
})

test('a bid is sealed, tested, handed in over a failing line, promised and witnessed', async () => {
  const { http, trust, platform, prepared, received, tender, signer } = await handIn()
  assert.equal(received.manifestHash, prepared.manifestHash)
  assert.equal(platform.store.size, 4)
  const { witnessed, checks } = await fetchReceipt(http, trust, received.bidId)
  assert.ok(witnessed)
  assert.deepEqual(failed(checks), ['V-29'])
  const keys = await openBidKeys(prepared.recoveryFile, { passphrase: PASSPHRASE })
  assert.deepEqual(keys, prepared.keys)
  await assert.rejects(openBidKeys(prepared.recoveryFile, { passphrase: 'wrong' }), code('recovery-unreadable'))
  const again = await submitBid(http, trust, tender, prepared, {
    sink: { read: () => assert.fail('nothing is left to upload') },
  })
  assert.deepEqual(again.promise, received.promise)
  const forged = { ...tender, deadline: received.receivedAt }
  await assert.rejects(submitBid(http, trust, forged, prepared, { sink: memorySink() }), code('promise-late'))
  const bid = platform.bids[0]!
  bid.receipt = { ...bid.receipt!, signature: toBase64url(randomBytes(64)) }
  await assert.rejects(submitBid(http, trust, tender, prepared, { sink: memorySink() }), code('promise-invalid'))
  assert.ok(signer)
})

test('a sink that gives other bytes back fails the self-test, before anything is signed', async () => {
  const begun = await begin()
  const good = memorySink()
  const read: PartSink['read'] = async (no, part) => {
    const bytes = (await good.read(no, part)).slice()
    if (no === 3) bytes[5000]! ^= 1
    return bytes
  }
  await assert.rejects(prepare(begun, { ...good, read }), code('self-test-failed'))
})

test('addresses that have aged in a pause are asked for anew in one question, not one for each part', async (t) => {
  const begun = await begin()
  const sink = memorySink()
  const prepared = await prepare(begun, sink)
  begun.platform.state.failPuts = 0
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  let [asked, paused] = [0, false]
  const http = createHttp({
    origin: begun.platform.origin,
    fetch: (url, init) => {
      if (init?.method === 'GET' && url.endsWith('/parts')) asked += 1
      // The answer to the announcement arrives, and the lid is shut.
      if (init?.method === 'PUT' && !paused) {
        paused = true
        t.mock.timers.tick(15 * 60_000)
        return Promise.resolve(new Response('{"code":"object-address-expired"}', { status: 403 }))
      }
      return begun.platform.fetch(url, init)
    },
  })
  await submitBid(http, begun.trust, begun.tender, prepared, { sink })
  assert.equal(begun.platform.store.size, 4)
  assert.equal(asked, 1)
})

test('four parts are under way at once and never more; after a lost line only what is missing is sent', async () => {
  const { platform, trust, tender, ...begun } = await begin()
  const prepared = await prepare({ platform, trust, tender, ...begun }, memorySink())
  const hashes = Array.from({ length: 12 }, () => toBase64url(randomBytes(32)))
  const large = { ...prepared, partHashes: [{ envelopeNo: 3, sha256: hashes }] }
  platform.state.failPuts = 0
  const put: string[] = []
  const flying = new Set<Promise<Response>>()
  let [under, most, confirmed] = [0, 0, 0]
  let open = () => {}
  const gathered = new Promise<void>((all) => {
    open = all
  })
  const answer = async (url: string, init?: RequestInit): Promise<Response> => {
    if (init?.method !== 'PUT') return platform.fetch(url, init)
    put.push(url)
    most = Math.max(most, ++under)
    // Whoever sent fewer at a time would wait here for ever.
    if (most === 4) open()
    await gathered
    return platform.fetch(url, init).finally(() => {
      under -= 1
    })
  }
  /** A line that dies after so many parts have been confirmed. */
  const lineFor = (parts: number) =>
    createHttp({
      origin: platform.origin,
      fetch: (url, init) => {
        if (confirmed >= parts) return Promise.reject(new TypeError('the line is dead'))
        if (init?.method === 'POST' && url.endsWith('/parts')) confirmed += 1
        const one = answer(url, init)
        flying.add(one)
        return one
      },
    })
  const sink = { read: async () => randomBytes(100) }
  await assert.rejects(submitBid(lineFor(6), trust, tender, large, { sink }), code('unreachable'))
  await Promise.allSettled(flying)
  assert.ok(put.length >= 6 && put.length <= 6 + 4, `${put.length}`)
  const [first, progress] = [put.length, [] as number[]]
  const onProgress = ({ stored }: { stored: number }) => progress.push(stored)
  const received = await submitBid(lineFor(Number.POSITIVE_INFINITY), trust, tender, large, { sink, onProgress })
  assert.equal(received.state, 'received')
  assert.equal(most, 4)
  assert.deepEqual(progress, [6, 7, 8, 9, 10, 11, 12])
  assert.equal(put.length, first + 6)
  assert.equal(new Set(put).size, 12)
})
