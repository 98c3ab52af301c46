import { regulations } from '../../../api/law/regulations.ts'
import type { Lang } from '../i18n/text.ts'

/** '87号令 16' as the API cites it → '87号令第16条', 'Order 87, art. 16'. An article that is no number stays as it is. */
export const articleText = (citation: string, lang: Lang): string => {
  const cut = citation.lastIndexOf(' ')
  const [name, article] = cut < 0 ? [citation, ''] : [citation.slice(0, cut), citation.slice(cut + 1)]
  const known = (regulations as Record<string, { en: string } | undefined>)[name]
  if (lang === 'en') return `${known?.en ?? name}${article ? `, art. ${article}` : ''}`
  return /^\d+$/.test(article) ? `${name}第${article}条` : `${name}${article}`
}
