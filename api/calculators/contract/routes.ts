import { defineRoute, jsonAnswer, jsonBody, type z } from '../../kernel/http.ts'
import { type CalculatorName, calculators } from '../../law/index.ts'
import { answers } from './answers.ts'

/** One question to the law: public, and answered by the very functions that decide inside the platform. */
const calculatorRoute = <N extends CalculatorName, Q extends z.ZodType, A extends z.ZodType>(
  name: N,
  summary: string,
  request: Q,
  answer: A,
) =>
  defineRoute({
    method: 'post',
    path: `/calculators/${name}`,
    'x-who': 'anyone',
    summary,
    request: { ...jsonBody(request) },
    responses: { 200: jsonAnswer(answer, 'the answer and the rules that gave it') },
  })

export const period = calculatorRoute('period', 'The last day of a period', calculators.period.request, answers.period)
export const timetable = calculatorRoute(
  'timetable',
  'The date that the law derives from an event',
  calculators.timetable.request,
  answers.timetable,
)
export const priceScore = calculatorRoute(
  'price-score',
  'Evaluated prices and price scores, lowest price first',
  calculators['price-score'].request,
  answers['price-score'],
)
export const benchmark = calculatorRoute(
  'benchmark',
  'Benchmark and price scores of a works tender',
  calculators.benchmark.request,
  answers.benchmark,
)
export const ranking = calculatorRoute(
  'ranking',
  'Ranking, ties and same brand',
  calculators.ranking.request,
  answers.ranking,
)
export const arithmeticCorrection = calculatorRoute(
  'arithmetic-correction',
  'Arithmetic correction of a price',
  calculators['arithmetic-correction'].request,
  answers['arithmetic-correction'],
)
export const abnormallyLow = calculatorRoute(
  'abnormally-low',
  'Prices that must be explained',
  calculators['abnormally-low'].request,
  answers['abnormally-low'],
)
export const committee = calculatorRoute(
  'committee',
  'Is an evaluation committee lawful?',
  calculators.committee.request,
  answers.committee,
)
export const minimumBidders = calculatorRoute(
  'minimum-bidders',
  'What too few bidders lead to',
  calculators['minimum-bidders'].request,
  answers['minimum-bidders'],
)
export const priceWeight = calculatorRoute(
  'price-weight',
  'Is a weight of the price lawful?',
  calculators['price-weight'].request,
  answers['price-weight'],
)
export const decryptionFailure = calculatorRoute(
  'decryption-failure',
  'What becomes of a bid that was not decrypted',
  calculators['decryption-failure'].request,
  answers['decryption-failure'],
)
export const depositCap = calculatorRoute(
  'deposit-cap',
  'The most that a deposit or a supplement may be',
  calculators['deposit-cap'].request,
  answers['deposit-cap'],
)
export const depositRefund = calculatorRoute(
  'deposit-refund',
  'When a deposit must be back, and the interest if late',
  calculators['deposit-refund'].request,
  answers['deposit-refund'],
)
export const latePayment = calculatorRoute(
  'late-payment',
  'When an SME must be paid, and the interest if late',
  calculators['late-payment'].request,
  answers['late-payment'],
)
export const smeReservation = calculatorRoute(
  'sme-reservation',
  'What is reserved for small and medium enterprises',
  calculators['sme-reservation'].request,
  answers['sme-reservation'],
)
export const intentionDue = calculatorRoute(
  'intention-due',
  'When an intention is due',
  calculators['intention-due'].request,
  answers['intention-due'],
)
export const timedBidding = calculatorRoute(
  'timed-bidding',
  'Timed bidding: which bids hold and when it ends',
  calculators['timed-bidding'].request,
  answers['timed-bidding'],
)
export const fairCompetition = calculatorRoute(
  'fair-competition',
  'Clauses that restrict competition',
  calculators['fair-competition'].request,
  answers['fair-competition'],
)
export const capitalAmount = calculatorRoute(
  'capital-amount',
  'An amount in Chinese capitals',
  calculators['capital-amount'].request,
  answers['capital-amount'],
)
export const uscc = calculatorRoute(
  'uscc',
  'Is a unified social credit identifier well formed?',
  calculators.uscc.request,
  answers.uscc,
)
