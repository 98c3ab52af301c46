import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { PDFDocument } from 'pdf-lib'
import type { Http } from '../../client/http.ts'
import { type ByteRange, digestByteRange } from '../../kernel/pdf/byte-range.ts'
import { signCades } from '../../kernel/pdf/cades.ts'
import { renderPdf } from '../../kernel/pdf/document.ts'
import type { PdfBlock } from '../../kernel/pdf/model.ts'
import { toBase64url } from '../../log/bytes.ts'
import type { Signer } from '../../seal/cms.ts'

/** Honest papers for rehearsals: real PDFs of some pages, and scans of some megabytes that do not compress. */
const paper = (title: string, blocks: PdfBlock[], at: Date): Promise<Uint8Array> =>
  renderPdf({ title, language: 'zh', createdAt: at, blocks })

const ITEMS = [
  '探测器排数',
  '旋转时间',
  '空间分辨率',
  '扫描视野',
  '低剂量成像',
  '金属伪影校正',
  '图像重建速度',
  '质保与培训',
  '交货期限',
  '安装调试',
]

export const requirementPaper = (title: string, at: Date): Promise<Uint8Array> =>
  paper(
    `${title}采购需求`,
    [
      { type: 'heading', level: 2, text: '一、项目概况' },
      {
        type: 'paragraph',
        text: '本项目为满足门急诊与住院检查需要，采购影像检查设备及配套服务。供应商应保证所投产品为全新、未使用的合格产品，并对安装、调试、培训和售后服务全过程负责。',
      },
      { type: 'heading', level: 2, text: '二、技术与服务要求' },
      ...ITEMS.flatMap((item, at): PdfBlock[] => [
        { type: 'heading', level: 3, text: `2.${at + 1}　${item}` },
        {
          type: 'paragraph',
          text: `供应商应对“${item}”逐项应答，说明所投产品的实际参数、检测依据和证明材料所在页码。未应答的视为不满足。评审时以证明材料载明的参数为准，参数前后不一致的，按对供应商不利的一处认定。`,
        },
      ]),
      { type: 'heading', level: 2, text: '三、验收' },
      { type: 'list', ordered: true, items: ['到货清点', '安装调试', '性能检测', '试运行三十日', '出具验收书并公开'] },
    ],
    at,
  )

export const technicalPaper = (bidder: string, title: string, at: Date): Promise<Uint8Array> =>
  paper(
    `${title}技术应答`,
    [
      {
        type: 'facts',
        facts: [
          ['投标人', bidder],
          ['项目', title],
        ],
      },
      ...ITEMS.flatMap((item, n): PdfBlock[] => [
        { type: 'heading', level: 3, text: `${n + 1}．${item}` },
        {
          type: 'paragraph',
          text: `${bidder}应答：完全满足。证明材料见附件扫描件第${n + 1}页，检测报告编号JC-2026-${1000 + n}。`,
        },
      ]),
    ],
    at,
  )

/** 财库〔2020〕46号 第十一条: the one paper by which a small firm shows that it is one. */
export const declarationPaper = (bidder: string, at: Date): Promise<Uint8Array> =>
  paper(
    '中小企业声明函（货物）',
    [
      {
        type: 'paragraph',
        text: `本公司郑重声明，根据《政府采购促进中小企业发展管理办法》的规定，本公司参加本次采购活动，提供的货物全部由符合政策要求的中小企业制造。本公司对上述声明内容的真实性负责。如有虚假，将依法承担相应责任。`,
      },
      { type: 'paragraph', text: `企业名称：${bidder}`, align: 'right' },
    ],
    at,
  )

const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}
const crc32 = (data: Uint8Array): number => {
  let crc = ~0
  for (const byte of data) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

/** A grey page as a scanner sees paper: mostly noise, so that its size is honest. */
const scanPng = (width: number, height: number): Buffer => {
  const rows = Buffer.alloc((width + 1) * height)
  const noise = randomBytes(rows.length)
  for (let at = 0; at < rows.length; at++) rows[at] = at % (width + 1) === 0 ? 0 : 200 + (noise[at]! % 56)
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 0, 0, 0, 0], 8)
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(rows, { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A PDF of scanned pages, about 0.7 MB each. */
export const scannedPaper = async (pages: number): Promise<Uint8Array> => {
  const pdf = await PDFDocument.create()
  const image = await pdf.embedPng(scanPng(900, 1270))
  for (let page = 0; page < pages; page++) {
    const sheet = pdf.addPage([595, 842])
    sheet.drawImage(page === 0 ? image : await pdf.embedPng(scanPng(900, 1270)), {
      x: 20,
      y: 20,
      width: 555,
      height: 783,
    })
  }
  return pdf.save()
}

/** Sign a paper with a key that stays here: the digest is computed anew over the very file, never taken on trust. */
export const signPaper = async (http: Http, signer: Signer, paperPath: string): Promise<void> => {
  type Prepared = { version: number; digest: string; byteRange: ByteRange }
  const { version, digest, byteRange } = await http.json<Prepared>('POST', `${paperPath}/signature`)
  const pdf = await http.bytes(`${paperPath}/prepared.pdf`)
  const own = pdf && (await digestByteRange(pdf, byteRange))
  if (!own || toBase64url(own) !== digest) throw new Error('the file to be signed has another digest than told')
  const cms = await signCades({ ...signer, chainDer: [...signer.chainDer], digest: own })
  await http.json('PUT', `${paperPath}/signature`, { version, cms: toBase64url(cms) })
}
