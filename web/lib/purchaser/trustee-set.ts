import { fromBase64url, toBase64url } from '../../../api/log/bytes.ts'
import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { signTrusteeSet } from '../../../api/seal/trustee-set.ts'
import { answer, api, type Problem } from '../api.ts'

type Seat = { statement: string | null; cms: string | null }
type Trustees = {
  tenderId: string
  terms: { n: number; k: number; opening: number | null; window: number; bidderWindow: number } | null
  groups: readonly {
    code: string
    relation: 'purchaser' | 'agency' | 'supervisor' | 'independent'
    members: number[]
  }[]
  seats: readonly Seat[]
}

/** Builds the set here from what the trustees signed, signs it with the purchaser's certificate, and hands it in. */
export const signSet = async (trustees: Trustees, signer: OpenedPkcs12): Promise<Problem | null> => {
  const { terms } = trustees
  const statements = trustees.seats.flatMap(({ statement, cms }) =>
    statement && cms ? [{ bytes: fromBase64url(statement), cms: fromBase64url(cms) }] : [],
  )
  if (!terms || terms.opening === null || statements.length !== terms.n)
    return { status: 0, code: 'trustee-set-missing', title: '' }
  const { bytes, cms } = await signTrusteeSet(
    {
      tenderId: trustees.tenderId,
      n: terms.n,
      k: terms.k,
      groups: trustees.groups.map(({ code, relation, members }) => ({ code, relation, members })),
      windows: { bidder: terms.bidderWindow, trustee: terms.window },
      deadline: terms.opening,
      opening: terms.opening,
      statements,
    },
    signer,
  )
  const posted = await answer(
    api().api.tenders[':id']['trustee-set'].$post({
      param: { id: trustees.tenderId },
      json: { bytes: toBase64url(bytes), cms: toBase64url(cms) },
    }),
  )
  return posted.ok ? null : posted.problem
}
