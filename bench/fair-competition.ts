import { readFileSync } from 'node:fs'
import { restrictions, screenText } from '../api/law/fair-competition.ts'
import type { Figure } from './run.ts'
import { alarmsIn, figuresOf, share } from './train/figures.ts'

type Labelled = { text: string; rules: string[] }

const TARGET = 0.9

/**
 * Precision and recall on the half of the corpus that the screen's author has not seen: labels of one sentence are compared rule
 * by rule. Prints numbers only, never a sentence, so that running it teaches nobody the answers.
 */
export const benchFairCompetition = async (): Promise<Figure[]> => {
  const file = new URL('./corpus/fair-competition-held-out.json', import.meta.url)
  const labelled = JSON.parse(readFileSync(file, 'utf8')) as Labelled[]
  for (const rule of restrictions) {
    const { both, found, told } = figuresOf(labelled, screenText, [rule])
    console.log(`${rule.padEnd(4)} labelled ${told}, found ${found}, both ${both}`)
  }
  const lawful = labelled.filter(({ rules }) => rules.length === 0)
  const alarms = lawful.filter(({ text }) => alarmsIn(text, screenText).size > 0).length
  console.log(`lawful ${lawful.length}, alarms among them ${alarms}`)
  const { both, found, told } = figuresOf(labelled, screenText)
  const figure = (name: string, value: number): Figure => ({ name, value, unit: '', ratio: value, target: TARGET })
  return [figure('precision, unseen half', share(both, found)), figure('recall, unseen half', share(both, told))]
}
