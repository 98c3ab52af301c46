import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deflateSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { PDFDocument } from 'pdf-lib'
import { headSize, sniffFile, sniffStream } from './file-sniff.ts'

const contentTypes = (part: string, type: string) =>
  strToU8(
    `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="${part}" ContentType="application/vnd.openxmlformats-officedocument.${type}.main+xml"/></Types>`,
  )
const xml = strToU8('<?xml version="1.0"?><x/>')
const docxTypes = contentTypes('/word/document.xml', 'wordprocessingml.document')
const xlsxTypes = contentTypes('/xl/workbook.xml', 'spreadsheetml.sheet')

const crcTable = Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})
const crc = (bytes: Uint8Array) =>
  ~bytes.reduce((c, octet) => crcTable[(c ^ octet) & 255]! ^ (c >>> 8), 0xffffffff) >>> 0
const chunk = (type: string, data: Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(body.length + 8)
  frame.writeUInt32BE(data.length)
  body.copy(frame, 4)
  frame.writeUInt32BE(crc(body), body.length + 4)
  return frame
}
/** One red pixel. */
const png = Buffer.concat([
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
  chunk('IHDR', Uint8Array.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])),
  chunk('IDAT', deflateSync(Uint8Array.from([0, 255, 0, 0]))),
  chunk('IEND', new Uint8Array(0)),
])
const jpg = Uint8Array.from([
  0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0xff, 0xd9,
])

const pdf = await (async () => {
  const document = await PDFDocument.create()
  document.addPage()
  return document.save()
})()
const files = {
  pdf,
  docx: zipSync({ '[Content_Types].xml': docxTypes, 'word/document.xml': xml }),
  xlsx: zipSync({ '[Content_Types].xml': xlsxTypes, 'xl/workbook.xml': xml }),
  zip: zipSync({ '报价/分项.txt': strToU8('一') }),
  png: new Uint8Array(png),
  jpg,
  txt: strToU8('第一章 投标邀请\r\n第二章'),
  csv: strToU8('\ufeff序号,名称,单价\n1,服务器,1000.00\n'),
}

const streamOf = (parts: Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start: (controller) => {
      for (const part of parts) controller.enqueue(part)
      controller.close()
    },
  })

const refused = (bytes: Uint8Array, name: string, code: string, mime?: string) =>
  assert.rejects(sniffFile(bytes, name, mime), { code }, `${name} should be ${code}`)

test('each allowed type is known by its octets', async () => {
  for (const [kind, bytes] of Object.entries(files)) {
    assert.equal((await sniffFile(bytes, `投标文件.${kind}`)).kind, kind)
    assert.equal((await sniffFile(bytes, `A.B.${kind.toUpperCase()}`, 'application/octet-stream')).kind, kind)
  }
  assert.equal((await sniffFile(jpg, '照片.jpeg', 'image/jpeg')).mime, 'image/jpeg')
  assert.equal((await sniffFile(files.csv, '清单.csv', 'application/vnd.ms-excel')).mime, 'text/csv')
})

test('Office files whose parts stand in another order are known too', async () => {
  const late = { '_rels/.rels': xml, 'docProps/app.xml': xml }
  const docx = zipSync({ ...late, 'word/document.xml': xml, '[Content_Types].xml': docxTypes })
  const xlsx = zipSync({ ...late, 'xl/workbook.xml': xml, '[Content_Types].xml': xlsxTypes }, { level: 0 })
  assert.equal((await sniffFile(docx, '技术方案.docx')).kind, 'docx')
  assert.equal((await sniffFile(xlsx, '报价表.xlsx')).kind, 'xlsx')
})

