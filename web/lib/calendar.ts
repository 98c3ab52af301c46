/** Calendar arithmetic on 'YYYY-MM-DD' strings: no clock and no time zone. */
const DAY = 86_400_000
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`)
const text = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export const isDate = (date: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(date) && Number.isFinite(at(date)) && text(at(date)) === date
export const addDays = (date: string, days: number): string => text(at(date) + days * DAY)

/** The same day of another month, or that month's last day. */
export const addMonths = (date: string, months: number): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return text(Date.UTC(year, month - 1 + months, Math.min(day, last)))
}

/** 0 = Monday … 6 = Sunday: weeks begin on Monday, as calendars in China print them. */
export const weekday = (date: string): number => (new Date(at(date)).getUTCDay() + 6) % 7

/** Six weeks of seven dates that cover a date's month. */
export const monthGrid = (date: string): string[][] => {
  const first = `${date.slice(0, 7)}-01`
  const start = addDays(first, -weekday(first))
  return Array.from({ length: 6 }, (_, week) => Array.from({ length: 7 }, (_, day) => addDays(start, week * 7 + day)))
}
