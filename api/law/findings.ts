import { regulationName } from './regulations.ts'
import type { Bilingual, Row, Severity } from './rows/schema.ts'

/**
 * What a check found: `block` stops the act, `warn` asks for a recorded reason, `info` only tells. `message` states the fact,
 * `satisfy` what would make it lawful, `value` the same for a form that offers to fill it in.
 */
export type Finding = {
  code: string
  severity: Severity
  rule: string
  regulation: string
  article: string
  field: string
  message: Bilingual
  satisfy: Bilingual
  value?: string
}

export type Found = {
  code: string
  field: string
  message: Bilingual
  satisfy: Bilingual
  value?: string
  severity?: Severity
}

/** A finding that cites its row; the row's severity unless the case says otherwise. */
export const finding = (row: Row, found: Found): Finding => ({
  severity: row.severity,
  ...found,
  rule: row.id,
  regulation: regulationName(row),
  article: row.article,
})

export const blocks = (findings: readonly Finding[]): boolean => findings.some((item) => item.severity === 'block')
