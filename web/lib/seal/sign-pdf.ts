import { signCades } from '../../../api/kernel/pdf/cades.ts'
import { concat, equal, fromBase64url, sha256, toBase64url } from '../../../api/log/bytes.ts'
import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { type Answer, type Answering, answer, type Problem } from '../api.ts'

type Prepared = { version: number; byteRange: number[]; digest: string }
type Handed = { version: number; cms: string }

/** A paper that several people sign one after another: how it is prepared, where it is read, where the CMS goes. */
export type SignablePaper = {
  prepare: () => Promise<Answer<Prepared>>
  /** Address of the very file that is about to be signed. */
  file: string
  hand: (signature: Handed) => Promise<Answer<unknown>>
}

type Param = { param: { id: string } }
type SignatureRoute = {
  $post: (ask: Param) => Promise<Answering<Prepared>>
  $put: (ask: Param & { json: Handed }) => Promise<Answering<unknown>>
}

/** A paper of a lot, at `/api/lots/<id>/<path>`: all of them have the same addresses beside it. */
export const paperOfLot = (id: string, path: string, route: SignatureRoute): SignablePaper => ({
  prepare: () => answer(route.$post({ param: { id } })),
  file: `/api/lots/${id}/${path}/prepared.pdf`,
  hand: (json) => answer(route.$put({ param: { id }, json })),
})

/** Enough for as many as may sign within the same second; then it is said. */
const TRIES = 5
const changed: Problem = { status: 0, code: 'document-moved-on', title: '' }

/** SHA-256 over all of the file but the hole itself: nothing may stand outside what is signed. Null if it does. */
const ownDigest = async (pdf: Uint8Array, byteRange: number[], digest: string): Promise<Uint8Array | null> => {
  const [start = 0, length = 0, next = 0, rest = 0] = byteRange
  if (start !== 0 || next < length || next + rest !== pdf.length) return null
  const own = await sha256(concat(pdf.slice(0, length), pdf.slice(next)))
  return equal(own, fromBase64url(digest)) ? own : null
}

const signOnce = async (paper: SignablePaper, signer: OpenedPkcs12): Promise<Problem | null> => {
  const prepared = await paper.prepare()
  if (!prepared.ok) return prepared.problem
  const { version, byteRange, digest } = prepared.value
  const file = await fetch(paper.file, { cache: 'no-store' }).catch(() => null)
  if (!file?.ok) return { status: file?.status ?? 0, code: 'no-answer', title: '' }
  const own = await ownDigest(new Uint8Array(await file.arrayBuffer()), byteRange, digest)
  if (!own) return changed
  const { certificateDer, chainDer, privateKey } = signer
  const cms = await signCades({ digest: own, certificateDer, chainDer, privateKey })
  const done = await paper.hand({ version, cms: toBase64url(cms) })
  return done.ok ? null : done.problem
}

/**
 * Signs a paper (PAdES): the platform makes the hole, this browser reads the very file and computes the digest itself, so
 * that nobody signs what was not shown. Somebody else signing at the same moment makes it start again. Null when done.
 */
export const signPdf = async (paper: SignablePaper, signer: OpenedPkcs12): Promise<Problem | null> => {
  let problem: Problem | null = null
  for (let tries = 0; tries < TRIES; tries++) {
    problem = await signOnce(paper, signer)
    if (problem?.code !== 'document-moved-on') break
  }
  return problem
}
