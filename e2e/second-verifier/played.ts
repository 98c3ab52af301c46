import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as w from '../../api/bids/world.testing.ts'
import { openAsTrustee, openOwn } from '../../api/cli/demo/opening.ts'
import { withdrawBid } from '../../api/client/submit-bid.ts'
import { refreshClock } from '../../api/client/trust.ts'
import { toBase64url } from '../../api/log/bytes.ts'
import { printOpeningRecord } from '../../api/openings/service/print-record.ts'

/*
 * One tender for the second verifier, played on the whole platform by the real clients: three bids in CLOSED, of which
 * one replaced an earlier one and one is opened by two of the three trustees; a fourth was withdrawn.
 */
const DAY = 86_400_000
const PRICES = [721_000_013n, 698_000_017n, 755_000_019n, 700_000_023n]

/** The platform's public answers on a port of this machine. */
export const listen = async (ask: w.BiddingWorld['fetch']) => {
  const server = createServer(async (request, response) => {
    const answer = await ask(`http://127.0.0.1:3000${request.url}`)
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' })
    response.end(new Uint8Array(await answer.arrayBuffer()))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}

const withdraw = async (world: w.BiddingWorld, at: number, place: w.Place): Promise<void> => {
  const { http, organisationId, signer } = world.city.suppliers[at]!
  const { trust, tender } = await world.verified(http, place.tenderId)
  const head = await w.standing(world.city.suppliers[at]!, place.tenderId)
  const bundleSha256 = toBase64url(new Uint8Array(32))
  const maker = { tender, lotId: place.lotId, organisationId, signer, bundleSha256, head: head! }
  await withdrawBid(http, await refreshClock(http, trust), maker)
}

type Hall = { deadline: string; lots: { windowEndsAt: string }[] }

/** From CLOSED to the names, and on until every day of the log is told. */
const open = async (world: w.BiddingWorld, place: w.Place, recoveries: Uint8Array[]): Promise<void> => {
  const { tenderId, lotId } = place
  const hall = () => world.visitor.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)
  await world.walk(new Date((await hall()).deadline))
  await world.flush()
  for (const [at, recovery] of recoveries.entries()) {
    await openOwn(world.city.suppliers[at]!, tenderId, lotId, recovery)
  }
  await world.walk(new Date((await hall()).lots[0]!.windowEndsAt))
  await world.flush()
  for (const i of [2, 3]) await openAsTrustee(world.city.trustees[i - 1]!, tenderId, lotId, i)
  await world.settle()
  // Printed by a job some moments after the opening; its hash is in the log, too.
  await printOpeningRecord(world.deps)({ lotId })
  await world.walk(new Date((await world.now()).getTime() + 2 * DAY))
  await world.flush()
}

/** Plays it; everything public of it can then be read at `origin`. */
export const playTender = async () => {
  const world = await w.biddingWorld()
  const place = await world.publish('云城市第一人民医院CT采购项目')
  const hand = async (at: number) =>
    (await w.bid(world, world.city.suppliers[at]!, place, { price: PRICES[at]! })).sealed.recoveryFile
  await hand(0)
  const recoveries = [await hand(0), await hand(1)]
  await hand(2)
  await hand(3)
  await withdraw(world, 3, place)
  await open(world, place, recoveries)
  const server = await listen(world.fetch)
  const close = async (): Promise<void> => {
    server.close()
    await world.close()
  }
  return { ...place, origin: server.origin, close }
}
