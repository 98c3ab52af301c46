import type { Check } from '../../../api/client/checks.ts'
import { isProblem } from '../../../api/client/http.ts'
import type { Lang } from '../i18n/text.ts'
import { PACKAGE_FAULTS, type Row } from './package-faults.ts'
import { REHEARSAL_FAULTS } from './rehearsal-faults.ts'

/** A refusal or fault as lib/ui/Problem shows it; `checks` where one's own software found something wrong. */
export type Fault = {
  code: string
  title: string
  detail?: string
  article?: string
  remedy?: string
  instant?: string
  requestId?: string
  checks?: readonly Check[]
  /** 递交尝试凭证: what the log signed about a refusal to hand in (V-95). */
  attempt?: { statement: string; signature: string }
  /** Whose certificate it is about, where several sign: 0 the bidder, 1… the others in order. */
  signer?: number
}

/** What only this device can know. The platform's own refusals come in its words. */
const OWN: Readonly<Record<string, Row>> = {
  ...PACKAGE_FAULTS,
  ...REHEARSAL_FAULTS,
  unreachable: {
    'zh-CN': ['连不上平台', '请检查网络。已完成的部分不会丢失，恢复后再办即可，不会重复。'],
    en: ['The platform cannot be reached', 'Check the network. What is done stays done; trying again repeats nothing.'],
  },
  'unexpected-answer': {
    'zh-CN': ['平台的答复读不懂', '请稍后再试；仍不行，请联系服务电话。'],
    en: ['The platform’s answer cannot be read', 'Try again shortly; if it persists, call the help line.'],
  },
  'wrong-pin': {
    'zh-CN': ['证书口令不对', '请重新输入。口令只在本机使用，平台不知道您输错了几次。'],
    en: ['The certificate password is wrong', 'Enter it again. It is used on this device only.'],
  },
  'not-pkcs12': {
    'zh-CN': ['这个文件不是带私钥的证书文件', '请选择.p12或.pfx文件。'],
    en: ['This is no certificate file with a private key', 'Choose a .p12 or .pfx file.'],
  },
  'certificate-expired': {
    'zh-CN': ['证书不在有效期内', '请换用有效的单位证书。'],
    en: ['The certificate is not valid today', 'Use a valid certificate of your organisation.'],
  },
  'certificate-other-organisation': {
    'zh-CN': ['证书不是本单位的', '请选择证书上统一社会信用代码与本单位一致的文件。'],
    en: ['The certificate is not of your organisation', 'Choose the one that carries your organisation’s credit code.'],
  },
  'certificate-other-member': {
    'zh-CN': ['证书不是这家联合体成员的', '请选择证书上统一社会信用代码与所填成员一致的文件。'],
    en: [
      'The certificate is not of this member of the consortium',
      'Choose the one that carries the credit code typed for this member.',
    ],
  },
  'consortium-not-accepted': {
    'zh-CN': ['公告不接受联合体投标', '请以本单位名义单独投标。'],
    en: ['The notice accepts no consortium', 'Bid alone in the name of your organisation.'],
  },
  'consortium-unsigned': {
    'zh-CN': ['联合体成员没有全部签名', '请逐家选择成员的证书并输入口令。'],
    en: ['Not every member of the consortium signs', 'Choose each member’s certificate and enter its password.'],
  },
  'tender-unverifiable': {
    'zh-CN': [
      '项目没有通过本机核验，已停止',
      '请勿投标或交出密钥。刚发布的内容要等见证机构联署，数秒后可再试；仍不通过，请告诉监督部门。',
    ],
    en: [
      'This tender failed the checks made on this device; nothing was done',
      'Seal and release nothing. What was just published waits some seconds for its witnesses: try again. If it still fails, tell the supervisor.',
    ],
  },
  'policy-missing': {
    'zh-CN': ['平台没有公布见证规则', '请联系服务电话。'],
    en: ['The platform publishes no witness policy', 'Call the help line.'],
  },
  'policy-needed': {
    'zh-CN': ['本机还没有见证规则文件', '请选择从监督部门取得的见证规则文件和证书机构名单；不能由平台自己提供。'],
    en: [
      'This device has no witness policy yet',
      'Choose the policy file and list of authorities that you had from the supervisor; the platform must not supply them itself.',
    ],
  },
  'authorities-needed': {
    'zh-CN': ['本机还没有证书机构名单', '请选择从监督部门取得的证书机构名单（PEM）。'],
    en: [
      'This device has no list of certificate authorities',
      'Choose the list (PEM) that you had from the supervisor.',
    ],
  },
  'summary-incomplete': {
    'zh-CN': ['开标一览表有必填项未填', '请回到开标一览表补齐。'],
    en: ['Required answers of the opening summary are missing', 'Go back to the summary and fill them in.'],
  },
  'self-test-failed': {
    'zh-CN': ['加密后的文件在本机没能解开，已停止，没有递交任何内容', '请重新加密；仍不行，请换一台电脑或浏览器。'],
    en: [
      'The sealed bid did not open again on this device; nothing was submitted',
      'Seal it again; if it still fails, use another computer or browser.',
    ],
  },
  'promise-missing': {
    'zh-CN': ['平台没有给出回执，不能算已递交', '请再按一次递交，不会重复。'],
    en: [
      'The platform gave no receipt: this does not count as submitted',
      'Press the button again; nothing is done twice.',
    ],
  },
  'promise-invalid': {
    'zh-CN': ['回执不是日志为这份投标签发的，不能算已递交', '请再按一次递交；仍不行，请立即联系服务电话和监督部门。'],
    en: [
      'The receipt is not signed by the log for this bid: it does not count as submitted',
      'Press the button again; if it persists, call the help line and the supervisor at once.',
    ],
  },
  'promise-late': {
    'zh-CN': ['回执的时刻在截止之后', '请联系监督部门。'],
    en: ['The receipt is dated after the deadline', 'Contact the supervisor.'],
  },
  'client-not-listed': {
    'zh-CN': [
      '本页运行的程序不在平台公布的清单内，已停止，没有签名',
      '平台可能刚刚升级：请重新载入本页再办，已填的内容保存在本机。仍不行，请告诉监督部门。',
    ],
    en: [
      'This page runs a program that is not in the published list; nothing was signed',
      'The platform may have been upgraded just now: reload this page and go on, what you filled in is kept on this device. If it persists, tell the supervisor.',
    ],
  },
  'recovery-unreadable': {
    'zh-CN': ['恢复文件打不开', '请选择递交时下载的那份恢复文件，并使用当时的证书；或改用恢复口令。'],
    en: [
      'The recovery file cannot be opened',
      'Choose the file downloaded when you submitted, with the certificate of that time, or use the passphrase.',
    ],
  },
  'keys-of-another-bid': {
    'zh-CN': ['这份恢复文件属于另一份投标', '请选择本标段最后一次递交时下载的恢复文件。'],
    en: [
      'This recovery file belongs to another bid',
      'Choose the one downloaded with the last submission of this lot.',
    ],
  },
  'no-space': {
    'zh-CN': ['本机给浏览器的空间不够', '请清出磁盘空间（约为投标文件的2倍）后再试。'],
    en: [
      'This device gives the browser too little space',
      'Free disk space, about twice the size of the bid, and try again.',
    ],
  },
  'no-private-files': {
    'zh-CN': [
      '这个浏览器不能在本机保存加密文件',
      '请使用Chrome、Edge、360浏览器109版，Firefox 115版，Safari 16.4版或更新的版本，且不要用无痕窗口。',
    ],
    en: [
      'This browser cannot keep sealed files on this device',
      'Use Chrome, Edge or 360 109, Firefox 115, Safari 16.4 or newer, not in a private window.',
    ],
  },
  'private-files-unread': {
    'zh-CN': [
      '浏览器没有读出本机保存的投标文件',
      '请重新载入本页；仍不行，请重新打开浏览器，且不要用无痕窗口。已填的内容和已递交的投标不受影响。',
    ],
    en: [
      'The browser did not read what is kept on this device',
      'Reload this page; if it persists, reopen the browser, not in a private window. What was typed and what was submitted stand.',
    ],
  },
  'opening-unverified': {
    'zh-CN': [
      '本机核验没有全部通过，没有交出任何密钥',
      '见证机构联署通常在数秒内完成，请再试。仍不通过，请告诉监督部门。',
    ],
    en: [
      'Not every check on this device passed; no key was released',
      'Witnesses usually follow within seconds: try again. If it still fails, tell the supervisor.',
    ],
  },
  'keys-incomplete': {
    'zh-CN': ['恢复文件里的密钥不全', '请选择递交时下载的那份完整恢复文件。'],
    en: ['The recovery file does not hold every key', 'Choose the complete file downloaded when you submitted.'],
  },
  'trustee-terms-missing': {
    'zh-CN': ['采购人还没有定好开标时间和保管人', '定好后再来生成密钥。'],
    en: ['The purchaser has not settled the opening time and trustees yet', 'Make the key once that is done.'],
  },
  'answer-malformed': {
    'zh-CN': ['这个文件不是离线工具写出的', '请选择离线工具写出的文件。数据文件和恢复文件不用上传。'],
    en: [
      'The offline tool did not write this file',
      'Choose the file it wrote; data and recovery files are not uploaded.',
    ],
  },
  'answer-elsewhere': {
    'zh-CN': ['这个文件属于另一个项目、席位、标包或事项', '请核对文件名开头的编号和席位。'],
    en: [
      'This file is of another tender, seat, lot or errand',
      'Compare the number and seat that its name begins with.',
    ],
  },
  'drill-failed': {
    'zh-CN': ['密钥解不开自己封的样本', '请重新生成密钥；已公告的项目，请立即告诉采购人和监督部门。'],
    en: [
      'The key does not open its own canary',
      'Make a new key; if the tender is published, tell the purchaser and the supervisor at once.',
    ],
  },
  'trustee-key-differs': {
    'zh-CN': ['这不是日志中本项目名册所载的密钥', '请使用本项目的恢复文件；仍不行，请告诉监督部门。'],
    en: [
      'This is not the key that the logged set names',
      'Use this tender’s recovery file; if it still fails, tell the supervisor.',
    ],
  },
  'receipt-not-witnessed-yet': {
    'zh-CN': ['见证机构还没有联署', '承诺已生效。稍后再核对即可，无须重新递交。'],
    en: ['The witnesses have not cosigned yet', 'The promise is in force. Check again shortly; do not submit again.'],
  },
  'not-the-sealed-copy': {
    'zh-CN': ['这不是这份投标的密封文件', '请选择递交后在回执页另存的.sunlit-sealed文件。'],
    en: ['This is not the sealed copy of this bid', 'Choose the .sunlit-sealed file saved from the receipt page.'],
  },
  'not-a-file': {
    'zh-CN': ['文件内容不是所要的格式', '请重新选择。'],
    en: ['The file is not of the expected format', 'Choose another.'],
  },
}

