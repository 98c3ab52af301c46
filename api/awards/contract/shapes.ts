/** The purchaser's people, and its agency under a mandate. */
export const SIDE = ['purchaser', 'purchaser-approver', 'agency'] as const
export const SUPPLIER = ['supplier-preparer', 'supplier-signer'] as const
