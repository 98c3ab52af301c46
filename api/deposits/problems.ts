import type { ProblemRow } from '../kernel/problem.ts'

export const depositProblems: Record<string, ProblemRow> = {
  'deposit-not-required': {
    status: 409,
    title: { zh: '本标包不收取投标保证金', en: 'This lot asks for no deposit' },
    remedy: { zh: '可直接投标。', en: 'Bid without one.' },
  },
  'deposit-account-closed': {
    status: 409,
    title: { zh: '投标截止后不再开立保证金子账号', en: 'No deposit account is opened after the deadline' },
    remedy: { zh: '请看项目时间线。', en: 'See the timeline.' },
    article: '政府采购法实施条例 第三十三条',
  },
  'bank-signature-invalid': {
    status: 401,
    title: { zh: '银行签名无效', en: "The bank's signature is not valid" },
    remedy: { zh: '请核对密钥与时间。', en: 'Check the secret and the time.' },
  },
  'bank-not-connected': {
    status: 503,
    title: { zh: '银行接口暂时不通', en: 'The bank does not answer' },
    remedy: { zh: '请稍后重试，款项不会丢失。', en: 'Try again shortly; no money is lost.' },
  },
}
