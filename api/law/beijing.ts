/**
 * Beijing dates and instants. China keeps UTC+8 all year, so plain arithmetic is exact; the time zone of the process or of
 * the visitor's browser never decides a legal date (DAY-8).
 */
const DAY_MS = 86_400_000
const OFFSET_MS = 8 * 3_600_000

const DASH = 45
const ZERO = 48

/** The two digits at a place, NaN when they are none. */
const two = (text: string, at: number): number => {
  const [tens, units] = [text.charCodeAt(at) - ZERO, text.charCodeAt(at + 1) - ZERO]
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : Number.NaN
}

/** True for a real day written YYYY-MM-DD: '2026-02-30' is none. */
export const isDate = (text: string): boolean => {
  const month = two(text, 5)
  const day = two(text, 8)
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31)) return false
  const shaped = text.length === 10 && text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH
  return shaped && !Number.isNaN(two(text, 0) + two(text, 2)) && dateOf(epochDay(text)) === text
}

/** Days since 1970-01-01; throws RangeError on anything but YYYY-MM-DD. */
export const epochDay = (date: string): number => {
  const year = two(date, 0) * 100 + two(date, 2)
  const [month, day] = [two(date, 5), two(date, 8)]
  const shaped = date.length === 10 && date.charCodeAt(4) === DASH && date.charCodeAt(7) === DASH
  if (!shaped || Number.isNaN(year + month + day)) throw new RangeError(`not a date: ${date}`)
  return daysTo(year, month, day)
}

/**
 * Days between 1970-01-01 and a day of the Gregorian calendar, by whole numbers (Howard Hinnant's days_from_civil): a year
 * counted from March has its leap day at its end.
 */
const daysTo = (year: number, month: number, day: number): number => {
  const [y, m] = month > 2 ? [year, month - 3] : [year - 1, month + 9]
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = Math.floor((153 * m + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

/** The day number of a first of January. */
export const newYear = (year: number): number => daysTo(year, 1, 1)

const padded = (n: number): string => (n < 10 ? `0${n}` : String(n))

/** The way back: the date of a day number. */
export const dateOf = (days: number): string => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  )
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const m = Math.floor((5 * ofYear + 2) / 153)
  const day = ofYear - Math.floor((153 * m + 2) / 5) + 1
  const month = m < 10 ? m + 3 : m - 9
  const full = year + era * 400 + (month <= 2 ? 1 : 0)
  return `${full < 1000 ? String(full).padStart(4, '0') : full}-${padded(month)}-${padded(day)}`
}

/** The date n calendar days later (earlier when n is negative). */
export const addDays = (date: string, n: number): string => dateOf(epochDay(date) + n)

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number => epochDay(to) - epochDay(from)

/** 0 = Sunday … 6 = Saturday. */
export const weekday = (date: string): number => weekdayOf(epochDay(date))

/** The same for a day number. */
export const weekdayOf = (days: number): number => (((days + 4) % 7) + 7) % 7

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