const UNKNOWN: Row = {
  'zh-CN': ['本机发生故障，没有办成', '请重试；仍不行，请重新打开浏览器。已递交并取得回执的不受影响。'],
  en: [
    'Something failed on this device; it was not done',
    'Try again; if it persists, reopen the browser. Receipts you hold stand.',
  ],
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

const attemptIn = ({ attempt }: Record<string, unknown>): Pick<Fault, 'attempt'> => {
  const { statement, signature } = (attempt ?? {}) as Record<string, unknown>
  return typeof statement === 'string' && typeof signature === 'string' ? { attempt: { statement, signature } } : {}
}

const fromPlatform = (facts: Record<string, unknown>, title: string): Omit<Fault, 'code'> => ({
  title,
  ...Object.fromEntries(
    ['detail', 'article', 'remedy', 'instant', 'requestId'].flatMap((name) => {
      const value = text(facts[name])
      return value === undefined ? [] : [[name, value]]
    }),
  ),
})

/** Whatever was thrown, as it is shown: the platform's own words, ours for what only this device knows, never a stack. */
export const faultOf = (error: unknown, lang: Lang): Fault => {
  if (error instanceof DOMException && error.name === 'QuotaExceededError') return said('no-space', lang)
  if (!isProblem(error)) return said('failed-here', lang)
  const checks = Array.isArray(error.checks) ? { checks: error.checks as Check[] } : {}
  const signer = typeof error.signer === 'number' ? { signer: error.signer } : {}
  const attempt = attemptIn(error)
  if (OWN[error.code]) return { ...said(error.code, lang), ...checks, ...signer, ...attempt }
  return { code: error.code, ...fromPlatform(error, error.title), ...checks, ...attempt }
}

/** A fault of this device by its code. */
export const said = (code: string, lang: Lang): Fault => {
  const [title, remedy] = (OWN[code] ?? UNKNOWN)[lang]
  return { code, title, remedy }
}
