import { type Http, problem } from '../../../../api/client/http.ts'
import type { SealTender, VerifiedTender } from '../../../../api/client/tender.ts'
import type { TrustContext } from '../../../../api/client/trust.ts'
import { lang } from '../../i18n/t.ts'
import { pageHttp, pageTrust } from '../../seal/client.ts'
import { faultOf } from '../../seal/faults.ts'
import { softwareHash } from '../../seal/own-software.ts'
import { sealedBids } from '../../seal/sealed-bid.ts'
import type { SealJob } from '../../seal/sealer-protocol.ts'
import { tidied } from './consortium.ts'
import { type Desk, draftOf } from './desk.svelte.ts'
import { type Draft, FILE_KINDS, formsOf, type Member } from './draft.ts'

export type SealRequest = {
  p12: Uint8Array
  pin: string
  passphrase: string
  /** One for each member of the consortium, in order, then whoever signs besides. */
  coSigners: CoSigner[]
}
export type CoSigner = SealJob['coSigners'][number]

/** Whom the bid names besides its bidder; nobody where the notice accepts no consortium. */
export const membersOf = (desk: Desk): Member[] => (desk.place.consortium ? draftOf(desk).consortium.map(tidied) : [])

const sealTender = (tender: SealTender): SealTender => {
  const { tenderId, notice, noticeN, noticeHash, terms, setHash, trusteeSetHash, checkpoint } = tender
  return { tenderId, notice, noticeN, noticeHash, terms, setHash, trusteeSetHash, checkpoint }
}

const filesOf = (draft: Draft): SealJob['files'] =>
  Object.fromEntries(
    FILE_KINDS.map((kind) => [
      kind,
      draft.files[kind].map(({ key, name, mime, sha256 }) => ({ key, name, mime, sha256 })),
    ]),
  ) as SealJob['files']

/** Nothing is sealed for a tender of which one check does not hold. */
export const verified = async (desk: Desk, http: Http, trust: TrustContext): Promise<VerifiedTender> => {
  const { verifyTender } = await import('../../../../api/client/tender.ts')
  const tender = await verifyTender(http, trust, desk.place.tenderId)
  desk.checks = tender.checks
  if (!tender.ok) throw problem('tender-unverifiable', 'Not every check holds', { checks: tender.checks })
  return tender
}

const work = async (desk: Desk, { p12, pin, passphrase, coSigners }: SealRequest): Promise<string> => {
  const { tenderId, lotId, organisationId, uscc, lot } = desk.place
  const http = pageHttp()
  const [trust, { chainHead }, sealer] = await Promise.all([
    pageTrust(http),
    import('../../../../api/client/submit-bid.ts'),
    import('../../seal/sealer.ts'),
  ])
  void navigator.storage.persist?.()
  const tender = await verified(desk, http, trust)
  const head = await chainHead(http, tenderId, lotId)
  const bundleSha256 = await softwareHash(sealer.sealerAddress)
  const draft = draftOf(desk)
  const forms = formsOf({ ...draft, consortium: membersOf(desk) }, lot)
  const { consortiumMembers: _, ...summary } = forms.summary
  desk.phase = 'sealing'
  const began = performance.now()
  const { key } = await sealer.sealInWorker(
    {
      ...{ trust, lotId, organisationId, uscc, p12, pin, forms, head, bundleSha256 },
      summary: summary as Record<string, string>,
      tender: sealTender(tender),
      deadline: tender.deadline,
      files: filesOf(draft),
      consortium: membersOf(desk).map((member) => member.organisationId),
      coSigners,
      ...(passphrase ? { passphrase } : {}),
    },
    (next) => {
      desk.progress = next
      desk.pace = next.done / Math.max(0.2, (performance.now() - began) / 1000)
    },
  )
  return key
}

/** From a draft to a sealed bid on this device, whoever sealed it; false with `desk.fault` when it was not done. */
export const sealedBy = async (desk: Desk, work: () => Promise<string>, recoverySaved: boolean): Promise<boolean> => {
  const { organisationId, lotId } = desk.place
  desk.fault = null
  desk.phase = 'verifying'
  try {
    const key = await work()
    desk.sealed = (await sealedBids(organisationId, lotId)).find((bid) => bid.key === key) ?? null
    desk.recoverySaved = recoverySaved
    desk.resumes = false
    desk.phase = 'sealed'
    return true
  } catch (error) {
    desk.fault = faultOf(error, lang())
    desk.phase = 'draft'
    return false
  } finally {
    desk.progress = null
    desk.pace = null
  }
}

/** Verifies the tender, seals in the Worker, tests and signs; false with `desk.fault` when it was not done. */
export const sealBid = (desk: Desk, request: SealRequest): Promise<boolean> =>
  sealedBy(desk, () => work(desk, request), false)
