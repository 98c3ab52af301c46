import type { PageName } from './names.ts'
import { benchmark } from './steps/benchmark.ts'
import { depositCap, depositRefund, latePayment } from './steps/money.ts'
import { arithmeticCorrection, capitalAmount, fairCompetition, smeReservation, uscc } from './steps/other.ts'
import { abnormallyLow, priceScore, priceWeight } from './steps/price.ts'
import { ranking, timedBidding } from './steps/rank.ts'
import { committee, decryptionFailure, minimumBidders } from './steps/review.ts'
import { intentionDue, period, timetable } from './steps/time.ts'
import type { Case, Presenter, Working } from './working.ts'

const PRESENTERS: Readonly<Record<PageName, unknown>> = {
  period,
  timetable,
  'intention-due': intentionDue,
  'price-score': priceScore,
  benchmark,
  ranking,
  'arithmetic-correction': arithmeticCorrection,
  'abnormally-low': abnormallyLow,
  'price-weight': priceWeight,
  'timed-bidding': timedBidding,
  committee,
  'minimum-bidders': minimumBidders,
  'decryption-failure': decryptionFailure,
  'deposit-cap': depositCap,
  'deposit-refund': depositRefund,
  'late-payment': latePayment,
  'sme-reservation': smeReservation,
  'fair-competition': fairCompetition,
  'capital-amount': capitalAmount,
  uscc,
}

/** The working of an answer. The body passed its schema and the answer is that calculator's, which no type can follow here. */
export const present = (name: PageName, asked: Case<unknown, object>): Working =>
  (PRESENTERS[name] as Presenter<unknown, object>)(asked)
