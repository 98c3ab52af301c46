import type { LawContext } from '../../api/law/contract.ts'
import { type Hit, restrictions } from '../../api/law/fair-competition.ts'

/** The day on which all fourteen rules are in force. */
export const CONTEXT = { today: '2026-11-23' }

type Screen = (text: string, context: LawContext) => readonly Hit[]
type Labelled = { text: string; rules: string[] }

/** Only a restriction is an alarm; what is told to be looked at (RULES §11: 「参考品牌…或相当于」, a promise) is none. */
export const alarmsIn = (text: string, screen: Screen): Set<string> =>
  new Set(screen(text, CONTEXT).flatMap(({ rule, severity }) => (severity === 'block' ? [rule] : [])))

export const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)

/** Labels of each text against what is found in it, rule by rule: how many were told, found, and both. */
export const figuresOf = (texts: readonly Labelled[], screen: Screen, rules: readonly string[] = restrictions) => {
  const figures = { both: 0, found: 0, told: 0 }
  for (const { text, rules: told } of texts) {
    const found = alarmsIn(text, screen)
    for (const rule of rules) {
      if (found.has(rule)) figures.found += 1
      if (told.includes(rule)) figures.told += 1
      if (found.has(rule) && told.includes(rule)) figures.both += 1
    }
  }
  return figures
}
