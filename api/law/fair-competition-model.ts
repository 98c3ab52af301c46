import * as counted from './fair-competition-model.gen.ts'
import { keyOf, PAIR, visitFeatures, wholeWords } from './fair-competition-reading.ts'

/** Weights as they are kept: a bias for the first question and one for each rule, then features with their weights, spelt. */
export type Spelt = { BIASES: readonly number[]; RESTRICTS: string; TOPICS: string }
type Weights = { restricts: number; topics: readonly number[] | null; seen: number }

export const RULES = 14
/** What a feature can weigh for a rule: coarse where weights are large, so that two rules share one symbol. */
export const LEVELS = [-7, -4, -2, -1, 0, 1, 2, 4, 7] as const
const SYMBOLS = [...Array(94).keys()].map((i) => String.fromCharCode(33 + i)).filter((one) => !'$`\\'.includes(one))
/** From the numbers of the levels to their spelling, and back to what they weigh. */
export const symbolsOf = (levels: readonly number[]): string =>
  Array.from(
    { length: RULES / 2 },
    (_, i) => SYMBOLS[(levels[2 * i] ?? 0) * LEVELS.length + (levels[2 * i + 1] ?? 0)],
  ).join('')
const topicsIn = (symbols: string): number[] =>
  [...symbols].flatMap((symbol) => {
    const pair = SYMBOLS.indexOf(symbol)
    return [LEVELS[Math.floor(pair / LEVELS.length)] ?? 0, LEVELS[pair % LEVELS.length] ?? 0]
  })

const weightsOf = ({ RESTRICTS, TOPICS }: Spelt): Map<number, Weights> => {
  const known = new Map<number, Weights>()
  for (const entry of RESTRICTS.split(' ')) {
    const at = entry.search(/-?\d+$/)
    known.set(keyOf(entry.slice(0, at)), { restricts: Number(entry.slice(at)), topics: null, seen: -1 })
  }
  for (const entry of TOPICS.split(' ')) {
    const key = keyOf(entry.slice(0, -RULES / 2))
    const topics = topicsIn(entry.slice(-RULES / 2))
    known.set(key, { restricts: known.get(key)?.restricts ?? 0, topics, seen: -1 })
  }
  return known
}

const NEAR = 65_536
/** Single symbols by their code, then pairs of meanings: an array is asked faster than a map. */
const nearOf = (known: ReadonlyMap<number, Weights>): readonly (Weights | undefined)[] => {
  const near = new Array<Weights | undefined>(2 * NEAR).fill(undefined)
  for (const [key, one] of known)
    if (key < NEAR) near[key] = one
    else if (key >= PAIR) near[NEAR + key - PAIR] = one
  return near
}

/** Each symbol's share in the weight for a rule. */
type Give = (weights: Weights, start: number, end: number, start2: number, end2: number) => void

/**
 * Two questions to a sentence: does it restrict, and by which of the fourteen rules? Each feature (fair-competition-reading.ts) adds
 * its weight; above nought the answer is yes. The weights are counted from the labelled sentences of bench/corpus by `npm run train`.
 */
export const modelOf = (spelt: Spelt) => {
  const known = weightsOf(spelt)
  const near = nearOf(known)
  const [bias = 0, ...biases] = spelt.BIASES
  let reading = 0
  /** A feature counts once in a sentence, where it is first seen. */
  const weigh = (sentence: string, give: Give): void => {
    reading += 1
    visitFeatures(sentence, (key, start, end, start2, end2) => {
      const one = key < NEAR ? near[key] : key >= PAIR ? near[NEAR + key - PAIR] : known.get(key)
      if (one === undefined || one.seen === reading) return
      one.seen = reading
      give(one, start, end, start2, end2)
    })
  }
  const topicsOf = (sentence: string): number[] => {
    const sums = [...biases]
    weigh(sentence, ({ topics }) => {
      if (topics) for (let rule = 0; rule < RULES; rule++) sums[rule] = (sums[rule] ?? 0) + (topics[rule] ?? 0)
    })
    return sums
  }
  const restricts = (sentence: string): number => {
    let sum = bias
    weigh(sentence, (one) => {
      sum += one.restricts
    })
    return sum
  }
  return {
    restricts,
    topicsOf,
    /** The rules that a sentence offends, by number from 0: the likeliest always, others where they are likely by themselves. */
    offends: (sentence: string): number[] => {
      if (restricts(sentence) <= 0) return []
      return likely(topicsOf(sentence))
    },
    /** The words that carried the decision: the run of symbols with the most weight for the rule, and no word of it halved. */
    wordsFor: (sentence: string, rule: number): readonly [number, number] => {
      const shares = new Float64Array(sentence.length)
      weigh(sentence, (one, start, end, start2, end2) => {
        const weight = Math.max(0, one.restricts) + Math.max(0, one.topics?.[rule] ?? 0)
        spread(shares, weight / 2, start, end)
        spread(shares, weight / 2, start2, end2)
      })
      return wholeWords(sentence, ...heaviest(shares))
    },
  }
}
export type Model = ReturnType<typeof modelOf>
export const MODEL = modelOf(counted)

const likely = (sums: readonly number[]): number[] => {
  const most = Math.max(...sums)
  return sums.flatMap((sum, rule) => (sum === most || sum > 0 ? [rule] : []))
}

/** A weight over the symbols that it was given for. */
const spread = (shares: Float64Array, weight: number, start: number, end: number): void => {
  for (let at = start; at < end; at++) shares[at] = (shares[at] ?? 0) + weight / (end - start)
}

const heaviest = (shares: Float64Array): readonly [number, number] => {
  const mean = shares.reduce((sum, one) => sum + one, 0) / Math.max(1, shares.length)
  let [best, from, to] = [Number.NEGATIVE_INFINITY, 0, shares.length]
  let [sum, begun] = [0, 0]
  for (const [at, share] of shares.entries()) {
    if (sum <= 0) [sum, begun] = [0, at]
    sum += share - mean / 2
    if (sum > best) [best, from, to] = [sum, begun, at + 1]
  }
  return [from, to]
}
