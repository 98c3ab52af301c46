type Seat = { i: number; drilled_at: Date | null }

const DAY = 86_400_000

/** SEALING.md §2 Drill: again before the opening, in the last day, with an alarm where one is missing. */
export const drillDueFrom = (deadline: Date): Date => new Date(deadline.getTime() - DAY)

/** Seats that have not drilled again although the last day before the deadline has begun; none once it is over. */
export const missingDrills = (seats: readonly Seat[], deadline: Date | null, now: Date): number[] => {
  if (deadline === null || now >= deadline) return []
  const from = drillDueFrom(deadline)
  if (now < from) return []
  return seats.filter(({ drilled_at }) => drilled_at === null || drilled_at < from).map(({ i }) => i)
}
