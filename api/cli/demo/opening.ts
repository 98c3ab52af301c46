import { isProblem } from '../../client/http.ts'
import { checkOpening } from '../../client/opening.ts'
import { releaseKeys } from '../../client/release.ts'
import type { ScanMemory } from '../../client/scan.ts'
import { type VerifiedTender, verifyTender } from '../../client/tender.ts'
import { loadTrust, type TrustContext } from '../../client/trust.ts'
import { releaseShares } from '../../client/trustee.ts'
import { keysOf, witnessed, witnessedTender } from './bidding.ts'
import { signPaper } from './papers.ts'
import type { DemoPerson } from './people.ts'

/** The bidder's own software checks CLOSED, STORED and all leaves since, then releases the keys of its bid. */
export const openOwn = async (
  supplier: DemoPerson,
  tenderId: string,
  lotId: string,
  recoveryFile: Uint8Array,
  known?: { trust: TrustContext; tender: VerifiedTender; memory: ScanMemory },
) => {
  const trust = known?.trust ?? (await loadTrust(supplier.http))
  const keys = await keysOf(supplier, recoveryFile)
  const own = { manifestHash: keys.manifestHash, ...(known && { memory: known.memory }) }
  const opening = await witnessed(async () => {
    const tender = known?.tender ?? (await verifyTender(supplier.http, trust, tenderId))
    return checkOpening(supplier.http, trust, tender, lotId, own)
  })
  await releaseKeys(supplier.http, trust, { opening, keys, signer: supplier.signer })
  return opening.checks.length
}

/** A trustee's own software does the same checks, after the bidders' window, and releases its shares. */
export const openAsTrustee = async (trustee: DemoPerson, tenderId: string, lotId: string, i: number) => {
  const trust = await loadTrust(trustee.http)
  const tender = await witnessedTender(trustee.http, trust, tenderId)
  const opening = await witnessed(() => checkOpening(trustee.http, trust, tender, lotId, { as: 'trustee' }))
  const owner = { key: trustee.decryptKey }
  return releaseShares(trustee.http, trust, { opening, tender, i, signer: trustee.signer, owner })
}

/** 20号令 32: a bidder confirms the opening record by its signature under the PDF, once that is printed. */
export const confirmRecord = async (supplier: DemoPerson, lotId: string): Promise<void> => {
  for (let looks = 0; ; looks++) {
    try {
      return await signPaper(supplier.http, supplier.signer, `/api/lots/${lotId}/opening-record`)
    } catch (error) {
      if (looks >= 50 || !isProblem(error, 'opening-not-ready')) throw error
      await new Promise((look) => setTimeout(look, 200))
    }
  }
}
