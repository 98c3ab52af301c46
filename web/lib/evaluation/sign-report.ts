import { signCades } from '../../../api/kernel/pdf/cades.ts'
import { concat, equal, fromBase64url, sha256, toBase64url } from '../../../api/log/bytes.ts'
import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { answer, api, type Problem } from '../api.ts'

const changed: Problem = { status: 0, code: 'document-moved-on', title: '' }

/**
 * Signs the report (PAdES): the platform makes the hole, this browser reads the very file and computes the digest
 * itself, so that nobody signs what was not shown. A colleague signing at the same moment makes it start again.
 */
export const signReport = async (lotId: string, signer: OpenedPkcs12): Promise<Problem | null> => {
  const report = api().api.lots[':id'].evaluation.report
  const prepared = await answer(report.signature.$post({ param: { id: lotId } }))
  if (!prepared.ok) return prepared.problem
  const { version, byteRange, digest } = prepared.value
  const file = await fetch(`/api/lots/${lotId}/evaluation/report/prepared.pdf`, { cache: 'no-store' }).catch(() => null)
  if (!file?.ok) return { status: file?.status ?? 0, code: 'no-answer', title: '' }
  const pdf = new Uint8Array(await file.arrayBuffer())
  const [start = 0, length = 0, next = 0, rest = 0] = byteRange
  // all of the file but the hole itself: nothing may stand outside what is signed
  if (start !== 0 || next < length || next + rest !== pdf.length) return changed
  const own = await sha256(concat(pdf.slice(0, length), pdf.slice(next)))
  if (!equal(own, fromBase64url(digest))) return changed
  const cms = await signCades({
    digest: own,
    certificateDer: signer.certificateDer,
    chainDer: signer.chainDer,
    privateKey: signer.privateKey,
  })
  const done = await answer(report.signature.$put({ param: { id: lotId }, json: { version, cms: toBase64url(cms) } }))
  return done.ok ? null : done.problem
}
