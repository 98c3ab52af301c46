import type { Lang } from './text.ts'

/** Every instant of the house is shown in Beijing time, which has no summer time: a fixed +08:00. */
const BEIJING = 8 * 3_600_000

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
