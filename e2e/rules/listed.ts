/** Sections of RULES.md whose rules must stand as rows, or among those left out. */
export const SECTIONS = [1, 2, 3, 4, 5, 6, 8, 10, 11] as const
export type Section = (typeof SECTIONS)[number]

/** Numbers of tables that give a rule no name of its own: § 6 counts its signals. */
const UNNAMED: Partial<Record<Section, string>> = { 6: 'COL' }

const NAME = /^(?:[A-Z]{2,4}(?:-[A-Z]+)*(?:-\d+|(?<=-(?:AVG|DOWN|AB|MIN|LINEAR|PIECE|RATIO)))|F\d+)$/
/** The sentence that names rules which stand in tables without a column of names. */
const SENTENCE = /^Ids of rows without one in [^:]*: (.*)$/m

const sectionsOf = (text: string): [number, string][] =>
  text
    .split(/^## /m)
    .slice(1)
    .map((part) => [Number.parseInt(part, 10), part])

const namesInSentence = (text: string, events: readonly string[]): string[] =>
  text.split(/[;,]/).flatMap((part) => {
    const [name = ''] = part.trim().replace(/\.$/, '').split(' ')
    return name === 'TIM-<calculator' ? events.map((event) => `TIM-${event}`) : NAME.test(name) ? [name] : []
  })

/** The names of all rules of the sections, as the text of RULES.md lists them; `events` are the steps of § 2.2 that have a date. */
export const rulesListed = (text: string, events: readonly string[]): Record<Section, string[]> => {
  const found = Object.fromEntries(SECTIONS.map((section) => [section, [] as string[]])) as Record<Section, string[]>
  for (const [number, part] of sectionsOf(text)) {
    const list = found[number as Section]
    if (!list) continue
    const prefix = UNNAMED[number as Section]
    for (const [, cell = ''] of part.matchAll(/^\| ([^|]*?) \|/gm)) {
      if (NAME.test(cell)) list.push(cell)
      else if (prefix && /^\d+[a-z]?$/.test(cell)) list.push(`${prefix}-${cell}`)
    }
    list.push(...namesInSentence(SENTENCE.exec(part)?.[1] ?? '', events))
  }
  for (const section of SECTIONS) found[section] = [...new Set(found[section])]
  // § 2 names formulas whose table stands in § 5.
  found[2] = found[2].filter((name) => !found[5].includes(name))
  return found
}
