import * as z from 'zod'
import { basisOf, calculator, moneyText, ruleFor } from './contract.ts'

const DIGITS = '零壹贰叁肆伍陆柒捌玖'
const PLACES = ['', '拾', '佰', '仟']

/** Up to four digits: 1001 → 壹仟零壹. */
const section = (value: number): string => {
  let text = ''
  let gap = false
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(value / 10 ** place) % 10
    if (digit === 0) gap = text !== ''
    else {
      text += `${gap ? '零' : ''}${DIGITS.charAt(digit)}${PLACES[place]}`
      gap = false
    }
  }
  return text
}

/** Whole yuan without 元. A 零 stands wherever the lower part does not fill its leading place. */
const whole = (value: bigint): string => {
  for (const [unit, name] of [
    [100_000_000n, '亿'],
    [10_000n, '万'],
  ] as const) {
    if (value < unit) continue
    const rest = value % unit
    return `${whole(value / unit)}${name}${rest > 0n && rest < unit / 10n ? '零' : ''}${whole(rest)}`
  }
  return section(Number(value))
}

/** '100000.05' → 壹拾万元零伍分 (支付结算办法, annex 1: 整 after 元 and after 角 that ends the amount). */
export const toCapitals = (amount: string): string => {
  const [yuan = '0', part = ''] = amount.split('.')
  const [jiao = 0, fen = 0] = [...part.padEnd(2, '0')].map(Number)
  const value = BigInt(yuan)
  if (value === 0n && jiao === 0 && fen === 0) return '零元整'
  const head = value === 0n ? '' : `${whole(value)}元`
  if (jiao === 0 && fen === 0) return `${head}整`
  if (fen === 0) return `${head}${DIGITS.charAt(jiao)}角整`
  const dimes = jiao === 0 ? (head === '' ? '' : '零') : `${DIGITS.charAt(jiao)}角`
  return `${head}${dimes}${DIGITS.charAt(fen)}分`
}

const VALUES: Readonly<Record<string, bigint>> = { 拾: 10n, 佰: 100n, 仟: 1000n }
const SPELLING: Readonly<Record<string, string>> = {
  圆: '元',
  正: '整',
  萬: '万',
  億: '亿',
  貳: '贰',
  叄: '叁',
  參: '叁',
  陸: '陆',
  〇: '零',
  两: '贰',
}

const parseWhole = (text: string): bigint | null => {
  for (const [name, unit] of [
    ['亿', 100_000_000n],
    ['万', 10_000n],
  ] as const) {
    const at = text.lastIndexOf(name)
    if (at < 0) continue
    const high = parseWhole(text.slice(0, at))
    const low = at + 1 === text.length ? 0n : parseWhole(text.slice(at + 1))
    return high === null || low === null || low >= unit ? null : high * unit + low
  }
  let total = 0n
  let digit: bigint | null = null
  for (const symbol of text) {
    const place = VALUES[symbol]
    const value = DIGITS.indexOf(symbol)
    if (place !== undefined) {
      total += (digit ?? 1n) * place
      digit = null
    } else if (value >= 0) {
      if (digit !== null && digit !== 0n) return null
      digit = BigInt(value)
    } else return null
  }
  return total + (digit ?? 0n)
}

/** 壹拾万元零伍分 → '100000.05'; null when the text is no amount in capitals. A leading 人民币 is passed over. */
export const fromCapitals = (text: string): string | null => {
  const plain = [...text.trim().replace(/^人民币[:：]?/, '')].map((symbol) => SPELLING[symbol] ?? symbol).join('')
  const match = /^(?:([^元角分整]+)元)?(?:零?([零壹贰叁肆伍陆柒捌玖])角)?(?:零?([壹贰叁肆伍陆柒捌玖])分)?整?$/.exec(
    plain,
  )
  if (!match || (match[1] ?? match[2] ?? match[3]) === undefined) return null
  const yuan = match[1] === undefined ? 0n : parseWhole(match[1])
  if (yuan === null) return null
  const jiao = DIGITS.indexOf(match[2] ?? '零')
  const fen = DIGITS.indexOf(match[3] ?? '零')
  const part = `${jiao}${fen}`.replace(/0+$/, '')
  return `${yuan}${part ? `.${part}` : ''}`
}

/** `POST /api/calculators/capital-amount`. */
export const capitalAmount = calculator(z.strictObject({ amount: moneyText }), ({ amount }, context) => ({
  capitals: toCapitals(amount),
  basis: basisOf(ruleFor('CAP-1', context)),
}))
