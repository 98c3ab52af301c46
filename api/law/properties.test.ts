import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fromCapitals, toCapitals } from './capitals.ts'
import {
  add,
  compare,
  decimal,
  divide,
  fromFen,
  multiply,
  rational,
  subtract,
  toFen,
  toFixed,
  toShortest,
} from './decimal.ts'
import { type CalculatorName, calculate } from './index.ts'
import { isUscc, usccCheckDigit } from './uscc.ts'

const context = { today: '2026-11-23' }
const ask = <T>(name: CalculatorName, body: object): T => {
  const answer = calculate(name, body, context)
  assert.ok(!('problem' in answer), JSON.stringify(answer))
  return answer as T
}
const fen = fc.bigInt({ min: 1n, max: 10n ** 13n })
const prices = fc.array(fc.integer({ min: 1, max: 10_000_000 }), { minLength: 1, maxLength: 12 })
type Scored = { base: string; bids: { id: string; score: string; evaluatedPrice: string }[] }

const sizes = ['large', 'medium', 'small', 'micro'] as const
const scoreAll = (list: readonly number[], scale = 1n): Scored =>
  ask('price-score', {
    regime: 'GP',
    method: 'lowest-price-first',
    object: 'goods',
    weight: '0.35',
    smeRate: '0.15',
    bids: list.map((price, i) => ({
      id: `b${i}`,
      price: toShortest(fromFen(BigInt(price) * scale)),
      size: sizes[price % 4],
    })),
  })

test('decimals: exact, half-up, and back again', () => {
  assert.equal(toFixed(decimal('0.125'), 2), '0.13')
  assert.equal(toFixed(decimal('1.005'), 2), '1.01')
  assert.equal(toFixed(decimal('-1.005'), 2), '-1.01')
  assert.equal(toShortest(divide(rational(1n), rational(3n))), '0.3333')
  assert.equal(toShortest(decimal('2.500')), '2.5')
  assert.throws(() => decimal('1e5'), RangeError)
  assert.throws(() => divide(rational(1n), rational(0n)), RangeError)
  fc.assert(
    fc.property(fen, fen, (a, b) => {
      const [x, y] = [fromFen(a), fromFen(b)]
      assert.equal(toFen(decimal(toShortest(x))), a)
      assert.equal(compare(subtract(add(x, y), y), x), 0)
      assert.equal(compare(multiply(divide(x, y), y), x), 0)
    }),
  )
})

test('price scores are bounded, monotone, and blind to the unit of money', () => {
  fc.assert(
    fc.property(prices, fc.bigInt({ min: 2n, max: 1000n }), (list, scale) => {
      const { bids } = scoreAll(list)
      for (const bid of bids) assert.ok(Number(bid.score) >= 0 && Number(bid.score) <= 35)
      assert.ok(bids.some((bid) => bid.score === '35.00'))
      const ordered = [...bids].sort((a, b) => compare(decimal(a.evaluatedPrice), decimal(b.evaluatedPrice)))
      ordered.forEach((bid, i) => {
        const next = ordered[i + 1]
        if (next) assert.ok(compare(decimal(bid.score), decimal(next.score)) >= 0)
      })
      assert.deepEqual(
        scoreAll(list, scale).bids.map((bid) => bid.score),
        bids.map((bid) => bid.score),
      )
    }),
  )
})

