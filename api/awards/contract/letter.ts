import { defineRoute, idParams } from '../../kernel/http.ts'
import { handedSignature, keptSignature, preparedSignature, signersOfPaper } from '../../kernel/signing-contract.ts'
import { pdf, SIDE, SUPPLIER } from './shapes.ts'

export const readLetter = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/letter.pdf',
  'x-who': [...SUPPLIER, ...SIDE],
  summary: 'The award letter with the seal and the signatures made so far, for the winner and the purchaser',
  request: { params: idParams },
  responses: pdf,
})

export const letterSigners = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/letter/signatures',
  'x-who': [...SUPPLIER, ...SIDE],
  summary: 'Who has signed the award letter, for the winner and the purchaser',
  request: { params: idParams },
  responses: { 200: signersOfPaper },
})

export const prepareLetterSignature = defineRoute({
  method: 'post',
  path: '/lots/{id}/award/letter/signature',
  'x-who': SIDE,
  summary: 'Prepare your signature under the award letter; valid for ten minutes',
  request: { params: idParams },
  responses: { 200: preparedSignature },
})

export const preparedLetter = defineRoute({
  method: 'get',
  path: '/lots/{id}/award/letter/prepared.pdf',
  'x-who': SIDE,
  summary: 'The very file you are about to sign',
  request: { params: idParams },
  responses: pdf,
})

export const signLetter = defineRoute({
  method: 'put',
  path: '/lots/{id}/award/letter/signature',
  'x-who': SIDE,
  summary: 'Hand in your signature (CAdES over the prepared digest): the purchaser issues the letter (87号令 69)',
  request: { params: idParams, ...handedSignature },
  responses: { 200: keptSignature },
})
