import { money } from '../../evaluations/service.ts'
import type { PdfBlock, PdfModel } from '../../kernel/pdf/document.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import { capitalAmount } from '../../law/capitals.ts'
import { yuanOf } from '../../law/decimal.ts'
import type { ResultNotice } from '../contract/notice.ts'
import type { Ground } from '../rules.ts'

/** 人民币大写, by the function that answers `capital-amount`. */
const capitals = (fen: string): string => {
  const answer = capitalAmount.calculate({ amount: yuanOf(BigInt(fen)) }, { today: '2026-01-01' })
  return 'problem' in answer ? '' : answer.capitals
}

const METHODS: Record<string, string> = {
  open: '公开招标',
  invited: '邀请招标',
  negotiation: '竞争性谈判',
  consultation: '竞争性磋商',
  inquiry: '询价',
  'single-source': '单一来源采购',
}
const GROUND: Record<Ground, string> = {
  'gave-up': '放弃中标',
  'force-majeure': '因不可抗力不能履行合同',
  'no-performance-bond': '未按要求提交履约保证金',
  'illegal-act': '被查实存在影响中标结果的违法行为',
  draw: '名次并列，由抽签或招标文件规定的方法确定',
}

const day = (iso: string): string => beijingDate(Date.parse(iso))
const heading = (text: string): PdfBlock => ({ type: 'heading', level: 2, text })
const paragraph = (text: string): PdfBlock => ({ type: 'paragraph', text })

const subjectTable = (notice: ResultNotice): PdfBlock => ({
  type: 'table',
  columns: [
    { title: '名称', width: 3 },
    { title: '规格型号', width: 3 },
    { title: '数量', width: 1.4, align: 'center' },
    { title: '单价（元）', width: 2.4, align: 'right' },
    { title: '服务要求', width: 4 },
  ],
  rows: notice.subject.map((line) => [line.name, line.spec, line.quantity, money(line.unitPrice), line.requirement]),
})

const contacts = (notice: ResultNotice): [string, string][] => [
  ['采购人', `${notice.purchaser.name}　${notice.purchaser.address}　${notice.purchaser.contact}`],
  ...(notice.agency
    ? [
        ['代理机构', `${notice.agency.name}　${notice.agency.address}　${notice.agency.contact}`] satisfies [
          string,
          string,
        ],
      ]
    : []),
]

const remedies = (notice: ResultNotice): PdfBlock[] => [
  heading('六、公告期限和救济'),
  ...(notice.noticeEnds ? [paragraph(`公告期限自发布之日起至 ${notice.noticeEnds} 止。`)] : []),
  ...(notice.challengeUntil
    ? [
        paragraph(
          `供应商认为中标结果使自己的权益受到损害的，可以最迟于 ${notice.challengeUntil} 以书面形式向采购人、代理机构提出质疑。`,
        ),
      ]
    : []),
]

const attachments = (notice: ResultNotice): PdfBlock[] => [
  heading('五、附件'),
  paragraph(
    notice.smeDeclaration
      ? `中小企业声明函：${notice.smeDeclaration.name}，SHA-256 ${notice.smeDeclaration.sha256}。`
      : '无。',
  ),
  paragraph(`评标报告数据 SHA-256：${notice.reportSha256}。`),
]

const winnerFacts = ({ winner }: ResultNotice): PdfBlock => ({
  type: 'facts',
  facts: [
    ['中标供应商', `${winner.name}（${winner.uscc}）`],
    ['地址', winner.address],
    ...winner.consortium.map(({ name, uscc }): [string, string] => ['联合体成员', `${name}（${uscc}）`]),
    ['中标金额', `${money(winner.amount)} 元（${capitals(winner.amount)}）`],
    ...(winner.totalScore === null ? [] : [['评审总得分', winner.totalScore] satisfies [string, string]]),
  ],
})

/** 中标结果公告 in print (财办库〔2020〕50号). */
export const noticeModel = (notice: ResultNotice, sha256: string): PdfModel => ({
  title: '中标结果公告',
  subtitle: [`${notice.title}　第 ${notice.lotNo} 包`, `项目编号　${notice.number}`],
  language: 'zh',
  createdAt: new Date(notice.publishedAt),
  author: notice.purchaser.name,
  header: { left: `${notice.title}　中标结果公告`, right: notice.number },
  footer: { number: notice.number, hash: `公告数据（JSON）SHA-256　${sha256}` },
  blocks: [
    heading('一、项目'),
    {
      type: 'facts',
      facts: [
        ['项目名称', notice.title],
        ['项目编号', notice.number],
        ['标包', `第 ${notice.lotNo} 包　${notice.lotTitle}`],
        ['采购方式', METHODS[notice.method] ?? notice.method],
        ...contacts(notice),
      ],
    },
    heading('二、中标信息'),
    winnerFacts(notice),
    ...notice.passedOver.map((one) =>
      paragraph(`排名在前或者并列的候选人 ${one.name} 未中标：${GROUND[one.ground]}。${one.reason}`),
    ),
    heading('三、主要标的'),
    subjectTable(notice),
    heading('四、评审专家名单'),
    paragraph(
      notice.evaluators
        .map((one) => `${one.name}${one.chair ? '（组长）' : one.expert ? '' : '（采购人代表）'}`)
        .join('、'),
    ),
    ...attachments(notice),
    ...remedies(notice),
  ],
})

/** 中标通知书: binding on both sides from its issue (政府采购法 第四十三条, 招标投标法 第四十五条). */
export const letterModel = (notice: ResultNotice, contractBy: string | null): PdfModel => ({
  title: '中标通知书',
  subtitle: [`项目编号　${notice.number}　第 ${notice.lotNo} 包`],
  language: 'zh',
  createdAt: new Date(notice.publishedAt),
  author: notice.purchaser.name,
  header: { left: '中标通知书', right: notice.number },
  footer: { number: notice.number },
  blocks: [
    {
      type: 'paragraph',
      text: `${[notice.winner, ...notice.winner.consortium].map(({ name }) => name).join('、')}：`,
      indent: false,
    },
    paragraph(
      `${notice.purchaser.name}的“${notice.title}”（第 ${notice.lotNo} 包　${notice.lotTitle}）评标工作已经结束，采购人依法确定你单位为中标人。`,
    ),
    {
      type: 'facts',
      facts: [
        ['中标金额', `${money(notice.winner.amount)} 元`],
        ['人民币大写', capitals(notice.winner.amount)],
        ['统一社会信用代码', notice.winner.uscc],
      ],
    },
    paragraph(
      contractBy
        ? `请你单位最迟于 ${contractBy} 与采购人按照招标文件和投标文件订立书面合同。`
        : '请你单位与采购人按照招标文件和投标文件订立书面合同。',
    ),
    paragraph('中标通知书对采购人和中标人均具有法律效力。中标通知书发出后，改变中标结果或者放弃中标的，依法承担责任。'),
    { type: 'spacer', height: 24 },
    { type: 'paragraph', text: notice.purchaser.name, align: 'right' },
    {
      type: 'paragraph',
      text: `${day(notice.publishedAt)} ${beijingTime(Date.parse(notice.publishedAt)).slice(0, 5)}（北京时间）`,
      align: 'right',
    },
  ],
})
