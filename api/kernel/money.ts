/** Money is integer 分 as bigint; in JSON a decimal string of 分. */
export type Fen = bigint

const YUAN = /^(\d{1,13})(?:\.(\d{1,2}))?$/

/** "1234.5" (yuan, at most 2 decimals) → 123450n; null when it is not such an amount. */
export const fenFromYuan = (text: string): Fen | null => {
  const match = YUAN.exec(text)
  if (match === null) return null
  return BigInt(match[1] ?? '0') * 100n + BigInt((match[2] ?? '').padEnd(2, '0'))
}

/** 123450n → "1234.50". */
export const yuanFromFen = (fen: Fen): string => {
  const sign = fen < 0n ? '-' : ''
  const digits = (fen < 0n ? -fen : fen).toString().padStart(3, '0')
  return `${sign}${digits.slice(0, -2)}.${digits.slice(-2)}`
}
