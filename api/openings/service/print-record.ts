import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import type { Deps } from '../../kernel/deps.ts'
import { storeFile } from '../../kernel/files.ts'
import { yuanFromFen } from '../../kernel/money.ts'
import { renderPdf } from '../../kernel/pdf/document.ts'
import type { PdfModel } from '../../kernel/pdf/model.ts'
import { makeSignable } from '../../kernel/signing.ts'
import { append } from '../../log/append.ts'
import { fromUtf8, sha256, toBase64url, toHex } from '../../log/bytes.ts'
import { type OpeningRecord, openingRecordSchema } from '../../seal/opening-record.ts'
import * as store from '../store.ts'

const DEPOSIT = { 'not-required': '不收取', none: '未缴纳', short: '不足额', paid: '已缴纳' } as const
const HOW = { bidder: '投标人解密', trustees: '备用解密', failed: '未能解密' } as const
const TREATED = { valid: '有效', revoked: '视为撤销', withdrawn: '视为撤回' } as const

const CAUSE = {
  bidder: '投标人',
  escrow: '投标人（密钥托管或签名不符）',
  platform: '平台',
  trustees: '密钥保管人或平台',
  store: '平台（密文丢失）',
} as const
const ANSWER = { 'not-needed': '无须交出', given: '已交出份额', false: '交出不实份额', absent: '未交出份额' } as const

const beijing = (iso: string): string =>
  new Date(Date.parse(iso) + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')

const answer = (record: OpeningRecord, bid: OpeningRecord['bids'][number], key: string): string => {
  const value = bid.form?.[key]
  if (value === undefined || value === null) return '—'
  const field = record.summaryFields.find((f) => f.key === key)
  return field?.type === 'money' && /^\d+$/.test(String(value)) ? yuanFromFen(BigInt(String(value))) : String(value)
}

/** 20号令 30: what is read out of one bid. */
const announced = (record: OpeningRecord, bid: OpeningRecord['bids'][number]): [string, string][] => [
  ['统一社会信用代码', bid.uscc],
  ...bid.consortium.map((one): [string, string] => [
    '联合体成员',
    one.name === null ? `未登记的单位（${one.organisationId}）` : `${one.name}（${one.uscc}）`,
  ]),
  ['递交时间', `${beijing(bid.receivedAt)}（北京时间）`],
  ...record.summaryFields.map((f): [string, string] => [
    f.type === 'money' ? `${f.label}（元）` : f.label,
    answer(record, bid, f.key),
  ]),
  ['解密方式', HOW[bid.how]],
  ['投标保证金', DEPOSIT[bid.deposit]],
  ['效力', TREATED[bid.treatedAs]],
  ...(bid.decision.cause === null ? [] : [['未解密的责任', CAUSE[bid.decision.cause]] as [string, string]]),
]

/** SEALING.md §5: what each trustee did, by name. */
const fallbackFacts = ({ fallback }: OpeningRecord): [string, string][] =>
  fallback.seats.map(({ i, name, answer, shares, falseShares }) => [
    `第${i}席　${name}`,
    `${ANSWER[answer]}${shares > 0 ? `${shares}份` : ''}${falseShares > 0 ? `（不实${falseShares}份，未采用）` : ''}`,
  ])

/** 20号令 32: 开标记录, in Chinese, with its own hash in the foot. */
const modelOf = (record: OpeningRecord, hash: string): PdfModel => ({
  title: '开标记录',
  subtitle: [record.title, `第${record.lotNo}包　${record.lotTitle}`],
  language: 'zh',
  createdAt: new Date(record.openedAt),
  footer: { number: record.tenderNumber, hash },
  blocks: [
    {
      type: 'facts',
      facts: [
        ['项目编号', record.tenderNumber],
        ['开标地点', record.place],
        ['投标截止', `${beijing(record.deadline)}（北京时间）`],
        ['名单固定', `${beijing(record.closedAt)}（北京时间）`],
        ['解密结束', `${beijing(record.openedAt)}（北京时间）`],
        ['最高限价', `${yuanFromFen(BigInt(record.ceiling))}元`],
        ['投标份数', `${record.bids.length}份`],
        ['结论', record.outcome === 'continue' ? '有效投标家数符合规定，进入评标' : '有效投标家数不足，本包废标'],
      ],
    },
    { type: 'heading', level: 2, text: '唱标内容' },
    ...record.bids.flatMap((bid, at) => [
      { type: 'heading' as const, level: 3 as const, text: `${at + 1}．${bid.name}` },
      {
        type: 'facts' as const,
        facts: announced(record, bid),
      },
    ]),
    ...(record.fallback.needed
      ? [
          { type: 'heading' as const, level: 2 as const, text: '备用解密' },
          { type: 'facts' as const, facts: fallbackFacts(record) },
        ]
      : []),
    {
      type: 'paragraph',
      text: '本记录由平台在全部解密结束后生成，内容的哈希已记入公开日志，任何人可以核验。',
      quiet: true,
    },
    {
      type: 'signatureFields',
      fields: [{ name: 'platform', label: '主持人（交易中心）' }],
    },
  ],
})

/** Job: print, seal and keep the record's PDF; bidders sign it afterwards. Repeating it changes nothing. */
export const printOpeningRecord = (deps: Deps) => async (job: { lotId: string }) => {
  const row = await store.recordOf(deps.db, job.lotId)
  if (!row || row.document_id !== null) return
  const record = openingRecordSchema.parse(JSON.parse(fromUtf8(new Uint8Array(row.bytes))))
  const pdf = await renderPdf(modelOf(record, toHex(await sha256(row.bytes))))
  const sealed = await deps.seal(pdf, '开标记录', await now(deps.db), 'stamped')
  const name = `开标记录-${record.tenderNumber}-${record.lotNo}.pdf`
  const file = await storeFile(deps, SYSTEM, { name, mime: 'application/pdf', bytes: sealed })
  await deps.db.transaction().execute(async (trx) => {
    if (!(await store.setRecordDocument(trx, job.lotId, await makeSignable(trx, file.id)))) return
    await append(trx, SYSTEM, {
      type: 'opening-record.printed/1',
      tenderId: record.tenderId,
      lotId: job.lotId,
      scope: 'public',
      data: { lotId: job.lotId, pdfSha256: toBase64url(file.sha256) },
    })
  })
}
