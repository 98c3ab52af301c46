import type { Lang } from '../i18n/text.ts'

/** Words of signing, shared by every role's pages; both languages stand together because the part is loaded on its own. */
const table = {
  file: { 'zh-CN': '证书文件（.p12或.pfx）', en: 'Certificate file (.p12 or .pfx)' },
  'file.hint': {
    'zh-CN': '文件只在本机浏览器中读取，不会上传，也不会保存。',
    en: 'The file is read in this browser only; it is neither uploaded nor kept.',
  },
  pin: { 'zh-CN': '证书口令', en: 'Certificate password' },
  busy: { 'zh-CN': '正在签名', en: 'Signing' },
  'file-none': { 'zh-CN': '请选择证书文件', en: 'Choose the certificate file' },
  'pin-none': { 'zh-CN': '请输入证书口令', en: 'Enter the certificate password' },
  'wrong-pin': { 'zh-CN': '证书口令不对，请重新输入', en: 'The certificate password is wrong. Enter it again.' },
  'not-pkcs12': {
    'zh-CN': '这个文件不是带私钥的证书文件，请选择.p12或.pfx文件',
    en: 'This is no certificate file with a private key. Choose a .p12 or .pfx file.',
  },
  script: {
    'zh-CN': '签名在浏览器中完成，需要启用JavaScript。',
    en: 'Signing happens in the browser and needs JavaScript.',
  },
} as const satisfies Record<string, Record<Lang, string>>

export type SigningWord = keyof typeof table
export const signingWord = (key: SigningWord, lang: Lang): string => table[key][lang]
