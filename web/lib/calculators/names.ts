import { type CalculatorName, isCalculatorName } from '../../../api/law/index.ts'

/** The calculators by what people want to know; CALCULATORS.md names them. */
export const GROUPS = {
  time: ['period', 'timetable', 'intention-due'],
  price: [
    'price-score',
    'benchmark',
    'ranking',
    'arithmetic-correction',
    'abnormally-low',
    'price-weight',
    'timed-bidding',
  ],
  review: ['committee', 'minimum-bidders', 'decryption-failure'],
  money: ['deposit-cap', 'deposit-refund', 'late-payment'],
  other: ['sme-reservation', 'fair-competition', 'capital-amount', 'uscc'],
} as const

export type GroupName = keyof typeof GROUPS
export const GROUP_NAMES = Object.keys(GROUPS) as GroupName[]
/** Every calculator that has a page; one that the law does not answer yet has none. */
export type PageName = (typeof GROUPS)[GroupName][number]

/** Where a bidder may be tempted to type a price that nobody may know before the opening. */
const PRICED: readonly PageName[] = [
  'price-score',
  'benchmark',
  'ranking',
  'arithmetic-correction',
  'abnormally-low',
  'capital-amount',
]
export const takesPrices = (name: PageName): boolean => PRICED.includes(name)

export const PAGE_NAMES: readonly PageName[] = GROUP_NAMES.flatMap((group) => GROUPS[group] as readonly PageName[])

/** The name as the law knows it, or null: a page exists only for what is answered. */
export const answered = (name: string): (CalculatorName & PageName) | null =>
  isCalculatorName(name) && (PAGE_NAMES as readonly string[]).includes(name)
    ? (name as CalculatorName & PageName)
    : null
