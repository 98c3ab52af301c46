import { page } from '$app/state'
import { fill, type Lang, type Params } from './text.ts'
import type { MessageKey } from './zh-CN.ts'

/** The message in the page's language. The server sent only this language, and only this route group. */
export const t = (key: MessageKey, params?: Params): string => {
  const { words, groupWords, pageWords } = page.data
  return fill(pageWords?.[key] ?? groupWords?.[key] ?? words?.[key] ?? key, params)
}

/** The page's language, for the formatters. */
export const lang = (): Lang => page.data.lang ?? 'zh-CN'
