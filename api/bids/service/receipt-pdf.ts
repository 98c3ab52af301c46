import type { PdfBlock, PdfModel } from '../../kernel/pdf/model.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import type { EnvelopeKind } from '../../seal/context.ts'
import type { Notice } from '../../seal/notice.ts'

/** What the printed receipt says; all of it fixed by the act itself, so that each download says the same. */
export type ReceiptFacts = {
  number: string
  kind: 'bid' | 'withdraw'
  bidSeq: number
  /** The leaf's own instant. */
  receivedAt: Date
  /** base64url of SHA-256. */
  manifestHash: string
  envelopes: { no: number; kind: EnvelopeKind; size: number }[]
  logIndex: number
  witnesses: string[]
  bidder: { name: string; uscc: string }
  /** The notice the manifest names, and which of its lots. */
  notice: Notice
  lotId: string
  /** Who runs the platform. */
  centre: string
}

const ENVELOPES = {
  summary: '开标一览表',
  qualification: '资格证明文件',
  technical: '商务技术文件',
  'price-detail': '分项报价文件',
} as const

/** 20号令 27: to the millisecond, since the law asks for the time and the deadline falls within one. */
const instant = (ms: number, digits: 'minute' | 'millisecond'): string => {
  const parts = `.${String(ms % 1000).padStart(3, '0')}`
  const time = digits === 'minute' ? beijingTime(ms).slice(0, 5) : `${beijingTime(ms)}${parts}`
  return `${beijingDate(ms)} ${time}（北京时间）`
}

const octets = (size: number): string => `${String(size).replace(/\B(?=(\d{3})+$)/g, ',')} 字节`

const chief = (facts: ReceiptFacts, what: string): PdfBlock => {
  const { notice, bidder } = facts
  const lot = notice.lots.find((one) => one.lotId === facts.lotId)
  return {
    type: 'facts',
    facts: [
      ['回执编号', facts.number],
      ['项目', `${notice.title}（${notice.number}）`],
      ['标包', lot ? `第${lot.no}包　${lot.title}` : facts.lotId],
      ['投标人', `${bidder.name}（${bidder.uscc}）`],
      [`${what}时刻`, instant(facts.receivedAt.getTime(), 'millisecond')],
      ['次序', `本标包第${facts.bidSeq}次提交，所依公告为第${notice.n}号`],
      ['清单SHA-256', facts.manifestHash],
      ['透明日志', `第${facts.logIndex}条（从第0条起计）`],
      ['见证机构', facts.witnesses.join('、')],
    ],
  }
}

/** Received and witnessed are two facts, with two proofs; the first alone is the receipt of the law. */
const proven = (facts: ReceiptFacts, what: string): PdfBlock[] => [
  { type: 'heading', level: 2, text: '证明什么' },
  {
    type: 'list',
    ordered: true,
    items: [
      `已收到：平台于上述时刻收到${facts.kind === 'bid' ? '全部加密的投标文件和由投标人签名的清单' : '由投标人签名的撤回清单'}，并以日志密钥签名承诺将其入册。自该时刻起${what}成立，不待见证。`,
      `已见证：该承诺已兑现。${what}的记录已写入透明日志第${facts.logIndex}条，上列独立见证机构附署了包含该条的日志检查点；此后增删、倒签或改动，任何人都可以凭日志查出。`,
    ],
  },
]

const sizes = (facts: ReceiptFacts): PdfBlock[] =>
  facts.envelopes.length === 0
    ? []
    : [
        { type: 'heading', level: 2, text: '收到的密封信封' },
        {
          type: 'table',
          columns: [
            { title: '序号', width: 1, align: 'center' },
            { title: '内容', width: 4 },
            { title: '密文大小', width: 3, align: 'right' },
          ],
          rows: facts.envelopes.map(({ no, kind, size }) => [String(no), ENVELOPES[kind], octets(size)]),
        },
        { type: 'paragraph', text: '信封在投标人的电脑上加密。开标前，平台和见证机构都不能阅读。', quiet: true },
      ]

const next = ({ kind, notice }: ReceiptFacts): PdfBlock[] => {
  const deadline = instant(Date.parse(notice.deadline), 'minute')
  const items =
    kind === 'bid'
      ? [
          `${deadline}投标截止；此前可以替换或者撤回，替换、撤回各有回执。公告更正的，以更正后的截止时间为准。`,
          `截止并核对密文后${notice.bidderWindowMinutes}分钟内，请持证书进入开标大厅，核验后交出解密密钥；未交出的，由密钥保管人在其后${notice.trusteeWindowMinutes}分钟内备用解密。`,
          '解密结束时，全部投标人的名称和报价同时公布；投标人确认并签署开标记录。',
        ]
      : [`撤回后，本标包没有贵单位的投标。${deadline}投标截止前可以重新递交。`, '已缴纳的投标保证金按规定退还。']
  return [
    { type: 'heading', level: 2, text: '接下来' },
    { type: 'list', ordered: true, items },
  ]
}

const calls = ({ notice, centre }: ReceiptFacts): PdfBlock[] => {
  const { purchaser, agency } = notice
  const who = (name: string, contact: string): string => (contact ? `${name}，${contact}` : name)
  return [
    { type: 'heading', level: 2, text: '有问题找谁' },
    {
      type: 'facts',
      facts: [
        ['递交与回执', centre],
        ['采购文件', who(purchaser.name, purchaser.contact)],
        ...(agency ? [['采购代理机构', who(agency.name, agency.contact)] as [string, string]] : []),
      ],
    },
  ]
}

/** 20号令 27 (电子招标投标办法): the receipt as a paper for people; what proves it lies beside it in the same zip. */
export const receiptModel = (facts: ReceiptFacts): PdfModel => {
  const title = facts.kind === 'bid' ? '递交回执' : '撤回回执'
  const what = facts.kind === 'bid' ? '递交' : '撤回'
  return {
    title,
    subtitle: [facts.notice.title, facts.notice.number],
    language: 'zh',
    createdAt: facts.receivedAt,
    author: facts.centre,
    footer: { number: facts.number, hash: facts.manifestHash },
    blocks: [
      chief(facts, what),
      ...proven(facts, what),
      ...sizes(facts),
      ...next(facts),
      ...calls(facts),
      {
        type: 'paragraph',
        text: '本页供阅读。与本页同在一个压缩包内的承诺、清单、签名和日志证明可以离线核验，不需要平台在场；请整包保存。',
        quiet: true,
      },
    ],
  }
}
