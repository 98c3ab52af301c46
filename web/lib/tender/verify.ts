import type { Check } from '../../../api/client/checks.ts'
import { isProblem } from '../../../api/client/http.ts'
import type { GivenTrust } from '../../../api/client/trust.ts'

/** Whom this person trusts: files, and the certificate of a time-stamp authority pasted as text besides. */
export type OwnTrust = {
  policy: File | undefined
  authorities: File | undefined
  stampers: File | undefined
  pasted: string
}

const givenOf = async ({ policy, authorities }: OwnTrust): Promise<GivenTrust> => {
  const { certificatesOf } = await import('./pins.ts')
  return {
    ...(policy && { policy: await policy.text() }),
    ...(authorities && { authorities: await certificatesOf('authorities', authorities) }),
  }
}

const stampersOf = async ({ stampers, pasted }: OwnTrust): Promise<Uint8Array[]> => {
  if (!stampers && pasted.trim() === '') return []
  const { certificatesOf } = await import('./pins.ts')
  return certificatesOf('stampers', ...(stampers ? [stampers] : []), ...(pasted.trim() ? [new Blob([pasted])] : []))
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
  const [pins, stampers] = await Promise.all([pinsOf(own), stampersOf(own)])
  const bundle = await readBundle(file)
  if (bundle && bundle.index.tenderId !== tenderId) throw problem('another-tender', 'A bundle of another tender')
  if (bundle) return verifyBundle(bundle, pins, { complete: bundle.index.leaves })
  const trusted = pins.authorities.map((der) => new Uint8Array(der))
  const zip = new Uint8Array(await file.arrayBuffer())
  return (await checkReceipt(zip, { policy: parsePolicy(pins.policy), trusted, stampers })).checks
}

const WRONG = {
  'another-tender': 'other',
  'authorities-unreadable': 'authorities',
  'stampers-unreadable': 'stampers',
} as const
type Wrong = (typeof WRONG)[keyof typeof WRONG]

/**
 * What to tell of a verification that could not finish; outside a sandbox policy and authorities must be one's own.
 * `wrong`: what this person chose and should choose anew, which the page says in its own words.
 */
export const whyFailed = (error: unknown): { text: string; needsTrust: boolean; wrong: Wrong | null } => ({
  wrong: isProblem(error) ? (WRONG[error.code as keyof typeof WRONG] ?? null) : null,
  text: isProblem(error) ? error.title : error instanceof Error ? error.message : String(error),
  needsTrust: isProblem(error, 'policy-needed') || isProblem(error, 'authorities-needed'),
})
