/**
 * Beijing dates and instants. China keeps UTC+8 all year, so plain arithmetic is exact; the time zone of the process or of
 * the visitor's browser never decides a legal date (DAY-8).
 */
const DAY_MS = 86_400_000
const OFFSET_MS = 8 * 3_600_000

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/

/** True for a real day written YYYY-MM-DD: '2026-02-30' is none. */
export const isDate = (text: string): boolean => DATE.test(text) && dateOf(epochDay(text)) === text

/** Days since 1970-01-01; throws RangeError on anything but YYYY-MM-DD. */
export const epochDay = (date: string): number => {
  const match = DATE.exec(date)
  if (!match) throw new RangeError(`not a date: ${date}`)
  return Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) / DAY_MS
}

const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10)

/** The date n calendar days later (earlier when n is negative). */
export const addDays = (date: string, n: number): string => dateOf(epochDay(date) + n)

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number => epochDay(to) - epochDay(from)

/** 0 = Sunday … 6 = Saturday. */
export const weekday = (date: string): number => (((epochDay(date) + 4) % 7) + 7) % 7

export const yearOf = (date: string): number => Number(date.slice(0, 4))

/** The Beijing date of a UTC instant in milliseconds. */
export const beijingDate = (ms: number): string => new Date(ms + OFFSET_MS).toISOString().slice(0, 10)

/** The Beijing wall time 'HH:MM:SS' of a UTC instant in milliseconds. */
export const beijingTime = (ms: number): string => new Date(ms + OFFSET_MS).toISOString().slice(11, 19)

const TIME = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/

/** UTC milliseconds of a Beijing date and wall time 'HH:MM' or 'HH:MM:SS'; throws RangeError when either is malformed. */
export const beijingInstant = (date: string, time: string): number => {
  const match = TIME.exec(time)
  if (!match || !isDate(date)) throw new RangeError(`not a Beijing instant: ${date} ${time}`)
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)
  return epochDay(date) * DAY_MS + seconds * 1000 - OFFSET_MS
}
