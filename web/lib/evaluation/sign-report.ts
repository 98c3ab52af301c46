import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { api, type Problem } from '../api.ts'
import { paperOfLot, signPdf } from '../seal/sign-pdf.ts'

/** A member signs the evaluation report; null when done. */
export const signReport = (lotId: string, signer: OpenedPkcs12): Promise<Problem | null> =>
  signPdf(paperOfLot(lotId, 'evaluation/report', api().api.lots[':id'].evaluation.report.signature), signer)
