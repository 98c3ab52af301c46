import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { answer, api, type Problem } from '../api.ts'
import { signPdf } from '../seal/sign-pdf.ts'

/** A member signs the evaluation report; null when done. */
export const signReport = (lotId: string, signer: OpenedPkcs12): Promise<Problem | null> => {
  const { signature } = api().api.lots[':id'].evaluation.report
  const param = { id: lotId }
  const paper = {
    prepare: () => answer(signature.$post({ param })),
    file: `/api/lots/${lotId}/evaluation/report/prepared.pdf`,
    hand: (json: { version: number; cms: string }) => answer(signature.$put({ param, json })),
  }
  return signPdf(paper, signer)
}
