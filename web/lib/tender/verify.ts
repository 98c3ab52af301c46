import type { Check } from '../../../api/client/checks.ts'
import { isProblem } from '../../../api/client/http.ts'
import type { GivenTrust } from '../../../api/client/trust.ts'

export type OwnTrust = { policy: File | undefined; authorities: File | undefined }

const givenOf = async (own: OwnTrust): Promise<GivenTrust> => {
  const { pemBlocks } = await import('../../../api/client/trust.ts')
  return {
    ...(own.policy && { policy: await own.policy.text() }),
    ...(own.authorities && { authorities: pemBlocks(await own.authorities.text(), 'CERTIFICATE') }),
  }
}

/** All public checks, in this page. @throws Problem of api/client when the platform does not answer or trust is missing */
export const verifyInBrowser = async (tenderId: string, own: OwnTrust): Promise<Check[]> => {
  const [{ createHttp }, { loadTrust }, { verifyTenderPublic }] = await Promise.all([
    import('../../../api/client/http.ts'),
    import('../../../api/client/trust.ts'),
    import('../../../api/client/verify.ts'),
  ])
  const http = createHttp({ origin: location.origin })
  return verifyTenderPublic(http, await loadTrust(http, await givenOf(own)), tenderId)
}

/** Pins of one's own, else those of this sandbox: never what the file itself says. */
const pinsOf = async (own: OwnTrust): Promise<Required<GivenTrust>> => {
  const { policy, authorities } = await givenOf(own)
  if (policy !== undefined && authorities) return { policy, authorities }
  const [{ createHttp }, { loadTrust }, { formatPolicy }] = await Promise.all([
    import('../../../api/client/http.ts'),
    import('../../../api/client/trust.ts'),
    import('../../../api/log/policy.ts'),
  ])
  const trust = await loadTrust(createHttp({ origin: location.origin }), {
    ...(policy !== undefined && { policy }),
    ...(authorities && { authorities }),
  })
  return { policy: formatPolicy(trust.policy), authorities: trust.trusted }
}

/** An evidence bundle of this tender, or a receipt, from the disk. @throws Problem another-tender, and as above */
export const verifyFileInBrowser = async (file: File, tenderId: string, own: OwnTrust): Promise<Check[]> => {
  const [{ readBundle, verifyBundle }, { checkReceipt }, { problem }, { parsePolicy }] = await Promise.all([
    import('../../../api/client/bundle.ts'),
    import('../../../api/client/submit-bid.ts'),
    import('../../../api/client/http.ts'),
    import('../../../api/log/policy.ts'),
  ])
  const pins = await pinsOf(own)
  const bundle = await readBundle(file)
  if (bundle && bundle.index.tenderId !== tenderId) throw problem('another-tender', 'A bundle of another tender')
  if (bundle) return verifyBundle(bundle, pins, { complete: bundle.index.leaves })
  const trusted = pins.authorities.map((der) => new Uint8Array(der))
  const zip = new Uint8Array(await file.arrayBuffer())
  return (await checkReceipt(zip, { policy: parsePolicy(pins.policy), trusted })).checks
}

/** What to tell of a verification that could not finish; outside a sandbox policy and authorities must be one's own. */
export const whyFailed = (error: unknown): { text: string; needsTrust: boolean; isOther: boolean } => ({
  isOther: isProblem(error, 'another-tender'),
  text: isProblem(error) ? error.title : error instanceof Error ? error.message : String(error),
  needsTrust: isProblem(error, 'policy-needed') || isProblem(error, 'authorities-needed'),
})
