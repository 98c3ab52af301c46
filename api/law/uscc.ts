import * as z from 'zod'
import { basisOf, calculator, ruleFor } from './contract.ts'

/** GB 32100: 31 symbols, no I, O, S, V, Z. */
const SYMBOLS = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]

export type UsccReason = 'length' | 'character' | 'region' | 'check-digit'

/** The 18th symbol that the first 17 call for; throws RangeError on a symbol outside GB 32100. */
export const usccCheckDigit = (body: string): string => {
  const sum = WEIGHTS.reduce((total, weight, i) => {
    const value = SYMBOLS.indexOf(body.charAt(i) || '?')
    if (value < 0) throw new RangeError('symbol outside GB 32100')
    return total + value * weight
  }, 0)
  return SYMBOLS.charAt((31 - (sum % 31)) % 31)
}

/** Null when the code is a well-formed 统一社会信用代码, else what is wrong with it. */
export const usccProblem = (code: string): UsccReason | null => {
  if (code.length !== 18) return 'length'
  if (![...code].every((symbol) => SYMBOLS.includes(symbol))) return 'character'
  if (!/^\d{6}$/.test(code.slice(2, 8))) return 'region'
  return usccCheckDigit(code.slice(0, 17)) === code.charAt(17) ? null : 'check-digit'
}

export const isUscc = (code: string): boolean => usccProblem(code) === null

/** `POST /api/calculators/uscc`. */
export const uscc = calculator(z.strictObject({ code: z.string().max(64) }), ({ code }, context) => {
  const reason = usccProblem(code)
  return { valid: reason === null, ...(reason ? { reason } : {}), basis: basisOf(ruleFor('USCC-1', context)) }
})
