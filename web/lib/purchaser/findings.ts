import type { Lang } from '../i18n/text.ts'

/** A finding of the law as the API sends it. */
export type LawFinding = {
  code: string
  severity: 'block' | 'warn' | 'info'
  rule: string
  regulation: string
  article: string
  field: string
  message: { zh: string; en: string }
  satisfy: { zh: string; en: string }
  value?: string | undefined
}
export type Fault = { field: string; code: string; message?: string | undefined }

const short = (lang: Lang) => (lang === 'en' ? 'en' : 'zh')

/** 「87号令 第十六条」 as cited, empty where the rule is the platform's own. */
export const cite = (one: { regulation: string; article: string }, lang: Lang): string => {
  // a notice of few paragraphs has no articles
  if (one.regulation === '' || one.article === '') return one.regulation
  if (lang === 'en') return `${one.regulation} art. ${one.article}`
  // 6(2): article six, item two
  const [, article = one.article, items = ''] = /^([^(]+)((?:\(\d+\))+)$/.exec(one.article) ?? []
  return `${one.regulation}第${article}条${items.replace(/\((\d+)\)/g, '第$1项')}`
}

/** The fact, what satisfies, and the article: one sentence for beside the field and for the summary. */
export const findingText = (one: LawFinding, lang: Lang): string => {
  const article = cite(one, lang)
  const [semi, open, close] = lang === 'en' ? ['; ', ' (', ')'] : ['；', '（', '）']
  return `${one.message[short(lang)]}${semi}${one.satisfy[short(lang)]}${article && `${open}${article}${close}`}`
}

/** What stands beside a field: the first block, else nothing; a warning is shown apart. */
export const blockAt = (findings: readonly LawFinding[], field: string, lang: Lang): string | undefined => {
  const found = findings.find((one) => one.field === field && one.severity === 'block')
  return found && findingText(found, lang)
}
