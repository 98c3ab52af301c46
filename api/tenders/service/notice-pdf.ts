import { yuanFromFen } from '../../kernel/money.ts'
import type { PdfBlock, PdfModel } from '../../kernel/pdf/document.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import { toCapitals } from '../../law/capitals.ts'
import type { Notice, NoticeLot } from '../../seal/notice.ts'

const OBJECTS = { goods: '货物', services: '服务', works: '工程' } as const
const EVALUATIONS = { comprehensive: '综合评分法', 'lowest-price': '最低评标价法' } as const

const instant = (iso: string): string => {
  const ms = Date.parse(iso)
  return `${beijingDate(ms)} ${beijingTime(ms).slice(0, 5)}（北京时间）`
}

const money = (fen: string): string => {
  const [whole, cents] = yuanFromFen(BigInt(fen)).split('.')
  return `${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}元`
}

const percent = (rate: string): string => `${Number((Number(rate) * 100).toFixed(2))}%`

const requirements = (title: string, items: { title: string; evidence: string }[]): PdfBlock[] =>
  items.length === 0
    ? []
    : [
        { type: 'heading', level: 3, text: title },
        {
          type: 'list',
          ordered: true,
          items: items.map((item) => (item.evidence ? `${item.title}（证明材料：${item.evidence}）` : item.title)),
        },
      ]

const scoring = (lot: NoticeLot, notice: Notice): PdfBlock[] => {
  if (notice.evaluationMethod === 'lowest-price')
    return [{ type: 'paragraph', text: '满足全部实质性要求，且经政策功能扣除后评标价最低的投标人为中标候选人。' }]
  const price = `价格分权重${percent(lot.priceWeight)}，采用低价优先法：价格分 =（评标基准价 ÷ 评标价）× 价格权重 × 100。`
  return [
    { type: 'paragraph', text: price },
    ...(lot.scoring.length === 0
      ? []
      : [
          {
            type: 'table' as const,
            columns: [
              { title: '评审因素', width: 5 },
              { title: '满分', width: 1, align: 'right' as const },
              { title: '类别', width: 1, align: 'center' as const },
              { title: '评分区间', width: 5 },
            ],
            rows: lot.scoring.map((item) => [
              item.title,
              item.max,
              item.kind === 'objective' ? '客观' : '主观',
              item.intervals
                .map(({ label, from, to }) => `${label}：${from === to ? to : `${from}—${to}`}分`)
                .join('；'),
            ]),
          },
        ]),
  ]
}

const policy = (lot: NoticeLot): string =>
  lot.smeReserved
    ? '专门面向中小企业采购，不再给予价格扣除'
    : [
        `小微企业价格扣除${percent(lot.smeRate)}`,
        ...(lot.consortiumRate
          ? [`联合体中小微企业承担的合同份额达到财库〔2020〕46号第九条规定的，价格扣除${percent(lot.consortiumRate)}`]
          : []),
      ].join('；')

const lotBlocks = (lot: NoticeLot, notice: Notice): PdfBlock[] => [
  { type: 'heading', level: 2, text: `标包${lot.no}　${lot.title}` },
  {
    type: 'facts',
    facts: [
      ['数量', lot.quantity],
      ['预算金额', `${money(lot.budget)}（${toCapitals(yuanFromFen(BigInt(lot.budget)))}）`],
      ['最高限价', money(lot.ceiling)],
      ...(lot.floor === null ? [] : [['最低限价', money(lot.floor)] as [string, string]]),
      ['投标保证金', BigInt(lot.deposit) === 0n ? '不收取' : money(lot.deposit)],
      ['最少投标人数', `${lot.minimumBidders}家，不足的不得开标`],
      ['中小企业政策', policy(lot)],
      ...(lot.industry ? [['所属行业', lot.industry] as [string, string]] : []),
    ],
  },
  ...requirements('资格条件', lot.qualification),
  ...requirements('实质性要求', lot.conformity),
  { type: 'heading', level: 3, text: '评标办法' },
  ...scoring(lot, notice),
  { type: 'paragraph', text: `开标一览表填写：${lot.summaryFields.map((field) => field.label).join('、')}。` },
]

