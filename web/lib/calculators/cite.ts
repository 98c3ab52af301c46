import type { Basis } from '../../../api/law/contract.ts'
import { regulations } from '../../../api/law/regulations.ts'
import type { Lang } from '../i18n/text.ts'

const byTitle = new Map<string, { short: string; en: string }>(
  Object.entries(regulations).map(([short, { zh, en }]) => [zh, { short, en }]),
)

/** '56, 57, 68' → '56、57、68' in Chinese; '59(3)' is item 3 of article 59. */
const numbers = (article: string, lang: Lang): string =>
  lang === 'en' ? article : article.replace(/, /g, '、').replace(/\((\d+)\)/g, '条第$1项')

/** A basis in full: 「政府采购货物和服务招标投标管理办法（财政部令第87号）第55条」. */
export const basisText = ({ regulation, article }: Pick<Basis, 'regulation' | 'article'>, lang: Lang) =>
  joined(lang === 'en' ? (byTitle.get(regulation)?.en ?? regulation) : regulation, article, lang)

const joined = (title: string, article: string, lang: Lang): string => {
  if (article === '') return title
  if (lang === 'en') return /^\d/.test(article) ? `${title}, art. ${article}` : `${title}, ${article}`
  if (!/^\d/.test(article)) return `${title}${article}`
  const said = numbers(article, lang)
  return said.includes('条') ? `${title}第${said}` : `${title}第${said}条`
}

/** '19号' says nothing alone: 「财库〔2022〕19号」; '87号令' is known by that name. */
const shortName = (regulation: string, lang: Lang): string => {
  const known = byTitle.get(regulation)
  if (!known) return regulation
  if (lang === 'en') return /\((\D[^)]*)\)$/.exec(known.en)?.[1] ?? known.en
  return (/^\d+号$/.test(known.short) && /（([^（）]+)）$/.exec(regulation)?.[1]) || known.short
}

/** The same, short, for beside a step: 「87号令第55条」, 'MOF Order 87, art. 55'. */
export const shortText = ({ regulation, article }: Pick<Basis, 'regulation' | 'article'>, lang: Lang): string =>
  joined(shortName(regulation, lang), article, lang)

/** '87号令 55' as a reason or a refusal cites it. */
export const citedText = (citation: string, lang: Lang): string => {
  const cut = citation.indexOf(' ')
  const [name, article] = cut < 0 ? [citation, ''] : [citation.slice(0, cut), citation.slice(cut + 1)]
  const known = (regulations as Readonly<Record<string, { zh: string }>>)[name]
  return shortText({ regulation: known?.zh ?? name, article }, lang)
}