test('the order of the bids changes nothing', () => {
  const entry = fc.record({
    total: fc.integer({ min: 0, max: 12 }).map(String),
    price: fc.integer({ min: 1, max: 5 }).map(String),
    brand: fc.option(fc.constantFrom('X', 'Y'), { nil: undefined }),
  })
  const method = fc.constantFrom('lowest-price', 'comprehensive')
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 10 }), method, fc.nat(), (entries, by, turn) => {
      const bids = entries.map(({ brand, ...rest }, i) => ({ id: `b${i}`, ...rest, ...(brand ? { brand } : {}) }))
      const cut = turn % bids.length
      const shuffled = [...bids.slice(cut).reverse(), ...bids.slice(0, cut)]
      type Ranked = {
        order: string[][]
        invalid: unknown[]
        notCandidate: unknown[]
        undecided: string[][]
        effective: number
      }
      const sorted = ({ undecided, ...rest }: Ranked) => ({
        ...rest,
        undecided: undecided.map((group) => group.join()).sort(),
      })
      const one = ask<Ranked>('ranking', { method: by, bids, minimum: 1 })
      assert.deepEqual(sorted(one), sorted(ask<Ranked>('ranking', { method: by, bids: shuffled, minimum: 1 })))
      const placed = [...one.order.flat(), ...one.invalid, ...one.notCandidate].length
      const onlyOpen = one.undecided.flat().filter((id) => !one.order.flat().includes(id)).length
      assert.equal(placed + onlyOpen, bids.length)
    }),
  )
})

test('benchmark scores are bounded and do not depend on the order or the unit', () => {
  fc.assert(
    fc.property(prices, (list) => {
      const body = (factor: number, turned: boolean) => {
        const bids = list.map((price, i) => ({ id: `b${i}`, price: String(price * factor) }))
        return {
          full: '50',
          up: '1',
          down: '0.5',
          formula: { kind: 'average-down', trim: 'standard', delta: '0.02' },
          bids: turned ? bids.reverse() : bids,
        }
      }
      const scored = (factor: number, turned: boolean) =>
        ask<Scored>('benchmark', body(factor, turned))
          .bids.map(({ id, score }) => `${id} ${score}`)
          .sort()
      const plain = scored(1, false)
      assert.deepEqual(scored(7, false), plain)
      assert.deepEqual(scored(1, true), plain)
      for (const line of plain) assert.ok(Number(line.split(' ')[1]) >= 0 && Number(line.split(' ')[1]) <= 50)
    }),
  )
})

test('capitals can be read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 17n }), (amount) => {
      const text = toShortest(fromFen(amount))
      assert.equal(fromCapitals(toCapitals(text)), text, toCapitals(text))
    }),
  )
})

test('one wrong symbol never passes the check digit', () => {
  const symbols = '0123456789ABCDEFGHJKLMNPQRTUWXY'
  const digit = fc.integer({ min: 0, max: 9 })
  fc.assert(
    fc.property(fc.array(digit, { minLength: 17, maxLength: 17 }), fc.nat(17), digit, (digits, at, other) => {
      const body = digits.join('')
      const code = body + usccCheckDigit(body)
      assert.ok(isUscc(code))
      const wrong = code.slice(0, at) + symbols.charAt(other) + code.slice(at + 1)
      assert.equal(isUscc(wrong), wrong === code)
    }),
  )
})

test('timed bidding: nothing after the end, every accepted price above the one before', () => {
  const bid = fc.record({ at: fc.integer({ min: 0, max: 2000 }), price: fc.integer({ min: 90, max: 200 }) })
  fc.assert(
    fc.property(fc.array(bid, { maxLength: 30 }), (list) => {
      const bids = list.map((item, i) => ({ id: `b${i}`, at: item.at, price: String(item.price) }))
      const answer = ask<{ accepted: string[]; rejected: unknown[]; end: number; winner?: string }>('timed-bidding', {
        startPrice: '100',
        increment: '5',
        window: 240,
        bids,
      })
      const taken = answer.accepted.map((id) => bids.find((item) => item.id === id))
      taken.forEach((item, i) => {
        assert.ok(item && item.at < answer.end)
        assert.ok(i === 0 || Number(item.price) > Number(taken[i - 1]?.price))
      })
      assert.equal(taken.length + answer.rejected.length, bids.length)
      assert.equal(answer.winner, answer.accepted.at(-1))
      assert.ok(answer.end >= 240)
    }),
  )
})