test('a name that says another type than the octets is refused, each way', async () => {
  for (const [kind, bytes] of Object.entries(files)) {
    for (const other of Object.keys(files)) {
      const isTextPair = ['txt', 'csv'].includes(kind) && ['txt', 'csv'].includes(other)
      if (other !== kind && !isTextPair) await refused(bytes, `投标文件.${other}`, 'file-name-lies')
    }
    await refused(bytes, '投标文件', 'file-name-lies')
    await refused(bytes, `.${kind}`, 'file-name-lies')
    await refused(bytes, `投标文件.${kind}.exe`, 'file-name-lies')
  }
  await refused(pdf, '投标文件.pdf', 'file-name-lies', 'image/png')
  await refused(files.txt, '说明.txt', 'file-name-lies', 'text/html')
})

test('names that deceive the eye or lead elsewhere are refused', async () => {
  for (const name of ['报价\u202efdp.pdf', '../报价.pdf', 'C:\\报价.pdf', '报\u0000价.pdf', '报\u200b价.pdf']) {
    await refused(pdf, name, 'file-name-lies')
  }
})

test('types that are not allowed are refused whatever they are called', async () => {
  const macro = contentTypes('/word/document.xml', 'wordprocessingml.document')
  const docm = strToU8(
    new TextDecoder()
      .decode(macro)
      .replace(/application\/[^"]+/, 'application/vnd.ms-word.document.macroEnabled.main+xml'),
  )
  const others: Record<string, Uint8Array> = {
    exe: Uint8Array.from([0x4d, 0x5a, 0x90, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0xff, 0xff, 0, 0]),
    elf: Uint8Array.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    gif: strToU8('GIF89a\u0001\u0000\u0001\u0000'),
    rar: Uint8Array.from([0x52, 0x61, 0x72, 0x21, 0x1a, 7, 1, 0, 0, 0]),
    html: strToU8('<!DOCTYPE html><script>alert(1)</script>'),
    script: strToU8('\n <script>alert(1)</script>'),
    svg: strToU8('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'),
    binary: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0]),
    gbk: Uint8Array.from([0xcd, 0xb6, 0xb1, 0xea, 0xce, 0xc4, 0xbc, 0xfe]),
    utf16: Uint8Array.from([0xff, 0xfe, 0x95, 0x62, 0x07, 0x68]),
    docm: zipSync({ '[Content_Types].xml': docm, 'word/document.xml': xml, 'word/vbaProject.bin': xml }),
  }
  for (const [kind, bytes] of Object.entries(others)) {
    for (const name of [`a.${kind}`, 'a.txt', 'a.pdf', 'a.docx']) await refused(bytes, name, 'file-type-refused')
  }
})

test('an empty file is refused', async () => {
  await refused(new Uint8Array(0), '投标文件.pdf', 'file-empty')
  await refused(new Uint8Array(0), '说明.txt', 'file-empty')
})

test('a character cut in two at the end of the head is no fault, a broken one inside is', async () => {
  const long = strToU8(`a${'标'.repeat(headSize)}`)
  assert.equal((await sniffFile(long, '说明.txt')).kind, 'txt')
  assert.equal((await sniffFile(long.subarray(0, headSize), '说明.txt')).kind, 'txt')
  await refused(strToU8('标标').subarray(0, 5), '说明.txt', 'file-type-refused')
})

test('a stream is judged by its head and repeated whole', async () => {
  const long = strToU8('序号,名称\n'.repeat(30_000))
  const parts = [long.subarray(0, 10), long.subarray(10, 70_000), long.subarray(70_000)]
  const sniffed = await sniffStream(streamOf(parts), '清单.csv', 'text/csv')
  assert.equal(sniffed.kind, 'csv')
  const repeated = new Uint8Array(
    await new Response(sniffed.stream as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer(),
  )
  assert.deepEqual(Buffer.from(repeated), Buffer.from(long))
})

test('a refused stream is cancelled at its source', async () => {
  let cancelled = false
  const source = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(32_768)),
    cancel: () => {
      cancelled = true
    },
  })
  await assert.rejects(sniffStream(source, '投标文件.pdf'), { code: 'file-type-refused' })
  assert.equal(cancelled, true)
  await assert.rejects(sniffStream(streamOf([]), '投标文件.pdf'), { code: 'file-empty' })
})
