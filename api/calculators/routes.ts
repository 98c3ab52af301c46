import { createRouter } from '../kernel/http.ts'
import * as contract from './contract/routes.ts'
import { ask, type CalculatorDeps, malformed } from './service.ts'

const prices = (deps: CalculatorDeps) =>
  createRouter()
    .openapi(
      contract.priceScore,
      async (c) => c.json(await ask(deps)('price-score', c.req.valid('json')), 200),
      malformed('price-score'),
    )
    .openapi(
      contract.priceWeight,
      async (c) => c.json(await ask(deps)('price-weight', c.req.valid('json')), 200),
      malformed('price-weight'),
    )
    .openapi(
      contract.benchmark,
      async (c) => c.json(await ask(deps)('benchmark', c.req.valid('json')), 200),
      malformed('benchmark'),
    )
    .openapi(
      contract.ranking,
      async (c) => c.json(await ask(deps)('ranking', c.req.valid('json')), 200),
      malformed('ranking'),
    )
    .openapi(
      contract.arithmeticCorrection,
      async (c) => c.json(await ask(deps)('arithmetic-correction', c.req.valid('json')), 200),
      malformed('arithmetic-correction'),
    )
    .openapi(
      contract.abnormallyLow,
      async (c) => c.json(await ask(deps)('abnormally-low', c.req.valid('json')), 200),
      malformed('abnormally-low'),
    )
    .openapi(
      contract.timedBidding,
      async (c) => c.json(await ask(deps)('timed-bidding', c.req.valid('json')), 200),
      malformed('timed-bidding'),
    )

const datesAndMoney = (deps: CalculatorDeps) =>
  createRouter()
    .openapi(
      contract.period,
      async (c) => c.json(await ask(deps)('period', c.req.valid('json')), 200),
      malformed('period'),
    )
    .openapi(
      contract.timetable,
      async (c) => c.json(await ask(deps)('timetable', c.req.valid('json')), 200),
      malformed('timetable'),
    )
    .openapi(
      contract.intentionDue,
      async (c) => c.json(await ask(deps)('intention-due', c.req.valid('json')), 200),
      malformed('intention-due'),
    )
    .openapi(
      contract.depositCap,
      async (c) => c.json(await ask(deps)('deposit-cap', c.req.valid('json')), 200),
      malformed('deposit-cap'),
    )
    .openapi(
      contract.depositRefund,
      async (c) => c.json(await ask(deps)('deposit-refund', c.req.valid('json')), 200),
      malformed('deposit-refund'),
    )
    .openapi(
      contract.latePayment,
      async (c) => c.json(await ask(deps)('late-payment', c.req.valid('json')), 200),
      malformed('late-payment'),
    )
    .openapi(
      contract.smeReservation,
      async (c) => c.json(await ask(deps)('sme-reservation', c.req.valid('json')), 200),
      malformed('sme-reservation'),
    )

const decisionsAndTexts = (deps: CalculatorDeps) =>
  createRouter()
    .openapi(
      contract.committee,
      async (c) => c.json(await ask(deps)('committee', c.req.valid('json')), 200),
      malformed('committee'),
    )
    .openapi(
      contract.minimumBidders,
      async (c) => c.json(await ask(deps)('minimum-bidders', c.req.valid('json')), 200),
      malformed('minimum-bidders'),
    )
    .openapi(
      contract.decryptionFailure,
      async (c) => c.json(await ask(deps)('decryption-failure', c.req.valid('json')), 200),
      malformed('decryption-failure'),
    )
    .openapi(
      contract.fairCompetition,
      async (c) => c.json(await ask(deps)('fair-competition', c.req.valid('json')), 200),
      malformed('fair-competition'),
    )
    .openapi(
      contract.capitalAmount,
      async (c) => c.json(await ask(deps)('capital-amount', c.req.valid('json')), 200),
      malformed('capital-amount'),
    )
    .openapi(contract.uscc, async (c) => c.json(await ask(deps)('uscc', c.req.valid('json')), 200), malformed('uscc'))

export const calculatorRoutes = (deps: CalculatorDeps) =>
  createRouter().route('/', prices(deps)).route('/', datesAndMoney(deps)).route('/', decisionsAndTexts(deps))
