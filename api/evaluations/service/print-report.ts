import { yuanFromFen } from '../../kernel/money.ts'
import type { PdfBlock, PdfModel } from '../../kernel/pdf/document.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import { decimal, divide, rational, sum, toFixed } from '../../law/decimal.ts'
import type { EvaluationReport } from '../contract/report.ts'
import { REASONS } from './words.ts'

type Table = Extract<PdfBlock, { type: 'table' }>
type Row = string[]

export const beijing = (iso: string): string => {
  const ms = Date.parse(iso)
  return `${beijingDate(ms)} ${beijingTime(ms).slice(0, 5)}`
}

/** Thousands apart, as amounts stand in papers: '3,400,000.00'. */
const grouped = (yuan: string): string => yuan.replace(/^\d+/, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','))
export const money = (fen: string | null): string => (fen === null ? '—' : grouped(yuanFromFen(BigInt(fen))))
const METHOD = { comprehensive: '综合评分法', 'lowest-price': '最低评标价法' } as const
const TREATED = { valid: '有效', revoked: '视为撤销投标', withdrawn: '视为撤回投标' } as const
const LEFT: Record<string, string> = { conflict: '回避', absent: '缺席' }

const table = (columns: [title: string, width: number, align?: 'left' | 'center' | 'right'][], rows: Row[]): Table => ({
  type: 'table',
  columns: columns.map(([title, width, align = 'left']) => ({ title, width, align })),
  rows,
})
const heading = (text: string): PdfBlock => ({ type: 'heading', level: 2, text })
const paragraph = (text: string): PdfBlock => ({ type: 'paragraph', text })

export const reasonText = (reason: { code: string; detail?: string | undefined }): string =>
  reason.detail ?? REASONS[reason.code]?.zh ?? reason.code

const facts = (report: EvaluationReport): PdfBlock[] => [
  heading('一、项目和开标情况'),
  {
    type: 'facts',
    facts: [
      ['项目名称', report.title],
      ['项目编号', report.number],
      ['标包', `第 ${report.lotNo} 包　${report.lotTitle}`],
      ['采购人', report.purchaser],
      ['代理机构', report.agency ?? '无'],
      ['预算金额', `${money(report.budget)} 元`],
      ['最高限价', `${money(report.ceiling)} 元`],
      ['公告时间', beijing(report.noticePublishedAt)],
      ['开标时间、地点', `${beijing(report.opening.openedAt)}　${report.opening.place}`],
      ['开标记录哈希', report.opening.recordSha256],
      ['评标方法', METHOD[report.ranking.input.evaluationMethod]],
    ],
  },
  table(
    [
      ['代号', 1, 'center'],
      ['投标人', 5],
      ['投标报价（元）', 3, 'right'],
      ['保证金', 2],
      ['开标结果', 2],
    ],
    report.bids.map((bid) => [
      bid.letter,
      bid.name,
      money(bid.price),
      { paid: '已到账', 'not-required': '不收取', none: '未到账', short: '不足' }[bid.deposit] ?? bid.deposit,
      TREATED[bid.treatedAs],
    ]),
  ),
]

const committee = (report: EvaluationReport): PdfBlock[] => [
  heading('二、评标委员会'),
  table(
    [
      ['席位', 1, 'center'],
      ['姓名', 2],
      ['身份', 2],
      ['所在单位', 4],
      ['签到（北京时间）', 3],
    ],
    report.committee.members.map((member) => [
      String(member.seat),
      member.name,
      `${member.expert ? '评审专家' : '采购人代表'}${member.chair ? '（组长）' : ''}`,
      member.organisation,
      beijing(member.signedInAt),
    ]),
  ),
  paragraph('全体成员在知悉投标人名单后均声明与投标人无利害关系。'),
  ...report.committee.replaced.map((one) =>
    paragraph(`${one.name}（席位 ${one.seat}）因${LEFT[one.reason] ?? one.reason}被更换，其评审意见无效。`),
  ),
]

