import type { Basis } from '../../../api/law/contract.ts'
import { regulations } from '../../../api/law/regulations.ts'
import type { Lang } from '../i18n/text.ts'

const byTitle = new Map<string, { short: string; en: string }>(
  Object.entries(regulations).map(([short, { zh, en }]) => [zh, { short, en }]),
)

/** '56, 57, 68' → '第56、57、68条'; '59(3)' → '第59条第3项', '6(4)(5)' → '第6条第4项、第5项'. */
const articles = (text: string): string => {
  if (/^[\d, ]+$/.test(text)) return `第${text.replace(/, /g, '、')}条`
  const one = (part: string) => {
    const [article = '', ...items] = part.split(/[()]+/).filter((piece) => piece !== '')
    return `第${article}条${items.map((item) => `第${item}项`).join('、')}`
  }
  return text.split(', ').map(one).join('、')
}

/** A basis in full: 「政府采购货物和服务招标投标管理办法（财政部令第87号）第55条」. */
export const basisText = ({ regulation, article }: Pick<Basis, 'regulation' | 'article'>, lang: Lang) =>
  joined(lang === 'en' ? (byTitle.get(regulation)?.en ?? regulation) : regulation, article, lang)

const joined = (title: string, article: string, lang: Lang): string => {
  if (article === '') return title
  if (lang === 'en') return /^\d/.test(article) ? `${title}, art. ${article}` : `${title}, ${article}`
  return /^\d/.test(article) ? `${title}${articles(article)}` : `${title}${article}`
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
