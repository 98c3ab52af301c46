import { defineRoute, fen, idParams, instant, jsonAnswer, jsonBody, uuid, z } from '../kernel/http.ts'

const SUPPLIER = ['supplier-preparer', 'supplier-signer'] as const

const receiptView = z.strictObject({
  bankReference: z.string(),
  amount: fen,
  paidAt: instant,
  verdict: z
    .enum(['matched', 'unknown-account', 'foreign-payer', 'late', 'held'])
    .meta({ description: 'held: after a deadline that may still move; it goes back when the list is closed' }),
})

export const depositView = z.strictObject({
  lotId: uuid,
  accountNumber: z.string().nullable(),
  bankName: z.string(),
  amountDue: fen,
  amountPaid: fen,
  state: z.enum(['not-required', 'none', 'short', 'paid']),
  payBy: instant,
  receipts: z.array(receiptView),
  refunds: z.array(
    z.strictObject({
      id: uuid,
      amount: fen,
      interest: fen,
      reason: z.enum([
        'withdrawn',
        'award-notice',
        'contract',
        'terminated',
        'unknown-account',
        'foreign-payer',
        'late',
        'excess',
        'short',
      ]),
      dueOn: z.iso.date(),
      refundedAt: instant.nullable(),
    }),
  ),
})

export const openAccount = defineRoute({
  method: 'post',
  path: '/lots/{id}/deposit',
  'x-who': SUPPLIER,
  summary: "Open your organisation's own random account number for the deposit of a lot",
  request: { params: idParams },
  responses: { 200: jsonAnswer(depositView) },
})

export const myDeposit = defineRoute({
  method: 'get',
  path: '/lots/{id}/deposit',
  'x-who': SUPPLIER,
  summary: 'Your own deposit for a lot; nobody sees that of others before names are out',
  request: { params: idParams },
  responses: { 200: jsonAnswer(depositView) },
})

const signedByBank = z.object({ 'x-bank-signature': z.string().max(200) })

export const bankReceipt = defineRoute({
  method: 'post',
  path: '/bank/receipts',
  'x-who': 'anyone',
  summary: "The bank's signed word that money came in (HMAC-SHA-256 over timestamp and body)",
  request: {
    headers: signedByBank,
    ...jsonBody(
      z.strictObject({
        bankReference: z.string().min(1).max(64),
        accountNumber: z.string().regex(/^\d{6,32}$/),
        amount: fen,
        payerName: z.string().min(1).max(200),
        payerAccount: z.string().min(1).max(64),
        paidAt: instant,
      }),
    ),
  },
  responses: { 200: jsonAnswer(z.strictObject({ taken: z.literal(true) })) },
})

export const bankRefund = defineRoute({
  method: 'post',
  path: '/bank/refunds',
  'x-who': 'anyone',
  summary: "The bank's signed word that a refund was carried out",
  request: { headers: signedByBank, ...jsonBody(z.strictObject({ refundId: uuid, refundedAt: instant })) },
  responses: { 200: jsonAnswer(z.strictObject({ taken: z.literal(true) })) },
})

export const demoTransfer = defineRoute({
  method: 'post',
  path: '/demo/bank/transfers',
  'x-who': SUPPLIER,
  summary: "Demo and sandbox: pay as from the bidder's own online banking, through the demo bank",
  request: {
    ...jsonBody(
      z.strictObject({
        accountNumber: z.string().regex(/^\d{6,32}$/),
        amount: fen,
        payerName: z.string().min(1).max(200),
        payerAccount: z.string().min(1).max(64),
      }),
    ),
  },
  responses: { 200: jsonAnswer(z.strictObject({ bankReference: z.string() })) },
})
