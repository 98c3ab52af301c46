import { fromBase64url, fromUtf8, sha256, toHex } from '../../../api/log/bytes.ts'
import { fingerprint } from '../../../api/seal/trustees.ts'
import { answer, api } from '../api.ts'

export type TrusteeRow = {
  i: number
  name: string
  role: string
  /** SHA-256 of the public point in hex groups; null while no key is stated. */
  key: string | null
  drilledAt: string | null
}
export type Trustees = {
  rows: TrusteeRow[]
  k: number
  set: { hash: string; fingerprint: string; leafIndex: number | null } | null
}

/** Who keeps the keys of a tender, for display: what is shown here the verifier recomputes. */
export const trusteesOf = async (fetcher: typeof fetch, id: string): Promise<Trustees | null> => {
  const client = api(fetcher).api.tenders[':id']
  const [seats, set] = await Promise.all([
    answer(client.trustees.$get({ param: { id } })),
    answer(client['trustee-set'].$get({ param: { id } })),
  ])
  if (!seats.ok || seats.value.seats.length === 0) return null
  const { groups, terms } = seats.value
  const rows = seats.value.seats.map(async (seat) => ({
    i: seat.i,
    name: groups.find(({ members }) => members.includes(seat.i))?.name ?? '',
    role: seat.role,
    key: seat.statement ? await keyFingerprint(seat.statement) : null,
    drilledAt: seat.drilledAt,
  }))
  return {
    rows: await Promise.all(rows),
    k: terms?.k ?? 2,
    set: set.ok
      ? {
          hash: toHex(fromBase64url(set.value.hash)),
          fingerprint: set.value.fingerprint,
          leafIndex: set.value.leafIndex,
        }
      : null,
  }
}

const keyFingerprint = async (statement: string): Promise<string | null> => {
  const { pk } = JSON.parse(fromUtf8(fromBase64url(statement))) as { pk?: string }
  return pk ? fingerprint(await sha256(fromBase64url(pk))) : null
}
