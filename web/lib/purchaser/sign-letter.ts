import type { InferResponseType } from 'hono/client'
import type { OpenedPkcs12 } from '../../../api/seal/pkcs12.ts'
import { api, type Client, type Problem } from '../api.ts'
import { paperOfLot, signPdf } from '../seal/sign-pdf.ts'

/** Who has signed; `mine` null where it is not this person's to sign. */
export type LetterSigners = InferResponseType<
  Client['api']['lots'][':id']['award']['letter']['signatures']['$get'],
  200
>

/** 87号令 69: the purchaser, or its agency, issues the letter under its own signature; null when done. */
export const signLetter = (lotId: string, signer: OpenedPkcs12): Promise<Problem | null> =>
  signPdf(paperOfLot(lotId, 'award/letter', api().api.lots[':id'].award.letter.signature), signer)
