import { defineRoute, idParams, pdfAnswer } from '../../kernel/http.ts'
import { keptSignature, signersOfPaper, signingRoutes } from '../../kernel/signing-contract.ts'
import { SIDE, SUPPLIER } from './shapes.ts'

export const readLetter = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/letter.pdf',
  'x-who': [...SUPPLIER, ...SIDE],
  summary: 'The award letter with the seal and the signatures made so far, for the winner and the purchaser',
  request: { params: idParams },
  responses: { 200: pdfAnswer },
})

export const letterSigners = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/letter/signatures',
  'x-who': [...SUPPLIER, ...SIDE],
  summary: 'Who has signed the award letter, for the winner and the purchaser',
  request: { params: idParams },
  responses: { 200: signersOfPaper },
})

export const letterSigning = signingRoutes({
  path: '/lots/{id}/award/letter',
  who: SIDE,
  summaries: {
    prepare: 'Prepare your signature under the award letter',
    sign: 'Hand in your signature (CAdES over the prepared digest): the purchaser issues the letter (87号令 69)',
  },
  kept: keptSignature,
})
