import type { Lang } from '../i18n/text.ts'

/** Words that the purchaser's side and the committee share; both languages stand together, loaded with these pages only. */
const table = {
  summary: { 'zh-CN': '开标一览表', en: 'Opening summary' },
  qualification: { 'zh-CN': '资格文件', en: 'Qualification' },
  technical: { 'zh-CN': '技术商务文件', en: 'Technical and commercial' },
  'price-detail': { 'zh-CN': '分项报价', en: 'Price detail' },
  consortium: { 'zh-CN': '联合体', en: 'Consortium' },
  'consortium.count': {
    'zh-CN': '联合体投标，牵头人以外有{n}家成员',
    en: 'A consortium: {n} members besides the leader',
  },
  'consortium.signed': { 'zh-CN': '已签名', en: 'Signed' },
  'consortium.unsigned': { 'zh-CN': '没有在各信封中签名', en: 'Did not sign every envelope' },
  'consortium.declared': { 'zh-CN': '成员企业规模和合同份额：', en: 'Sizes and shares of the members: ' },
  'consortium.unknown': { 'zh-CN': '未登记的单位', en: 'An organisation not registered here' },
  signers: { 'zh-CN': '签名：', en: 'Signed by' },
  'bid.letter': { 'zh-CN': '投标文件{letter}', en: 'Bid {letter}' },
  'files.none': { 'zh-CN': '没有附件', en: 'No files' },
  'files.newtab': { 'zh-CN': '（另开标签页）', en: ' (opens in a new tab)' },
  'review.passed': { 'zh-CN': '符合', en: 'Meets it' },
  'review.failed': { 'zh-CN': '不符合', en: 'Does not meet it' },
  'review.reason': {
    'zh-CN': '理由（不符合时必填，写明文件页码）',
    en: 'Reason (needed when it fails; give the page)',
  },
  'review.save': { 'zh-CN': '保存这一项', en: 'Save this item' },
  'review.saved': { 'zh-CN': '已保存', en: 'Saved' },
  'review.open': { 'zh-CN': '未审', en: 'Not reviewed' },
  'bid.revoked': { 'zh-CN': '视为撤销，不参加评审', en: 'Treated as revoked: not reviewed' },
  'bid.withdrawn': { 'zh-CN': '视为撤回，不参加评审', en: 'Treated as withdrawn: not reviewed' },
  'bid.rejected': { 'zh-CN': '已被否决，不再评审', en: 'Rejected: no longer reviewed' },
  yes: { 'zh-CN': '是', en: 'Yes' },
  no: { 'zh-CN': '否', en: 'No' },
  'size.large': { 'zh-CN': '大型企业', en: 'Large' },
  'size.medium': { 'zh-CN': '中型企业', en: 'Medium' },
  'size.small': { 'zh-CN': '小型企业', en: 'Small' },
  'size.micro': { 'zh-CN': '微型企业', en: 'Micro' },
  'form.none': { 'zh-CN': '没有填写项', en: 'No answers' },
} as const satisfies Record<string, Record<Lang, string>>

export type EvaluationWord = keyof typeof table
export const evaluationWord = (key: EvaluationWord, lang: Lang): string => table[key][lang]
