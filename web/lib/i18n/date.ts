import type { Lang } from './text.ts'

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