const timetable = (notice: Notice): PdfBlock => ({
  type: 'facts',
  facts: [
    ['公告期限', `${beijingDate(Date.parse(notice.publishedAt))}至${notice.noticeEnds}`],
    ['获取采购文件', `${notice.documentsFrom}至${notice.documentsTo}，本平台免费获取`],
    ['影响编制的澄清', `最迟${notice.lastClarification}`],
    ['投标截止和开标', instant(notice.deadline)],
    ['地点', notice.place],
    ['投标有效期', `${notice.validityDays}日`],
    ['联合体投标', notice.consortium ? '接受' : '不接受'],
    ['解密时段', `投标人${notice.bidderWindowMinutes}分钟，备用解密${notice.trusteeWindowMinutes}分钟`],
  ],
})

const party = (label: string, one: Notice['purchaser']): [string, string][] => [
  [label, `${one.name}（${one.uscc}）`],
  ['地址', one.address],
  ['联系方式', one.contact],
]

const correctionBlocks = (notice: Notice): PdfBlock[] =>
  notice.kind === 'correction'
    ? [
        { type: 'heading', level: 2, text: '更正事由' },
        { type: 'paragraph', text: notice.reason },
        {
          type: 'paragraph',
          text: notice.affecting
            ? '本次更正可能影响投标文件编制，已递交的投标人请确认或重新递交。以下为更正后的完整公告。'
            : '本次更正不影响投标文件编制。以下为更正后的完整公告。',
        },
      ]
    : []

const fileBlocks = ({ files }: Notice): PdfBlock[] =>
  files.length === 0
    ? []
    : [
        { type: 'heading', level: 2, text: '文件' },
        {
          type: 'table',
          columns: [
            { title: '文件', width: 5 },
            { title: '字节', width: 2, align: 'right' },
            { title: 'SHA-256', width: 6 },
          ],
          rows: files.map((file) => [file.name, String(file.size), file.sha256]),
        },
      ]

/**
 * The notice as people read it (财办库〔2020〕50号). It restates the JSON, whose SHA-256 stands in the footer: the two are hashed
 * together, so neither can be exchanged alone.
 */
export const noticePdf = (notice: Notice, jsonSha256: string, city: string): PdfModel => ({
  title: notice.title,
  subtitle: [notice.kind === 'initial' ? '公开招标公告' : `更正公告（${notice.n}）`, notice.number],
  language: 'zh',
  createdAt: new Date(notice.publishedAt),
  author: notice.purchaser.name,
  header: { left: `${city}公共资源交易平台　阳光交易`, right: notice.number },
  footer: { number: notice.number, hash: `公告数据SHA-256 ${jsonSha256}` },
  blocks: [
    ...correctionBlocks(notice),
    {
      type: 'facts',
      facts: [
        ['采购方式', '公开招标'],
        ['采购标的', OBJECTS[notice.object]],
        ['评标办法', EVALUATIONS[notice.evaluationMethod]],
        ...(notice.intention
          ? [['采购意向', `${notice.intention.number}（${notice.intention.publishedOn}公开）`] as [string, string]]
          : []),
        ...party('采购人', notice.purchaser),
        ...(notice.agency
          ? party('代理机构', notice.agency)
          : [['代理机构', '无，采购人自行采购'] as [string, string]]),
      ],
    },
    { type: 'heading', level: 2, text: '时间安排' },
    timetable(notice),
    ...notice.lots.flatMap((lot) => lotBlocks(lot, notice)),
    { type: 'heading', level: 2, text: '密钥保管与解密' },
    {
      type: 'paragraph',
      text: `本项目设${notice.trustees.n}方密钥保管人，${notice.trustees.k}方共同方可启用备用解密。保管人名单指纹：${notice.trustees.fingerprint}`,
    },
    { type: 'list', ordered: true, items: notice.clauses.map((clause) => clause.text) },
    ...fileBlocks(notice),
  ],
})
