import assert from 'node:assert/strict'
import type { BiddingWorld, Place } from '../bids/world.testing.ts'
import type { Http } from '../client/http.ts'
import openapi from '../openapi.gen.json' with { type: 'json' }

/** Which of the secrets stand in a text, plain or inside base64url. */
export const leaks = (text: string, secrets: readonly string[]): string[] => {
  const inside = [...text.matchAll(/[A-Za-z0-9_-]{60,}/g)].map(([coded]) => Buffer.from(coded, 'base64url').toString())
  return secrets.filter((secret) => [text, ...inside].some((one) => one.includes(secret)))
}

const fill = (path: string, { tenderId, lotId }: Place): string | null => {
  const id = path.startsWith('/api/lots/') ? lotId : tenderId
  const filled = path.replace('{id}', id).replace('{n}', '0').replace('{i}', '1')
  return filled.includes('{') ? null : filled
}

/** Every address that can be read, of this tender or of none. */
const addresses = (place: Place): string[] =>
  Object.entries(openapi.paths)
    .filter(([path, methods]) => 'get' in methods && (/^\/api\/(tenders|lots)\//.test(path) || !path.includes('{')))
    .filter(([path]) => !/stream|live|\/auth\//.test(path))
    .flatMap(([path]) => fill(path, place) ?? [])

/** What each role reads at every address it can reach, by who and where. */
export const readByAll = async (world: BiddingWorld, place: Place): Promise<Map<string, string>> => {
  const { purchaser, approver, supervisor, centre, trustees, suppliers, admin } = world.city
  const eyes: [string, Http][] = [
    ['visitor', world.visitor],
    ['purchaser', purchaser.http],
    ['approver', approver.http],
    ['supervisor', supervisor.http],
    ['centre', centre.http],
    ['trustee', trustees[1].http],
    ['another bidder', suppliers[3]!.http],
    ['administrator', admin],
  ]
  const read = new Map<string, string>()
  for (const [who, http] of eyes)
    for (const path of addresses(place)) {
      const bytes = await http.bytes(path).catch(() => null)
      if (bytes) read.set(`${who} ${path}`, new TextDecoder().decode(bytes))
    }
  assert.ok(read.size > 40, `only ${read.size} addresses could be read`)
  return read
}

/** All roles read all they can reach; none of the secrets may be in it. */
export const nobodySees = async (world: BiddingWorld, place: Place, secrets: readonly string[]): Promise<void> => {
  for (const [where, text] of await readByAll(world, place)) {
    // Who is registered at all is no secret: the registry is not about this tender.
    if (/ \/api\/(registry|organisations|session|demo)/.test(where)) continue
    assert.deepEqual(leaks(text, secrets), [], where)
  }
}
