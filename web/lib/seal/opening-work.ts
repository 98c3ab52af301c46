import type { Http } from '../../../api/client/http.ts'
import type { VerifiedOpening } from '../../../api/client/opening.ts'
import type { VerifiedTender } from '../../../api/client/tender.ts'
import type { TrustContext } from '../../../api/client/trust.ts'
import type { Lang } from '../i18n/text.ts'
import { pageHttp, pageTrust } from './client.ts'
import { type Fault, said } from './faults.ts'

export type CheckedOpening = { http: Http; trust: TrustContext; tender: VerifiedTender; opening: VerifiedOpening }

/** All that a bidder's or a trustee's software checks before a key leaves it, from the log and its witnesses alone. */
export const verifyOpening = async (
  tenderId: string,
  lotId: string,
  options: { manifestHash?: string; as: 'bidder' | 'trustee' },
): Promise<CheckedOpening> => {
  const http = pageHttp()
  const [trust, { verifyTender }, { checkOpening }] = await Promise.all([
    pageTrust(http),
    import('../../../api/client/tender.ts'),
    import('../../../api/client/opening.ts'),
  ])
  const tender = await verifyTender(http, trust, tenderId, { asOf: 'signed' })
  return { http, trust, tender, opening: await checkOpening(http, trust, tender, lotId, options) }
}

/** What the page says of an opening of which one check does not hold; null where all do. */
export const refusalOf = ({ opening }: CheckedOpening, lang: Lang): Fault | null =>
  opening.ok ? null : said('opening-unverified', lang)
