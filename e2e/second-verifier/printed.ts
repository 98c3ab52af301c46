import { handIn } from '../../api/client/bidder.testing.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import { openUp } from '../../api/client/opened.testing.ts'
import { renderPdf } from '../../api/kernel/pdf/document.ts'
import { signPdf } from '../../api/kernel/pdf/sign.ts'
import { type Bytes, sha256, toBase64url } from '../../api/log/bytes.ts'
import { LOT, RIVAL, type World } from '../../api/seal/actors.testing.ts'
import { certSha256 } from '../../api/seal/certificate.ts'
import type { Signer } from '../../api/seal/cms.ts'
import type { Notice } from '../../api/seal/notice.ts'

/*
 * Opening records sealed by this and that certificate, all of them under the pinned authority, and logged as the printed
 * record: whether it is the platform's seal, only the first notice tells.
 */
const NAME = '云城市公共资源交易中心'
export const CENTRE = { commonName: `${NAME}电子印章`, organisation: NAME, organisationCode: '12310000425000016P' }
const BARE = { commonName: `${NAME}电子印章`, organisation: NAME }

type Seal = {
  what: string
  /** The subject that the notice names, and that of the certificate that seals; the same certificate where `by` is absent. */
  named: typeof BARE | null
  by?: typeof BARE
  fails: string[]
  open?: string[]
  words?: RegExp
  code?: string
}
const FALSE = { fails: ['V-72'], words: /V-72 FAIL.*sealed by/, code: 'V-72 opening record: signed by' }

export const SEALS: Seal[] = [
  { what: 'the certificate that the notice names', named: CENTRE, fails: [] },
  { what: 'a later certificate of the same organisation', named: CENTRE, by: CENTRE, fails: [] },
  { what: 'a rival’s certificate', named: CENTRE, by: RIVAL as typeof BARE, ...FALSE },
  { what: 'a certificate of the same name without a code', named: CENTRE, by: BARE, ...FALSE },
  { what: 'a certificate without a code, as it is named', named: BARE, fails: [] },
  { what: 'another without a code: no code is nobody’s', named: BARE, by: BARE, ...FALSE },
  { what: 'a notice from before it named a seal', named: null, by: CENTRE, fails: [], open: ['V-72'] },
]

const named = async ({ certificateDer }: Signer, uscc: string | null): Promise<Notice['seal']> => ({
  certSha256: await certSha256(certificateDer),
  uscc,
})
const codeOf = (subject: typeof BARE & { organisationCode?: string }) => subject.organisationCode ?? null

/** A paper after each of its signatures. */
export const signedVersions = async (title: string, signers: readonly Signer[], at: number): Promise<Bytes[]> => {
  const date = new Date(at)
  let pdf = await renderPdf({ title, language: 'zh', createdAt: date, blocks: [] })
  const versions: Bytes[] = []
  for (const [no, { certificateDer, chainDer, privateKey }] of signers.entries()) {
    const who = { fieldName: `signer${no}`, name: NAME, date, certificateDer, chainDer: [...chainDer], privateKey }
    pdf = await signPdf(pdf, who)
    versions.push(new Uint8Array(pdf))
  }
  return versions
}

/** A tender of one bid, opened and printed; `lotId`: whose record the log says that it is. */
export const openPrinted = async (
  { named: subject, by }: Pick<Seal, 'named' | 'by'>,
  over: Partial<Notice> = {},
  lotId = LOT,
) => {
  let own: Signer | null = null
  const notice = async (one: Notice, world: World): Promise<Notice> => {
    if (!subject) return { ...one, ...over }
    own = await world.enrol(subject)
    return { ...one, ...over, seal: await named(own, codeOf(subject)) }
  }
  const handed = await handIn({ notice })
  const { platform, http } = handed
  await platform.tick(DEADLINE - 60_000)
  await platform.close()
  const { record } = await openUp(platform, handed, http)
  const signer = by ? await platform.world.enrol(by) : own!
  const [pdf] = (await signedVersions('开标记录', [signer], platform.state.now)) as [Bytes]
  const printed = { lotId, pdfSha256: toBase64url(await sha256(pdf)) }
  const row = await platform.add('opening-record.printed/1', printed, null)
  await platform.tick(platform.state.now + 1000)
  platform.state.routes.set(`/api/lots/${LOT}/opening-record.pdf`, pdf)
  return { platform, http, seal: signer, record, row }
}