test('works scores are bounded, fall with the distance from the base, and no rejected bid moves them', () => {
  const scoring = fc.constantFrom(
    { kind: 'linear' },
    { kind: 'ratio' },
    {
      kind: 'piece',
      steps: [
        { upTo: '3', perPercent: '0.5' },
        { upTo: '10', perPercent: '1.5' },
      ],
    },
  )
  const rejected = fc.array(fc.integer({ min: 10_000_001, max: 99_000_000 }), { maxLength: 5 })
  fc.assert(
    fc.property(prices, rejected, scoring, (list, above, by) => {
      const bids = list.map((price, i) => ({ id: `b${i}`, price: String(price) }))
      const formula = { kind: 'average', trim: 'standard' }
      const body = { full: '50', up: '1', down: '0.5', scoring: by, ceiling: '10000000', formula }
      const told = ask<Scored>('benchmark', { ...body, bids })
      const scored = told.bids.map(({ score }, i) => ({ price: list[i] ?? 0, score: Number(score) }))
      for (const { score } of scored) assert.ok(score >= 0 && score <= 50)
      const dearer = scored.filter(({ price }) => price >= Number(told.base)).sort((a, b) => a.price - b.price)
      for (const [i, one] of dearer.entries()) assert.ok(one.score <= (dearer[i - 1]?.score ?? 50))
      const others = above.map((price, i) => ({ id: `r${i}`, price: String(price) }))
      const later = ask<Scored & { rejected: string[] }>('benchmark', { ...body, bids: [...bids, ...others] })
      assert.deepEqual([later.base, later.bids], [told.base, told.bids])
      assert.equal(later.rejected.length, others.length)
    }),
  )
})

type RankedTender = {
  order: string[][]
  invalid: unknown[]
  notCandidate: unknown[]
  undecided: string[][]
  effective: number
  outcome: string
  basis: { rule: string; article: string }[]
}

/** Points and prices that often meet, so that ties and brands really occur. */
const tender = fc.record({
  method: fc.constantFrom('lowest-price', 'comprehensive'),
  bids: fc
    .array(
      fc.record({
        total: fc.integer({ min: 6000, max: 6012 }).map((n) => (n / 100).toFixed(2)),
        price: fc.integer({ min: 1, max: 6 }).map(String),
        brand: fc.option(fc.constantFrom('X', 'Y', 'Z'), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 8 },
    )
    .map((bids) => bids.map(({ brand, ...bid }, i) => ({ id: `b${i}`, ...bid, ...(brand ? { brand } : {}) }))),
})

test('ten thousand random tenders: ranked the same in any order, each bid placed once and each place explained', () => {
  fc.assert(
    fc.property(tender, ({ method, bids }) => {
      const told = ask<RankedTender>('ranking', { method, bids })
      const turned = ask<RankedTender>('ranking', { method, bids: [...bids].reverse() })
      assert.deepEqual(turned.order, told.order)
      assert.deepEqual([turned.outcome, turned.effective], [told.outcome, told.effective])
      assert.ok(told.basis.some(({ rule }) => rule === 'PRC-3'))
      assert.equal(told.outcome, told.effective < 3 ? 'failed' : 'continue')
      if (told.outcome === 'failed') assert.deepEqual(told.order, [])
      const placed = told.order.flat()
      assert.equal(new Set(placed).size, placed.length)
      for (const group of told.order.filter((one) => one.length > 1))
        assert.ok(told.undecided.some((one) => String(one) === String(group)))
      const key = (id: string | undefined) => {
        const bid = bids.find((one) => one.id === id)
        return method === 'lowest-price' ? [Number(bid?.price)] : [-Number(bid?.total), Number(bid?.price)]
      }
      told.order.forEach(([one], i) => {
        const [before, after] = [key(told.order[i - 1]?.[0]), key(one)]
        if (i === 0) return
        const worse = before.findIndex((value, at) => value !== after[at])
        assert.ok(worse >= 0 && (before[worse] ?? 0) < (after[worse] ?? 0), 'each rank is worse than the one before')
      })
    }),
    { numRuns: 10_000 },
  )
})
