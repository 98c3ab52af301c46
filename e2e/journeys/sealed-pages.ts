/** Routes of the sealing, trustee and opening group, as the house finds them (`e2e/house/sealed.ts`). */
export const SEALED = [
  '(public)/tenders/[id]/verify',
  '(purchaser)/purchaser/tenders/[id]/draft/trustees',
  '(supplier)/supplier/bids/[id]',
  '(supplier)/supplier/rehearsal',
  '(supplier)/supplier/tenders/[id]/lots/[lotId]/bid',
  '(supplier)/supplier/tenders/[id]/opening',
  '(trustee)/trustee/tenders/[id]',
]
