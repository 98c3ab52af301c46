import type { Check } from '../../../api/client/checks.ts'
import { isProblem } from '../../../api/client/http.ts'

export type OwnTrust = { policy: File | undefined; authorities: File | undefined }

/** All public checks, in this page. @throws Problem of api/client when the platform does not answer or trust is missing */
export const verifyInBrowser = async (tenderId: string, own: OwnTrust): Promise<Check[]> => {
  const [{ createHttp }, { loadTrust, pemBlocks }, { verifyTenderPublic }] = await Promise.all([
    import('../../../api/client/http.ts'),
    import('../../../api/client/trust.ts'),
    import('../../../api/client/verify.ts'),
  ])
  const http = createHttp({ origin: location.origin })
  const trust = await loadTrust(http, {
    ...(own.policy && { policy: await own.policy.text() }),
    ...(own.authorities && { authorities: pemBlocks(await own.authorities.text(), 'CERTIFICATE') }),
  })
  return verifyTenderPublic(http, trust, tenderId)
}

/** What to tell of a verification that could not finish; outside a sandbox policy and authorities must be one's own. */
export const whyFailed = (error: unknown): { text: string; needsTrust: boolean } => ({
  text: isProblem(error) ? error.title : error instanceof Error ? error.message : String(error),
  needsTrust: isProblem(error, 'policy-needed') || isProblem(error, 'authorities-needed'),
})
