import { t } from '../i18n/t.ts'
import type { MessageKey } from '../i18n/zh-CN.ts'

/** A role in words; an unknown one as it is. */
export const roleText = (role: string): string => {
  const key = `role.${role}`
  const said = t(key as MessageKey)
  return said === key ? role : said
}
