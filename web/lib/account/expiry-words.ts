import { instant } from '../i18n/instant.ts'
import type { Lang } from '../i18n/text.ts'
import type { Expiring } from './expiry.ts'

/** Words of an expiring certificate, shared by several groups' pages; both languages stand together, see lib/signing. */
const TITLES = {
  over: { 'zh-CN': '证书已到期', en: 'The certificate has expired' },
  days: { 'zh-CN': '证书将在{n}天内到期', en: 'The certificate expires within {n} days' },
  day: { 'zh-CN': '证书将在1天内到期', en: 'The certificate expires within a day' },
  deadline: { 'zh-CN': '证书在投标截止前到期', en: 'The certificate expires before the deadline' },
  opening: {
    'zh-CN': '证书在开标解密结束前到期',
    en: 'The certificate expires before decryption at the opening is over',
  },
} as const satisfies Record<string, Record<Lang, string>>

const WHAT = {
  'zh-CN': '请尽快向证书机构换发，并在「单位与证书」绑定新证书。',
  en: 'Renew it with its authority soon, and bind the new one under “Organisation and certificates”.',
} as const
const OPENING = {
  'zh-CN': '换发后由同一单位的新证书签名解密；恢复文件仍要用旧证书文件或恢复口令打开，请都保管好。',
  en: 'After renewal the new certificate of the same organisation signs the release; the recovery file still needs the old certificate file or the passphrase: keep both.',
} as const

export const expiryTitle = ({ level, before, days }: Expiring, lang: Lang): string => {
  if (level === 'over') return TITLES.over[lang]
  if (before) return TITLES[before][lang]
  return days <= 1 ? TITLES.day[lang] : TITLES.days[lang].replace('{n}', String(days))
}

/** Whose certificate it is, of its distinguished name. */
const holder = (subject: string): string => /(?:^|,\s*)CN=([^,]+)/.exec(subject)?.[1] ?? subject

export const expiryText = ({ subject, notAfter, before, level }: Expiring, lang: Lang): string => {
  const name = holder(subject)
  const until =
    lang === 'en' ? `${name}: valid until ${instant(notAfter, lang)}.` : `${name}，有效期至${instant(notAfter, lang)}。`
  const more = before === 'opening' && level !== 'over' ? OPENING[lang] : WHAT[lang]
  return lang === 'en' ? `${until} ${more}` : until + more
}