const reviews = (report: EvaluationReport): PdfBlock[] => {
  const rejectedRows = report.rejected.map(
    (one): Row => [
      one.letter,
      one.stage === 'qualification' ? '资格审查' : '符合性审查',
      one.reasons.map((reason) => [reasonText(reason), reason.article].filter(Boolean).join('，')).join('；'),
    ],
  )
  return [
    heading('三、资格审查和符合性审查'),
    table(
      [
        ['代号', 1, 'center'],
        ['阶段', 2],
        ['审查项', 6],
        ['结论', 1.5, 'center'],
        ['通过票', 1.5, 'center'],
      ],
      report.reviews.map((review) => [
        review.letter,
        review.stage === 'qualification' ? '资格' : '符合性',
        review.title,
        review.passed ? '通过' : '不通过',
        review.votes[0]?.seat === null
          ? '采购人'
          : `${review.votes.filter((vote) => vote.passed).length}/${review.votes.length}`,
      ]),
    ),
    ...(rejectedRows.length === 0
      ? [paragraph('开标有效的投标全部通过审查。')]
      : [
          table(
            [
              ['代号', 1, 'center'],
              ['阶段', 2],
              ['投标无效的理由', 9],
            ],
            rejectedRows,
          ),
        ]),
    ...report.abnormallyLow.map((hit) =>
      paragraph(`投标 ${hit.letter} 的报价触发异常低价审查，评标委员会对其说明的意见见上表。`),
    ),
    ...(report.competitionReason ? [paragraph(`仍具有竞争性的理由：${report.competitionReason}`)] : []),
  ]
}

const scoreRows = (report: EvaluationReport): Row[] => {
  const { input } = report.ranking
  return input.bids.flatMap(({ letter }) =>
    report.items.map((item): Row => {
      const own = input.scores.filter((score) => score.letter === letter && score.itemId === item.id)
      const total = sum(own.map((score) => decimal(score.points)))
      return [
        letter,
        `${item.title}（${item.max}）`,
        ...report.committee.members.map(({ seat }) => own.find((score) => score.seat === seat)?.points ?? '—'),
        own.length === 0 ? '—' : toFixed(divide(total, rational(BigInt(own.length))), 2),
      ]
    }),
  )
}

const scores = (report: EvaluationReport): PdfBlock[] => {
  if (report.items.length === 0) return []
  return [
    heading('四、评分'),
    table(
      [
        ['代号', 1.2, 'center'],
        ['评审因素（分值）', 5],
        ...report.committee.members.map(({ seat }): [string, number, 'right'] => [`席位${seat}`, 1.6, 'right']),
        ['平均', 1.6, 'right'],
      ],
      scoreRows(report),
    ),
    ...report.deviations.map((one) =>
      paragraph(
        `席位 ${one.seat} 对投标 ${one.letter} 的“${report.items.find((item) => item.id === one.itemId)?.title ?? one.itemId}”评分与平均分相差超过该项分值的百分之三十，已提示评标委员会在签字前核对。`,
      ),
    ),
  ]
}

const result = (report: EvaluationReport): PdfBlock[] => {
  const nameOf = (letter: string) => report.bids.find((bid) => bid.letter === letter)?.name ?? letter
  const sorted = [...report.ranking.standings].sort((a, b) => (a.rank ?? 1e9) - (b.rank ?? 1e9))
  const best = sorted.filter((one) => one.rank === 1).map((one) => nameOf(one.letter))
  const number = report.items.length === 0 ? '四' : '五'
  return [
    heading(`${number}、评审结果`),
    table(
      [
        ['名次', 1.2, 'center'],
        ['投标人', 5],
        ['评审价（元）', 2.6, 'right'],
        ['价格分', 1.6, 'right'],
        ['技术商务分', 2, 'right'],
        ['总分', 1.6, 'right'],
      ],
      sorted.map((one) => [
        one.rank === null ? (REASONS[one.reason]?.zh ?? '—') : String(one.rank),
        `${one.letter}　${nameOf(one.letter)}`,
        grouped(one.evaluatedPrice),
        one.priceScore ?? '—',
        one.technicalScore ?? '—',
        one.total ?? '—',
      ]),
    ),
    paragraph(`评标委员会按得分（或评审价）顺序推荐上列候选人，排名第一的为：${best.join('、')}。`),
  ]
}

/** The name of a member's signature field: its seat. */
export const fieldOf = (seat: number): string => `seat-${seat}`

/** 评标报告 in print (87号令 58), with a field for each member's signature. */
export const reportModel = (report: EvaluationReport, jsonSha256: string): PdfModel => ({
  title: '评标报告',
  subtitle: [`${report.title}　第 ${report.lotNo} 包`, `项目编号　${report.number}`],
  language: 'zh',
  createdAt: new Date(report.madeAt),
  author: report.purchaser,
  header: { left: `${report.title}　评标报告`, right: report.number },
  footer: { number: report.number, hash: `评标数据（JSON）SHA-256　${jsonSha256}` },
  blocks: [
    ...facts(report),
    ...committee(report),
    ...reviews(report),
    ...scores(report),
    ...result(report),
    heading('评标委员会成员签字'),
    {
      type: 'signatureFields',
      fields: report.committee.members.map((member) => ({
        name: fieldOf(member.seat),
        label: `${member.chair ? '组长' : '成员'}　${member.name}`,
      })),
    },
  ],
})
