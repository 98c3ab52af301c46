import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Begun, later } from '../../api/client/bidder.testing.ts'
import { type Platform } from '../../api/client/platform.testing.ts'
import { verifyTenderPublic } from '../../api/client/verify.ts'
import { TENDER } from '../../api/seal/actors.testing.ts'
import type { SignedProbe } from '../../api/seal/probe.ts'
import { secondVerifier } from './answers.ts'

/** What the second verifier says of a platform in memory, whose log and witnesses sign whatever it says. */
export const askAbout = async (platform: Platform, ...more: string[]) => {
  const server = createServer(async (request, response) => {
    const answer = await platform.fetch(`${platform.origin}${request.url}`, { method: 'GET' })
    response.writeHead(answer.status).end(new Uint8Array(await answer.arrayBuffer()))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  try {
    return await secondVerifier(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, TENDER, ...more)
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

/** What the first says of it: the numbers of what fails and of what stays open, and each check. */
export const askFirst = async (played: { platform: Platform; http: Begun['http'] }, handed: readonly SignedProbe[] = []) => {
  const { trust } = await later(played)
  const checks = await verifyTenderPublic(played.http, trust, TENDER, { handed })
  const numbers = (ok: boolean | null) => [...new Set(checks.filter((one) => one.ok === ok).map(({ id }) => id))].sort()
  return { failed: numbers(false) as string[], open: numbers(null) as string[], checks }
}
