import { DEMO_DAYS_BACK } from '../../start/first-start.ts'

/**
 * The demo city's days, counted from its first: when each project's notice is published. Whatever today is, the law puts a
 * deadline 20 to 31 days behind a notice (a holiday of nine days, and a day more where the 20th is met exactly); so the
 * three that are told to their end have it behind them today, and that of `bidding` lies ahead.
 */
export const SCHEDULE = { contracted: 32, notOpened: 62, awarded: 86, evaluating: 87, bidding: 104 } as const

/** The day that is today, when the story meets the real clock. */
export const TODAY = DEMO_DAYS_BACK
