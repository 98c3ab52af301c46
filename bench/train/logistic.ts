import { dice, type Sample } from './corpus.ts'

/** Weights of one yes-or-no question (or of several at once): of feature f for question q at [f × questions + q]. */
export type Fitted = {
  index: ReadonlyMap<number, number>
  weights: Float64Array
  biases: Float64Array
  counts: Int32Array
}
type Options = {
  questions: number
  /** The numbers of the questions that a sample answers with yes. */
  yes: (sample: Sample) => readonly number[]
  uses: (key: number) => boolean
  favour: number
}

/**
 * Rounds over all samples, the last of them averaged; step; pull towards nought; how often a feature must be seen; what is right
 * enough. More rounds or longer steps know the corpus better and new authors worse (`npm run train -- --cross`).
 */
const [RUNS, EPOCHS, MEAN_OF, RATE, DECAY, LEAST, ENOUGH] = [5, 12, 6, 0.05, 0.003, 2, 1e-3]

/** Features that were seen more than once, by number, and how often. */
const indexOf = (samples: readonly Sample[], uses: Options['uses']) => {
  const seen = new Map<number, number>()
  for (const { features } of samples) for (const key of features) seen.set(key, (seen.get(key) ?? 0) + 1)
  const kept = [...seen].filter(([key, count]) => count >= LEAST && uses(key))
  return { index: new Map(kept.map(([key], i) => [key, i])), counts: Int32Array.from(kept, ([, count]) => count) }
}

/** How much a feature tells: the greatest of its log ratios between yes and no (Wang and Manning 2012). */
const tellingOf = (
  lists: readonly Int32Array[],
  yes: readonly (readonly number[])[],
  counts: Int32Array,
  questions: number,
) => {
  const hits = new Float64Array(counts.length * questions).fill(0.5)
  const totals = new Float64Array(questions).fill(1)
  for (const [s, list] of lists.entries())
    for (const q of yes[s] ?? []) {
      totals[q] = (totals[q] ?? 0) + 1
      for (const f of list) hits[f * questions + q] = (hits[f * questions + q] ?? 0) + 1
    }
  return Float64Array.from(counts, (count, f) => {
    let most = 0
    for (let q = 0; q < questions; q++) {
      const [hit, total] = [hits[f * questions + q] ?? 0, totals[q] ?? 0]
      const ratio = hit / total / ((count + 1.5 - hit) / (lists.length - total + 1))
      most = Math.max(most, Math.abs(Math.log(ratio)))
    }
    return Math.min(most, 4) / 2
  })
}

/** What a run learns from: features by number, the answers to their questions, how much each feature tells. */
type Lesson = {
  lists: readonly Int32Array[]
  answers: readonly (readonly number[])[]
  telling: Float64Array
  favour: number
}
type Means = { weights: Float64Array; biases: Float64Array }

const add = (to: Float64Array, from: Float64Array): void => {
  for (const [i, one] of from.entries()) to[i] = (to[i] as number) + one / (MEAN_OF * RUNS)
}

/** Logistic regression, one feature vector after another in an order that looks random, with steps that shrink (Adagrad). */
const run = ({ lists, answers, telling, favour }: Lesson, means: Means, seed: number): void => {
  const [questions, weights] = [means.biases.length, new Float64Array(means.weights.length)]
  const travelled = new Float64Array(weights.length).fill(1e-4)
  const biases = new Float64Array(questions).fill(questions > 1 ? -2 : 0)
  const moved = new Float64Array(questions).fill(1e-2)
  const learn = (list: Int32Array, answer: readonly number[], q: number) => {
    let sum = biases[q] as number
    for (const f of list) sum += (weights[f * questions + q] as number) * (telling[f] as number)
    const told = answer.includes(q) ? 1 : 0
    const wrong = (1 / (1 + Math.exp(-sum)) - told) * (told ? favour : 1)
    if (Math.abs(wrong) < ENOUGH) return
    moved[q] = (moved[q] as number) + wrong * wrong
    biases[q] = (biases[q] as number) - (RATE * wrong) / Math.sqrt(moved[q] as number)
    for (const f of list) {
      const at = f * questions + q
      const slope = wrong * (telling[f] as number) + DECAY * (weights[at] as number)
      travelled[at] = (travelled[at] as number) + slope * slope
      weights[at] = (weights[at] as number) - (RATE * slope) / Math.sqrt(travelled[at] as number)
    }
  }
  const roll = dice(seed)
  const order = lists.map((_, i) => i)
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    shuffle(order, roll)
    for (const s of order) for (let q = 0; q < questions; q++) learn(lists[s] as Int32Array, answers[s] ?? [], q)
    if (epoch <= EPOCHS - MEAN_OF) continue
    add(means.biases, biases)
    add(means.weights, weights)
  }
}

/** The mean of several runs, each in its own order: what one order happens to teach is not kept. */
export const fit = (samples: readonly Sample[], { questions, yes, uses, favour }: Options): Fitted => {
  const { index, counts } = indexOf(samples, uses)
  const lists = samples.map(({ features }) => Int32Array.from(features.flatMap((key) => index.get(key) ?? [])))
  const answers = samples.map(yes)
  const telling = tellingOf(lists, answers, counts, questions)
  const means = { weights: new Float64Array(counts.length * questions), biases: new Float64Array(questions) }
  for (let seed = 1; seed <= RUNS; seed++) run({ lists, answers, telling, favour }, means, seed * 7)
  const weights = means.weights.map((weight, i) => weight * (telling[Math.floor(i / questions)] as number))
  return { index, counts, weights, biases: means.biases }
}

const shuffle = (order: number[], roll: (sides: number) => number): void => {
  for (let i = order.length - 1; i > 0; i--) {
    const j = roll(i + 1)
    ;[order[i], order[j]] = [order[j] as number, order[i] as number]
  }
}

/** The features that decide most over all samples. */
export const heaviest = ({ index, weights, counts }: Fitted, most: number): ReadonlySet<number> => {
  const questions = weights.length / Math.max(1, counts.length)
  const worth = (f: number): number => {
    let top = 0
    for (let q = 0; q < questions; q++) top = Math.max(top, Math.abs(weights[f * questions + q] as number))
    return top * Math.sqrt(counts[f] as number)
  }
  const ranked = [...index].map(([key, f]) => ({ key, worth: worth(f) })).sort((a, b) => b.worth - a.worth)
  return new Set(ranked.slice(0, most).map(({ key }) => key))
}
