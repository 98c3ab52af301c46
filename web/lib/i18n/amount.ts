import { grouped } from './number.ts'
import type { Lang } from './text.ts'

/** 分 → '1,234.56'. Money is a decimal string of 分 in JSON; never a float. */
export const yuan = (fen: string | bigint): string => {
  const value = BigInt(fen)
  const digits = (value < 0n ? -value : value).toString().padStart(3, '0')
  return `${value < 0n ? '−' : ''}${grouped(digits.slice(0, -2))}.${digits.slice(-2)}`
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
  return `${value < 0n ? '−' : ''}${grouped(digits.slice(0, -6))}${rest ? `.${rest}` : ''}万元`
}

/** Bytes → '214 KB', '24.6 MB': decimal units, as file managers show them. */
export const fileSize = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length)
  const value = bytes / 1000 ** power
  return `${power === 1 ? Math.round(value) : value.toFixed(1)} ${units[power - 1]}`
}
