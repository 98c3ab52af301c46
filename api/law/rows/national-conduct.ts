import { type Row, rowsOf } from './schema.ts'

const row = rowsOf('national', 'national')
const GP = { regime: 'GP' } as const

/** Rules without numbers that the features keep: RULES §1, §2.3, §2.6, §3, §5.3 and §10. Cited, dated and proved like any other. */
export const nationalConduct: readonly Row[] = [
  row({
    id: 'INT-3',
    ...GP,
    title: { zh: '不需公开意向的情形须记录理由和批准人', en: 'An exemption is recorded with reason and approver' },
    regulation: '10号',
    article: '三',
    severity: 'warn',
    confidence: 'S2',
  }),
  row({
    id: 'CNT-12',
    ...GP,
    title: { zh: '因重大变故取消采购须说明理由', en: 'A procurement is cancelled with its reason' },
    regulation: '政采法',
    article: '36',
  }),
  row({
    id: 'CON-1',
    ...GP,
    title: { zh: '合同不得背离采购文件和投标文件', en: 'The contract follows document and bid' },
    regulation: '87号令',
    article: '71',
  }),
  row({
    id: 'SME-11',
    ...GP,
    title: { zh: '中标人的中小企业声明函随结果公告', en: 'The winner’s SME declaration is published' },
    regulation: '46号',
    article: '13',
  }),
  row({
    id: 'SB-1',
    title: { zh: '下载文件前只需平台注册，不设报名', en: 'Documents need registration only, no sign-up' },
    regulation: '20号令',
    article: '20',
  }),
  row({
    id: 'SB-2',
    title: { zh: '下载人名称和数量在公开前任何人不可见', en: 'Who downloads and how many is secret' },
    regulation: '20号令',
    article: '21',
  }),
  row({
    id: 'SB-3',
    title: { zh: '未加密的投标文件拒收并提示', en: 'An unencrypted bid is refused and told so' },
    regulation: '20号令',
    article: '26',
  }),
  row({
    id: 'SB-4',
    title: { zh: '截止时未完成传输的视为撤回', en: 'A transfer not complete by the deadline is no bid' },
    regulation: '20号令',
    article: '27',
  }),
  row({
    id: 'SB-5',
    title: { zh: '收到投标文件即时发出回执', en: 'A receipt at once' },
    regulation: '20号令',
    article: '27',
  }),
  row({
    id: 'SB-6',
    title: { zh: '截止前任何人不得解密、提取投标文件', en: 'Nobody decrypts before the opening' },
    regulation: '20号令',
    article: '27',
  }),
  row({
    id: 'SB-7',
    title: { zh: '截止前可以修改、撤回，各有回执', en: 'Changed and withdrawn freely before the deadline' },
    regulation: '20号令',
    article: '27',
  }),
  row({
    id: 'SB-8',
    title: { zh: '截止前撤回的退还保证金', en: 'A withdrawal in time gives the deposit back' },
    regulation: '招投条例',
    article: '35',
  }),
  row({
    id: 'SB-9',
    title: { zh: '按时开标并提取全部投标文件', en: 'Opened on time, all bids extracted' },
    regulation: '20号令',
    article: '29, 30',
  }),
  row({
    id: 'SB-10',
    title: { zh: '全部解密后才公布名称和价格', en: 'Names and prices only after all decryptions' },
    regulation: '20号令',
    article: '30',
  }),
  row({
    id: 'SB-12',
    title: { zh: '解密失败的补救', en: 'A remedy where a decryption fails' },
    regulation: '20号令',
    article: '31',
    severity: 'info',
  }),
  row({
    id: 'SB-13',
    title: { zh: '生成并公布开标记录', en: 'The opening record is made and published' },
    regulation: '20号令',
    article: '32',
  }),
  row({
    id: 'SB-14',
    title: { zh: '评标在监督下保密进行', en: 'Evaluation is monitored and confidential' },
    regulation: '20号令',
    article: '33',
  }),
  row({
    id: 'SB-15',
    title: { zh: '各环节记录时间、网络地址和操作人且不可篡改', en: 'Every step logged, and no history rewritten' },
    regulation: '20号令',
    article: '49',
  }),
  row({
    id: 'SB-21',
    title: { zh: '早于截止时间完成方为有效', en: 'In time is strictly before the deadline' },
    regulation: '招投法',
    article: '28',
    confidence: 'D',
  }),
  row({
    id: 'DEP-2',
    ...GP,
    title: { zh: '保证金以非现金形式由投标人自己的账户提交', en: 'Non-cash, from the bidder’s own account' },
    regulation: '政采条例',
    article: '33',
  }),
  row({
    id: 'DEP-4',
    ...GP,
    title: { zh: '未按要求提交保证金的投标无效', en: 'No deposit as required: the bid is invalid' },
    regulation: '87号令',
    article: '63',
  }),
  row({
    id: 'DEP-13',
    title: {
      zh: '代收账户按投标人分设，付款人在开标前不可见',
      en: 'An account number for each bidder, payers unseen until the opening',
    },
    regulation: '招投条例',
    article: '26',
  }),
]
