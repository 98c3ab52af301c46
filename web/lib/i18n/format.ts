import type { Lang } from './text.ts'

/** Every instant of the house is shown in Beijing time, which has no summer time: a fixed +08:00. */
const BEIJING = 8 * 3_600_000
const DAY = 86_400_000
const WEEKDAYS = {
  'zh-CN': ['星期日', '星期一', '星期二', '星期三', '星期四', '星期五', '星期六'],
  en: ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'],
} as const
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
] as const

export type Instant = string | number | Date

const ms = (instant: Instant): number => (typeof instant === 'number' ? instant : new Date(instant).getTime())
const wall = (instant: Instant): string => new Date(ms(instant) + BEIJING).toISOString()

/** '2026-11-26' of an instant, in Beijing. */
export const beijingDate = (instant: Instant): string => wall(instant).slice(0, 10)
/** '09:00:00' of an instant, in Beijing; `minute` gives '09:00', `ms` gives '09:00:00.418'. */
export const beijingClock = (instant: Instant, to: Precision = 'second'): string =>
  wall(instant).slice(11, to === 'minute' ? 16 : to === 'second' ? 19 : 23)

export type Precision = 'minute' | 'second' | 'ms'

/** '2026-11-26 09:00:00': for columns whose head already says Beijing time. */
export const instantShort = (instant: Instant, to: Precision = 'second'): string =>
  `${beijingDate(instant)} ${beijingClock(instant, to)}`

/** '2026-11-26 09:00:00（北京时间）' */
export const instant = (value: Instant, lang: Lang, to: Precision = 'second'): string =>
  lang === 'en' ? `${instantShort(value, to)} (Beijing time)` : `${instantShort(value, to)}（北京时间）`

/** Machine form for <time datetime>, with the offset written out. */
export const instantIso = (value: Instant): string => `${wall(value).slice(0, 19)}+08:00`

/** A calendar date 'YYYY-MM-DD' in words: '2026年11月23日 星期一', 'Monday 23 November 2026'. */
export const dateWords = (date: string, lang: Lang): string => {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const weekday = WEEKDAYS[lang][new Date(Date.UTC(year, month - 1, day)).getUTCDay()]
  return lang === 'en' ? `${weekday} ${day} ${MONTHS[month - 1]} ${year}` : `${year}年${month}月${day}日 ${weekday}`
}

/** Instant of '2026-12-01 09:00' read as Beijing time, ISO UTC; null when it is no such time. Full-width forms pass. */
export const parseBeijing = (text: string): string | null => {
  const plain = text
    .normalize('NFKC')
    .trim()
    .replace(/[年月/.]/g, '-')
    .replace(/日/g, '')
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(plain)
  if (match === null) return null
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map((n) => Number(n ?? 0))
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  const back = new Date(at)
  const same = back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return same ? new Date(at - BEIJING).toISOString() : null
}

/** Days between two calendar dates. */
export const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / DAY

const group = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',')

/** 分 → '1,234.56'. Money is a decimal string of 分 in JSON; never a float. */
export const yuan = (fen: string | bigint): string => {
  const value = BigInt(fen)
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0')
  return `${value < 0n ? '−' : ''}${group(digits.slice(0, -2))}.${digits.slice(-2)}`
}

/** 分 → '1,234.56元', 'CNY 1,234.56' */
export const money = (fen: string | bigint, lang: Lang): string =>
  lang === 'en' ? `CNY ${yuan(fen)}` : `${yuan(fen)}元`

/** 分 → '1,280万元', '0.5万元'; exact: digits are never rounded away. English has no 万, so it gets the full amount. */
export const wan = (fen: string | bigint, lang: Lang): string => {
  if (lang === 'en') return money(fen, lang)
  const value = BigInt(fen)
  const digits = (value < 0n ? -value : value).toString().padStart(7, '0')
  const rest = digits.slice(-6).replace(/0+$/, '')
  return `${value < 0n ? '−' : ''}${group(digits.slice(0, -6))}${rest ? `.${rest}` : ''}万元`
}

/** Whole numbers with separators. */
export const count = (n: number | bigint): string => group(String(n))

/** Bytes → '214 KB', '24.6 MB': decimal units, as file managers show them. */
export const fileSize = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length)
  const value = bytes / 1000 ** power
  return `${power === 1 ? Math.round(value) : value.toFixed(1)} ${units[power - 1]}`
}

/** A stretch of time in words: '2天22小时35分', '47分12秒', '38秒'. */
export const duration = (millis: number, lang: Lang): string =>
  splitDuration(millis)
    .map(({ value, unit }) => (lang === 'en' ? `${value} ${EN_UNITS[unit]}` : `${value}${ZH_UNITS[unit]}`))
    .join(lang === 'en' ? ' ' : '')

export type Unit = 'day' | 'hour' | 'minute' | 'second'
export const ZH_UNITS: Record<Unit, string> = { day: '天', hour: '小时', minute: '分', second: '秒' }
export const EN_UNITS: Record<Unit, string> = { day: 'd', hour: 'h', minute: 'min', second: 's' }

/** The parts worth showing: days–hours–minutes, hours–minutes, minutes–seconds, or seconds. */
export const splitDuration = (millis: number): { value: string; unit: Unit }[] => {
  const total = Math.max(0, Math.floor(millis / 1000))
  const [d, h, m, s] = [
    Math.floor(total / 86_400),
    Math.floor(total / 3600) % 24,
    Math.floor(total / 60) % 60,
    total % 60,
  ]
  const part = (value: number, unit: Unit, pad = false) => ({
    value: pad ? String(value).padStart(2, '0') : `${value}`,
    unit,
  })
  if (d > 0) return [part(d, 'day'), part(h, 'hour'), part(m, 'minute')]
  if (h > 0) return [part(h, 'hour'), part(m, 'minute')]
  if (m > 0) return [part(m, 'minute'), part(s, 'second', true)]
  return [part(s, 'second')]
}
