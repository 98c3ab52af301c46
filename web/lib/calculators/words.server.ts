import { words } from '../i18n/load.server.ts'
import type { Lang } from '../i18n/text.ts'
import type { Words } from '../i18n/zh-CN.ts'
import { teller } from './say.ts'

/** All sentences of the calculators, for the server. */
export const calculatorTexts = (lang: Lang): Readonly<Record<string, string>> =>
  words(lang, 'calculators') as Readonly<Record<string, string>>

/** The few words that the pages themselves say. */
export const frameWords = (lang: Lang): Words =>
  Object.fromEntries(
    Object.entries(calculatorTexts(lang)).filter(([key]) => key.startsWith('calc.ui.') || key.startsWith('calc.plan.')),
  ) as Words

export const tellerOf = (lang: Lang) => teller(calculatorTexts(lang), lang)
