import type { Row } from './package-faults.ts'

/** What a rehearsal finds wrong on this device, and what to do before a tender depends on it. */
export const REHEARSAL_FAULTS: Readonly<Record<string, Row>> = {
  'no-web-crypto': {
    'zh-CN': [
      '这个浏览器不能加密',
      '请使用Chrome、Edge、360浏览器109版，Firefox 115版，Safari 16.4版或更新的版本，并用https网址打开本页。',
    ],
    en: [
      'This browser cannot encrypt',
      'Use Chrome, Edge or 360 109, Firefox 115, Safari 16.4 or newer, and open this page by its https address.',
    ],
  },
  'chain-revoked': {
    'zh-CN': ['证书已被吊销', '请向证书机构换发，在「单位与证书」绑定新证书后重新演练。'],
    en: [
      'The certificate is revoked',
      'Have a new one issued, bind it under “Organisation and certificates”, and rehearse again.',
    ],
  },
  'chain-not-trusted': {
    'zh-CN': ['证书不是由认可的证书机构签发的', '请换用认可机构签发的单位证书，或向证书机构索取含有完整证书链的文件。'],
    en: [
      'The certificate is not issued by a recognised authority',
      'Use one of a recognised authority, or ask yours for a file that holds the whole chain.',
    ],
  },
  'chain-status-unknown': {
    'zh-CN': ['查不到证书机构最新的吊销名单', '不是您的证书有问题。请稍后再试；仍不行，请致电服务电话。'],
    en: [
      'The authority’s current revocation list is not to be had',
      'Your certificate is not at fault. Try again shortly; if it persists, call the help line.',
    ],
  },
  'certificate-not-bound': {
    'zh-CN': ['证书没有在本单位绑定', '请先在「单位与证书」绑定这张证书，再来演练；没有绑定的证书不能投标。'],
    en: [
      'The certificate is not bound to your organisation',
      'Bind it under “Organisation and certificates” first: no bid can be signed with one that is not bound.',
    ],
  },
  'rehearsal-elsewhere': {
    'zh-CN': [
      '这台电脑的另一个窗口正在演练，本页没有开始',
      '请等它结束后再试。同时演练会互相占用网络和磁盘，测得的速度就不准了。',
    ],
    en: [
      'Another window on this computer is rehearsing; nothing was started here',
      'Wait until it has finished. Two at once share line and disk, and the speeds measured would be wrong.',
    ],
  },
  'rehearsal-not-reopened': {
    'zh-CN': ['下载回来的文件没能解开', '请重新演练；仍不行，请换一台电脑、浏览器或网络，并致电服务电话。'],
    en: [
      'What was downloaded does not open',
      'Rehearse again; if it persists, use another computer, browser or network, and call the help line.',
    ],
  },
}
