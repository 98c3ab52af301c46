import { LEVELS, modelOf, RULES, type Spelt, symbolsOf } from '../../api/law/fair-competition-model.ts'
import { spellingOf } from '../../api/law/fair-competition-reading.ts'
import { joined, type Labelled, partsOf, type Sample, sampleOf } from './corpus.ts'
import { type Fitted, fit, heaviest } from './logistic.ts'

/** How many features the model keeps for its two questions, and how fine its weights are. */
export const SIZE = { restricts: 2500, topics: 3000, pairs: 800, scale: 12, topicScale: 4, caution: 0.6, second: 0 }
export type Size = typeof SIZE

/** What can be written into the model's file between blanks and quotes. */
const isSpellable = (key: number): boolean => !/[\s\d`\\$-]/.test(spellingOf(key))
/** The topic is told by single words; whether a sentence restricts, by how words stand together. */
const isTopical = (key: number): boolean =>
  isSpellable(key) && !(spellingOf(key).startsWith('@') && spellingOf(key).length === 3)

type Uses = { restricts: (key: number) => boolean; topics: (key: number) => boolean }

const fitBoth = (samples: readonly Sample[], pairs: number, uses: Uses) => {
  const all = [...samples, ...joined(samples, pairs)]
  const guilty = all.filter(({ rules }) => rules.length > 0)
  return {
    restricts: fit(all, {
      questions: 1,
      yes: ({ rules }) => (rules.length > 0 ? [0] : []),
      uses: uses.restricts,
      favour: 1,
    }),
    topics: fit(guilty, { questions: RULES, yes: ({ rules }) => rules, uses: uses.topics, favour: 2 }),
  }
}
type Both = ReturnType<typeof fitBoth>

/** Twice: once to know what weighs, once with nothing else. */
const fitSmall = (samples: readonly Sample[], size: Size): Both => {
  const wide = fitBoth(samples, size.pairs, { restricts: isSpellable, topics: isTopical })
  const [restricts, topics] = [heaviest(wide.restricts, size.restricts), heaviest(wide.topics, size.topics)]
  return fitBoth(samples, size.pairs, { restricts: (key) => restricts.has(key), topics: (key) => topics.has(key) })
}

const at = ({ weights, biases }: Fitted, f: number, q: number): number => weights[f * biases.length + q] as number

const spell = ({ restricts, topics }: Both, size: Size): Spelt => {
  const level = (weight: number): number => {
    const far = LEVELS.map((one) => Math.abs(one - weight * size.topicScale))
    return far.indexOf(Math.min(...far))
  }
  return {
    BIASES: [
      Math.round(((restricts.biases[0] ?? 0) - size.caution) * size.scale),
      ...Array.from(topics.biases, (bias) => Math.round((bias - size.second) * size.topicScale * 10) / 10),
    ],
    RESTRICTS: [...restricts.index]
      .map(([key, f]) => ({ spelt: spellingOf(key), weight: Math.round(at(restricts, f, 0) * size.scale) }))
      .flatMap(({ spelt, weight }) => (weight === 0 ? [] : [`${spelt}${weight}`]))
      .join(' '),
    TOPICS: [...topics.index]
      .map(([key, f]) => spellingOf(key) + symbolsOf(Array.from({ length: RULES }, (_, q) => level(at(topics, f, q)))))
      .join(' '),
  }
}

/** Counts a model: first from the texts of one sentence, then from all, each rule given to the sentence that offends it most. */
export const train = (texts: readonly Labelled[], size: Size = SIZE): Spelt => {
  const parts = texts.map(partsOf)
  const isPlain = ({ sentences, rules }: (typeof parts)[number]) => sentences.length === 1 || rules.length === 0
  const plain = parts.filter(isPlain).flatMap(({ sentences, rules }) => sentences.map((one) => sampleOf(one, rules)))
  const first = modelOf(spell(fitSmall(plain, { ...size, pairs: 0 }), size))
  const rest = parts
    .filter((part) => !isPlain(part))
    .flatMap(({ sentences, rules }) => {
      const scores = sentences.map((one) => ({ restricts: first.restricts(one), topics: first.topicsOf(one) }))
      const worth = (i: number, rule: number) =>
        (scores[i]?.restricts ?? 0) / size.scale + (0.7 * (scores[i]?.topics[rule] ?? 0)) / size.topicScale
      const places = sentences.map((_, i) => i)
      const guilty = (rule: number) => places.toSorted((a, b) => worth(b, rule) - worth(a, rule))[0]
      return sentences.map((one, i) =>
        sampleOf(
          one,
          rules.filter((rule) => guilty(rule) === i),
        ),
      )
    })
  return spell(fitSmall([...plain, ...rest], size), size)
}
