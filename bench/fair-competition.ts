import { readFileSync } from 'node:fs'
import { restrictions, screenText } from '../api/law/fair-competition.ts'
import type { Figure } from './run.ts'

type Labelled = { text: string; rules: string[] }

const TARGET = 0.9
/** The day on which all fourteen rules are in force. */
const CONTEXT = { today: '2026-11-23' }

/** An info is told, not alarmed: it counts as no finding. */
const foundIn = (text: string): Set<string> =>
  new Set(screenText(text, CONTEXT).flatMap(({ rule, severity }) => (severity === 'info' ? [] : [rule])))

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)

/**
 * Precision and recall on the half of the corpus that the screen's author has not seen: labels of one sentence are compared rule
 * by rule. Prints numbers only, never a sentence, so that running it teaches nobody the answers.
 */
export const benchFairCompetition = async (): Promise<Figure[]> => {
  const file = new URL('./corpus/fair-competition-held-out.json', import.meta.url)
  const labelled = JSON.parse(readFileSync(file, 'utf8')) as Labelled[]
  const pairs = labelled.map(({ text, rules }) => ({ told: new Set(rules), found: foundIn(text) }))
  const count = (wanted: (one: (typeof pairs)[number], rule: string) => boolean, rules: readonly string[]) =>
    pairs.reduce((sum, one) => sum + rules.filter((rule) => wanted(one, rule)).length, 0)
  const figuresOf = (rules: readonly string[]) => {
    const both = count(({ told, found }, rule) => told.has(rule) && found.has(rule), rules)
    const found = count((one, rule) => one.found.has(rule), rules)
    const told = count((one, rule) => one.told.has(rule), rules)
    return { both, found, told }
  }
  for (const rule of restrictions) {
    const { both, found, told } = figuresOf([rule])
    console.log(`${rule.padEnd(4)} labelled ${told}, found ${found}, both ${both}`)
  }
  const lawful = pairs.filter(({ told }) => told.size === 0)
  const alarms = lawful.filter(({ found }) => found.size > 0).length
  console.log(`lawful ${lawful.length}, alarms among them ${alarms}`)
  const { both, found, told } = figuresOf(restrictions)
  const figure = (name: string, value: number): Figure => ({ name, value, unit: '', ratio: value, target: TARGET })
  return [figure('precision, unseen half', share(both, found)), figure('recall, unseen half', share(both, told))]
}
