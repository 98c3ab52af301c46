import { en } from './en.ts'
import type { Lang } from './text.ts'
import { type Group, type Words, zhCN } from './zh-CN.ts'

/** All messages of one group in one language; only server loads call this, so the page gets nothing else. */
export const words = (lang: Lang, group: Group): Words => (lang === 'en' ? en : zhCN)[group]
