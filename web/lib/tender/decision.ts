/** The rows of `api/openings/rules/decision.ts` in their order, as pages show them; a test holds the two together. */
export const DECISION_ROWS = [
  { id: 'escrow-malformed', cause: 'escrow', treatedAs: 'revoked' },
  { id: 'signature-invalid', cause: 'escrow', treatedAs: 'revoked' },
  { id: 'opened-by-trustees', cause: 'none', treatedAs: 'valid' },
  { id: 'opened-by-bidder', cause: 'none', treatedAs: 'valid' },
  { id: 'store-lost', cause: 'store', treatedAs: 'withdrawn' },
  { id: 'keys-released', cause: 'trustees', treatedAs: 'withdrawn' },
  { id: 'platform-down', cause: 'platform', treatedAs: 'withdrawn' },
  { id: 'wrong-key', cause: 'bidder', treatedAs: 'revoked' },
  { id: 'keys-incomplete', cause: 'bidder', treatedAs: 'revoked' },
  { id: 'nothing-released', cause: 'bidder', treatedAs: 'revoked' },
] as const
export type DecisionRowId = (typeof DECISION_ROWS)[number]['id']
