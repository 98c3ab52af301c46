import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Begun, later } from '../../api/client/bidder.testing.ts'
import type { Platform } from '../../api/client/platform.testing.ts'
import { parseProbeFile } from '../../api/client/probe-log.ts'
import { verifyTenderPublic } from '../../api/client/verify.ts'
import { TENDER } from '../../api/seal/actors.testing.ts'
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

type Played = { platform: Platform; http: Begun['http'] }

/** What the first says of it: numbers of what fails and of what stays open, and why it fails. */
const askFirst = async (played: Played, probes?: string, paper?: string) => {
  const { trust } = await later(played)
  const handed = probes === undefined ? [] : parseProbeFile(readFileSync(probes, 'utf8'))
  const papers = paper === undefined ? [] : [new Uint8Array(readFileSync(paper))]
  const checks = await verifyTenderPublic(played.http, trust, TENDER, { handed, papers })
  const wrong = checks.filter(({ ok }) => ok === false)
  return {
    failed: [...new Set(wrong.map(({ id }): string => id))].sort(),
    open: checks.flatMap(({ id, ok }): string[] => (ok === null ? [id] : [])),
    details: wrong.map(({ id, detail }) => `${id} ${detail}`).join('\n'),
  }
}

/**
 * `words`: why the second verifier says so; `code`: why the first does. `first`: what only the first names besides, by checks
 * that the second never makes. `probes`: a file that both are given.
 */
type Expected = { fails: string[]; first?: string[]; open?: string[]; words?: RegExp; code?: string }

/** Both verifiers name the same numbers, for the reason that is expected. */
export const assertBoth = async (played: Played, expected: Expected, probes?: string) => {
  const { fails, first: alone = [], open = [], words, code = '' } = expected
  const second = await askAbout(played.platform, ...(probes === undefined ? [] : ['--probes', probes]))
  assert.deepEqual(second.failed, fails, second.output)
  if (words) assert.match(second.output, words)
  const first = await askFirst(played, probes)
  assert.deepEqual(first.failed, [...fails, ...alone].sort(), first.details)
  assert.ok(first.details.includes(code), first.details)
  for (const number of open)
    assert.deepEqual([first.open.includes(number), second.open.includes(number)], [true, true], number)
  return { first, second }
}

/** What both say of one check, of a paper that is handed to them. */
export const verdictsOf = async (played: Played, number: string, paper?: string) => {
  const second = await askAbout(played.platform, ...(paper === undefined ? [] : ['--paper', paper]))
  const first = await askFirst(played, undefined, paper)
  return [first, second].map(({ failed, open }) =>
    failed.includes(number) ? false : open.includes(number) ? null : true,
  )
}
