import { type api, must } from '#lib/api.ts'

type Client = ReturnType<typeof api>

/** Whom an agency may act for now (政府采购法 第二十条); null for who is no agency. An ended mandate gives nothing. */
export const mandatedPurchasers = async (
  client: Client,
  role: string,
): Promise<{ value: string; label: string }[] | null> => {
  if (role !== 'agency') return null
  const { mandates } = await must(client.api.mandates.$get())
  const holding = mandates.filter(({ holds }) => holds)
  return [...new Map(holding.map((one) => [one.purchaserId, one.purchaserName]))].map(([value, label]) => ({
    value,
    label,
  }))
}

export type Acting = { agency: string; purchaser: string; until: string }

/** The mandate under which an agency acts in this tender, as both sides see it; null where none holds. */
export const actingUnder = async (
  client: Client,
  tender: { purchaserId: string; agencyId: string | null },
): Promise<Acting | null> => {
  if (tender.agencyId === null) return null
  const { mandates } = await must(client.api.mandates.$get())
  const found = mandates.find(
    (one) => one.holds && one.purchaserId === tender.purchaserId && one.agencyId === tender.agencyId,
  )
  return found ? { agency: found.agencyName, purchaser: found.purchaserName, until: found.until } : null
}
