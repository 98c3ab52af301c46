import { readFileSync } from 'node:fs'
import { restrictions, sentencesOf } from '../../api/law/fair-competition.ts'
import { governed } from '../../api/law/fair-competition-polarity.ts'
import { visitFeatures } from '../../api/law/fair-competition-reading.ts'

/** A labelled sentence and who wrote it: what one author's sentences teach is tried on another's. */
export type Labelled = { text: string; rules: string[]; author: string }

export const seen = (): Labelled[] =>
  JSON.parse(readFileSync(new URL('../corpus/fair-competition-seen.json', import.meta.url), 'utf8'))

/** Features and the numbers of the rules that they offend; `null` while it is open which sentence of a text does. */
export type Sample = { text: string; features: readonly number[]; rules: readonly number[] }

export const featuresOf = (sentence: string): number[] => {
  const keys = new Set<number>()
  visitFeatures(sentence, (key) => keys.add(key))
  return [...keys]
}
export const sampleOf = (text: string, rules: readonly number[]): Sample => ({
  text,
  features: featuresOf(text),
  rules,
})

export const numbersOf = (rules: readonly string[]): number[] =>
  rules.map((rule) => (restrictions as readonly string[]).indexOf(rule))

/** A text by its sentences. */
export const partsOf = ({ text, rules }: Labelled): { sentences: string[]; rules: number[] } => ({
  sentences: sentencesOf(text)
    .map(([from, to]) => text.slice(from, to).trim())
    .filter((sentence) => sentence.length > 1),
  rules: numbersOf(rules),
})

/** Looks random and is the same in every run (Knuth's linear congruence). */
export const dice = (seed: number): ((sides: number) => number) => {
  let state = seed
  return (sides) => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return Math.floor((state / 4_294_967_296) * sides)
  }
}

/** Sentences joined from two: who restricts twice offends both rules, who adds something lawful does not restrict less. */
export const joined = (samples: readonly Sample[], pairs: number): Sample[] => {
  const roll = dice(20_261_129)
  const short = samples.filter(({ text }) => text.length < 60)
  const guilty = short.filter(({ rules }) => rules.length > 0)
  const lawful = short.filter(({ rules }) => rules.length === 0)
  const draw = (from: readonly Sample[]): Sample => from[roll(from.length)] as Sample
  const join = (a: Sample, b: Sample) => sampleOf(`${a.text}，${b.text}`, [...new Set([...a.rules, ...b.rules])])
  return Array.from({ length: pairs }, () => {
    const [a, b, c, d] = [draw(guilty), draw(guilty), draw(lawful), draw(lawful)]
    const mixed = governed(c.text) ? [] : [join(c, a)]
    return [join(a, b), ...mixed, join(c, d)]
  }).flat()
}
