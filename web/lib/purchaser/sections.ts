/** Sections of a tender draft in the order a purchaser thinks of them; lots have two of their own. */
export type Section = 'facts' | 'timetable' | 'lots' | `requirements-${number}` | `scoring-${number}`

const PATTERN = /^(?:(facts|timetable|lots)|(requirements|scoring)-([1-9]\d?))$/

/** What an address asks for: the kind of section and the lot's index; null for no section. */
export const readSection = (text: string): { kind: string; lot: number } | null => {
  const match = PATTERN.exec(text)
  return match ? { kind: match[1] ?? match[2] ?? '', lot: match[3] ? Number(match[3]) - 1 : 0 } : null
}

const TIMETABLE = new Set([
  ...['noticeEnds', 'documentsFrom', 'documentsTo', 'lastClarification', 'deadline', 'place'],
  ...['bidderWindowMinutes', 'trusteeWindowMinutes'],
])
const ASKED = new Set(['qualification', 'conformity', 'summaryFields', 'priceLines'])
const SCORED = new Set(['scoring', 'priceWeight'])

/** The section in which a field of the draft stands. */
export const sectionOf = (field: string): string => {
  const [head = '', index = '0', leaf = ''] = field.split('.')
  if (head === 'lots' && ASKED.has(leaf)) return `requirements-${Number(index) + 1}`
  if (head === 'lots' && SCORED.has(leaf)) return `scoring-${Number(index) + 1}`
  if (head === 'lots') return 'lots'
  if (head === 'files') return 'files'
  return TIMETABLE.has(head) ? 'timetable' : 'facts'
}

/** Where one goes on from a section. */
export const nextSection = (section: string, lots: number): string => {
  const order = [
    'facts',
    'timetable',
    'lots',
    ...Array.from({ length: lots }, (_, i) => [`requirements-${i + 1}`, `scoring-${i + 1}`]).flat(),
  ]
  const at = order.indexOf(section)
  return order[at + 1] ?? 'files'
}
