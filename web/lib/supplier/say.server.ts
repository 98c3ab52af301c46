import { words } from '../i18n/load.server.ts'
import { fill, type Lang, type Params } from '../i18n/text.ts'
import type { Group, MessageKey } from '../i18n/zh-CN.ts'

/** Messages of one group for a server load that must word something itself. */
export const sayIn =
  (lang: Lang, group: Group) =>
  (key: MessageKey, params?: Params): string =>
    fill(words(lang, group)[key] ?? key, params)
