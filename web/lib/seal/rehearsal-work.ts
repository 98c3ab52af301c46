import { problem } from '../../../api/client/http.ts'
import { prepareRehearsal, reopenRehearsal } from '../../../api/client/rehearsal.ts'
import { openSigners } from '../../../api/client/signers.ts'
import { nowOf, trustAt } from '../../../api/client/trust.ts'
import { verifyChain } from '../../../api/seal/chain.ts'
import { rehearsalFolder } from './private-files.ts'
import { type Report, sealInto, sourceOf } from './sealer-files.ts'
import type {
  CertificateJob,
  CertificateSeen,
  RehearsalSealed,
  RehearseJob,
  Reopened,
  ReopenJob,
} from './sealer-protocol.ts'

/* What the Worker does in a rehearsal: by the lines of sealing and opening, with other places, labels and types. */

/** What is wrong with a chain, in words for whoever holds the certificate. */
const CHAIN: Readonly<Record<string, string>> = {
  'certificate-revoked': 'chain-revoked',
  'crl-stale': 'chain-status-unknown',
}

/** @throws Problem of `openSigners`, chain-revoked, chain-status-unknown, chain-not-trusted */
export const seeCertificate = async (job: CertificateJob): Promise<CertificateSeen> => {
  const { own } = await openSigners(job.trust, job, [])
  const chain = await verifyChain(own.certificateDer, own.chainDer, trustAt(job.trust, nowOf(job.trust)))
  if (!chain.ok) throw problem(CHAIN[chain.code] ?? 'chain-not-trusted', 'The certificate does not hold')
  const { certSha256, subject, notAfter } = own.certificate
  return { certSha256, holder: subject.commonName ?? subject.text, notAfter }
}

export const rehearse = async (job: RehearseJob, report: Report): Promise<RehearsalSealed> => {
  const { trust, organisationId, passphrase, bundleSha256 } = job
  const { own: signer } = await openSigners(trust, job, [])
  const path = rehearsalFolder(organisationId)
  const files = [await sourceOf(path, job.file)]
  return sealInto(
    path,
    { technical: files },
    report,
    (sink) => prepareRehearsal({ organisationId, signer, trust, files, sink, passphrase, bundleSha256 }),
    ({ key, prepared: { keys: _, ...prepared }, took, bytes }) => ({ key, took, bytes, ...prepared }),
  )
}

export const reopen = async (job: ReopenJob, report: Report): Promise<Reopened> => {
  const { trust, manifest, recoveryFile, passphrase, parts } = job
  const { own: signer } = await openSigners(trust, job, [])
  const held = new Map(parts.map(({ envelopeNo, part, bytes }) => [`${envelopeNo}/${part}`, bytes]))
  const total = parts.reduce((sum, { bytes }) => sum + bytes.length, 0)
  let done = 0
  return reopenRehearsal({
    manifest,
    recoveryFile,
    signer,
    decryptKey: signer.decryptKey,
    passphrase,
    trust,
    read: async (no, part) => held.get(`${no}/${part}`) ?? Promise.reject(new RangeError('no such part')),
    onProgress: (kind, bytes) => {
      done += bytes
      report({ step: 'self-test', kind, done, total })
    },
  })
}
