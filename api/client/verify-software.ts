/** Which software made the bids, as the log knew it beforehand: V-83. Used by `verifyOpened`. */
import { fromUtf8 } from '../log/bytes.ts'
import { parseManifest } from '../seal/manifest.ts'
import { type Check, merged } from './checks.ts'
import { committed, type PublicEvent, placed } from './events.ts'
import { bytesOf, type Http } from './http.ts'
import type { TrustContext } from './trust.ts'

type Client = Omit<PublicEvent, 'type' | 'lotId'> & { sha256: string; kind: string }
type Bid = { manifest: string; receivedAt: string }
type Known = {
  kind: string /** Time of the leaf; null when the event is not what the platform says. */
  time: number | null
}

const TYPE = 'client.published/1'

const readClients = async (http: Http): Promise<Client[]> => {
  const bytes = await http.bytes('/api/clients')
  return bytes ? (JSON.parse(fromUtf8(bytes)) as { clients: Client[] }).clients : []
}

const judged = async (http: Http, trust: TrustContext, client: Client): Promise<Known> => {
  const { kind, leafIndex } = client
  const event = await committed(null, { ...client, type: TYPE, lotId: null })
  const isThis = event !== null && event.data.sha256 === client.sha256 && event.data.kind === kind
  const found = isThis && leafIndex !== null ? await placed(http, trust, event, leafIndex) : null
  return { kind, time: found?.time ?? null }
}

const verdictOf = (known: Known | undefined, bid: Bid): { ok: boolean | null; detail: string } => {
  // Everybody may bid with software of their own; of that the log says nothing, for or against.
  if (!known) return { ok: null, detail: '' }
  if (known.time === null) return { ok: false, detail: `${known.kind}: its event does not hold` }
  return { ok: known.time <= Date.parse(bid.receivedAt), detail: `${known.kind}: logged after the bid` }
}

const counted = (kinds: readonly string[]): string =>
  ['page', 'offline', 'own']
    .map((kind) => ({ kind, count: kinds.filter((one) => one === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${kind}: ${count}`)
    .join(', ')

/** Each bid by a client whose hash was logged before it; one of the bidder's own is neither right nor wrong. */
export const softwareCheck = async (
  { http, trust }: { http: Http; trust: TrustContext },
  bids: readonly Bid[],
): Promise<Check> => {
  const clients = await readClients(http)
  const known = new Map<string, Promise<Known>>()
  const named: string[] = []
  const verdicts = []
  for (const bid of bids) {
    const read = parseManifest(bytesOf(bid.manifest))
    const sha256 = read.ok ? read.manifest.client.bundleSha256 : ''
    const client = clients.find((one) => one.sha256 === sha256)
    if (client && !known.has(sha256)) known.set(sha256, judged(http, trust, client))
    const found = await known.get(sha256)
    named.push(found?.kind ?? 'own')
    verdicts.push(verdictOf(found, bid))
  }
  return merged('V-83', verdicts, counted(named))
}
