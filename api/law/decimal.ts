/**
 * Exact numbers. Law compares to the last digit (`42 < 44`, `54.00 is not < 54`), so nothing here ever touches a float:
 * a value is a reduced fraction of two bigints, rounded at most once, at the end (RULES §0.2).
 */
export type Rational = { readonly n: bigint; readonly d: bigint }

/** Whole numbers up to here are exact as floats too, and Euclid runs ten times faster on them. */
const EXACT = BigInt(Number.MAX_SAFE_INTEGER)

const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b]
  while (x > EXACT || y > EXACT) {
    if (y === 0n) return x
    ;[x, y] = [y, x % y]
  }
  let [m, n] = [Number(x), Number(y)]
  while (n !== 0) [m, n] = [n, m % n]
  return BigInt(m)
}

/** n / d, reduced; throws RangeError when d is 0. */
export const rational = (n: bigint, d = 1n): Rational => {
  if (d === 0n) throw new RangeError('division by zero')
  const [top, bottom] = d < 0n ? [-n, -d] : [n, d]
  if (bottom === 1n) return { n: top, d: bottom }
  const g = gcd(top, bottom)
  return g > 1n ? { n: top / g, d: bottom / g } : { n: top, d: bottom }
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/

/** Parses '1234.56'; throws RangeError on anything that is not a plain decimal. */
const POWERS = Array.from({ length: 20 }, (_, i) => 10n ** BigInt(i))
const power = (places: number): bigint => POWERS[places] ?? 10n ** BigInt(places)

export const decimal = (text: string): Rational => {
  const match = DECIMAL.exec(text)
  if (!match) throw new RangeError(`not a decimal: ${text}`)
  const [, sign, whole = '', part = ''] = match
  const value = BigInt(whole + part)
  return rational(sign ? -value : value, power(part.length))
}

export const zero = rational(0n)
export const one = rational(1n)
export const hundred = rational(100n)

export const add = (a: Rational, b: Rational): Rational =>
  a.d === b.d ? rational(a.n + b.n, a.d) : rational(a.n * b.d + b.n * a.d, a.d * b.d)
export const subtract = (a: Rational, b: Rational): Rational => rational(a.n * b.d - b.n * a.d, a.d * b.d)
export const multiply = (a: Rational, b: Rational): Rational => rational(a.n * b.n, a.d * b.d)
export const divide = (a: Rational, b: Rational): Rational => rational(a.n * b.d, a.d * b.n)
export const absolute = (a: Rational): Rational => (a.n < 0n ? { n: -a.n, d: a.d } : a)
export const sum = (values: readonly Rational[]): Rational => values.reduce(add, zero)

/** Negative, zero or positive, as `sort` wants it. */
export const compare = (a: Rational, b: Rational): number => {
  if (a.d === b.d) return a.n < b.n ? -1 : a.n > b.n ? 1 : 0
  const left = a.n * b.d
  const right = b.n * a.d
  return left < right ? -1 : left > right ? 1 : 0
}
export const lowest = (a: Rational, b: Rational): Rational => (compare(a, b) <= 0 ? a : b)
export const highest = (a: Rational, b: Rational): Rational => (compare(a, b) >= 0 ? a : b)
export const isEqual = (a: Rational, b: Rational): boolean => a.n === b.n && a.d === b.d

/** Rounded half-up (away from zero at the half) to an integer count of 10^-places. */
const scaled = (value: Rational, places: number): bigint => {
  const n = (value.n < 0n ? -value.n : value.n) * power(places)
  const rounded = (2n * n + value.d) / (2n * value.d)
  return value.n < 0n ? -rounded : rounded
}

const print = (count: bigint, places: number): string => {
  const digits = (count < 0n ? -count : count).toString().padStart(places + 1, '0')
  const whole = digits.slice(0, digits.length - places)
  const part = places === 0 ? '' : `.${digits.slice(digits.length - places)}`
  return `${count < 0n ? '-' : ''}${whole}${part}`
}

/** Exactly `places` decimals, half-up: toFixed(1/8, 2) = '0.13'. */
export const toFixed = (value: Rational, places: number): string => print(scaled(value, places), places)

/** Decimals needed to write the value exactly, or null when it never ends. */
const exactPlaces = (value: Rational): number | null => {
  let rest = value.d
  if (rest === 1n) return 0
  let [twos, fives] = [0, 0]
  for (; rest % 2n === 0n; rest /= 2n) twos++
  for (; rest % 5n === 0n; rest /= 5n) fives++
  return rest === 1n ? Math.max(twos, fives) : null
}

/** The shortest exact decimal; a value that never ends is given half-up to `places` decimals (CALCULATORS.md: 4). */
export const toShortest = (value: Rational, places = 4): string => toFixed(value, exactPlaces(value) ?? places)

/** 分 (bigint) as yuan. */
export const fromFen = (fen: bigint): Rational => rational(fen, 100n)

/** Yuan to 分, half-up. */
export const toFen = (yuan: Rational): bigint => scaled(yuan, 2)

/** '1234.56' yuan for 123456 分. */
export const yuanOf = (fen: bigint): string => toShortest(fromFen(fen))
