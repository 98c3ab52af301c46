import type { Finding } from '../../law/findings.ts'
import { type RegulationKey, regulations } from '../../law/regulations.ts'

export type { Finding } from '../../law/findings.ts'

/** A block of this feature's own, where the law has words but no figure that a row could hold. */
export const block = (
  code: string,
  field: string,
  cited: { regulation: RegulationKey; article: string; rule?: string } | null,
  words: { zh: string; en: string; satisfyZh: string; satisfyEn: string; value?: string },
): Finding => ({
  code,
  field,
  severity: 'block',
  rule: cited?.rule ?? '',
  regulation: cited ? regulations[cited.regulation].zh : '',
  article: cited?.article ?? '',
  message: { zh: words.zh, en: words.en },
  satisfy: { zh: words.satisfyZh, en: words.satisfyEn },
  ...(words.value === undefined ? {} : { value: words.value }),
})

/** The same findings under another path: `ceiling` of lot 0 is `lots.0.ceiling`. */
export const under = (path: string, findings: readonly Finding[], names: Record<string, string> = {}): Finding[] =>
  findings.map((one) => ({ ...one, field: `${path}.${names[one.field] ?? one.field}` }))
