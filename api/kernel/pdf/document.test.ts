import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { PDFDocument, PDFName, setTextRenderingMode, TextRenderingMode } from 'pdf-lib'
import { type PdfModel, renderPdf } from './document.ts'
import { embedFonts, loadFonts, missingGlyphs } from './fonts.ts'
import { blankGlyphs } from './pixels.testing.ts'

const hasPoppler = ['pdftoppm', 'pdftotext'].every((tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0)
const poppler = hasPoppler ? false : 'pdftoppm and pdftotext (poppler-utils) are not installed'
const folder = mkdtempSync(join(tmpdir(), 'sunlit-paper-'))
after(() => rmSync(folder, { recursive: true }))

const lot = (index: number) => [
  String(index),
  ['电子病历系统升级（含六级评审）', '数据库审计与脱敏', '集成平台及主数据管理'][index % 3]!,
  `${index},250,000.00`,
]
const notice: PdfModel = {
  title: '江南市第一人民医院医疗信息化平台建设项目公开招标公告',
  subtitle: ['项目编号：YC-2026-GP-000123'],
  language: 'zh',
  createdAt: new Date(Date.UTC(2026, 10, 23, 1, 30)),
  header: { left: '阳光交易', right: 'JNGG-2026-001187' },
  footer: { number: 'YC-2026-GP-000123', hash: 'SHA-256 9f86d081884c7d65' },
  blocks: [
    {
      type: 'facts',
      facts: [
        ['采购人', '江南市第一人民医院'],
        ['投标截止时间', '2026年12月15日 09:30（北京时间）'],
      ],
    },
    { type: 'heading', level: 1, text: '一、项目基本情况' },
    {
      type: 'paragraph',
      text: '根据《中华人民共和国政府采购法》等规定，现对本项目进行公开招标，欢迎符合资格条件的供应商参加；联系人：陈龘、靐先生，office@example.cn，大写：壹仟贰佰伍拾万元整。',
    },
    {
      type: 'table',
      columns: [
        { title: '包号', width: 1, align: 'center' },
        { title: '标的名称', width: 5 },
        { title: '最高限价（元）', width: 2, align: 'right' },
      ],
      rows: [...Array.from({ length: 60 }, (_, index) => lot(index + 1)), ['合计', '', '1,234,567,890,123.00']],
      totalRow: true,
    },
    { type: 'list', ordered: true, items: ['满足政府采购法第二十二条规定；', '专门面向中小企业采购。'] },
    { type: 'paragraph', align: 'right', text: '江南市第一人民医院\n2026年11月23日' },
    { type: 'signatureFields', fields: [{ name: 'purchaser', label: '采购人（电子签章）' }] },
  ],
}

test('every character of the text layer is really drawn', { skip: poppler }, async () => {
  const { seen, blank } = await blankGlyphs(folder, 'notice', await renderPdf(notice))
  assert.ok(seen > 900, String(seen))
  assert.deepEqual(blank, [])
})

test('the pixel check itself sees a text that is there but not drawn', { skip: poppler }, async () => {
  const pdf = await PDFDocument.create()
  const { regular } = await embedFonts(pdf, await loadFonts())
  const page = pdf.addPage([300, 100])
  page.pushOperators(setTextRenderingMode(TextRenderingMode.Invisible))
  page.drawText('招标公告', { x: 20, y: 40, size: 12, font: regular })
  const { seen, blank } = await blankGlyphs(folder, 'invisible', await pdf.save())
  assert.equal(seen, 4)
  assert.equal(blank.join(''), '招标公告')
})

test('the pixel check finds one blank glyph among good ones', { skip: poppler }, async () => {
  const pdf = await PDFDocument.create()
  const { regular } = (await loadFonts()).faces
  const { font } = regular
  // As a broken subset does it: the text layer says 标, its outline is that of a space.
  const blank = font.glyphForCodePoint(0x20)!.id
  const glyphFor = (codePoint: number) => {
    const { id, advanceWidth } = font.glyphForCodePoint(codePoint)!
    return { id: codePoint === '标'.codePointAt(0) ? blank : id, advanceWidth, codePoints: [codePoint] }
  }
  const { postscriptName, unitsPerEm, ascent, descent, italicAngle, capHeight, xHeight, bbox, characterSet } = font
  const facts = { postscriptName, unitsPerEm, ascent, descent, italicAngle, capHeight, xHeight, bbox, characterSet }
  const layout = (text: string) => ({ glyphs: [...text].map((char) => glyphFor(char.codePointAt(0)!)) })
  const face = { ...facts, glyphForCodePoint: glyphFor, layout, createSubset: () => font.createSubset() }
  pdf.registerFontkit({ create: () => face })
  const embedded = await pdf.embedFont(regular.bytes, { subset: true })
  pdf.addPage([300, 100]).drawText('公开招标公告', { x: 20, y: 40, size: 12, font: embedded })
  const { seen, blank: found } = await blankGlyphs(folder, 'one-blank', await pdf.save())
  assert.equal(seen, 6)
  assert.deepEqual(found, ['标'])
})

test('the text layer holds what was given; heads repeat; pages are counted', { skip: poppler }, async () => {
  const file = join(folder, 'text.pdf')
  writeFileSync(file, await renderPdf(notice))
  const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' })
  const flat = text.replace(/\s/g, '')
  for (const part of ['陈龘、靐先生', 'office@example.cn', '壹仟贰佰伍拾万元整', '项目编号：YC-2026-GP-000123']) {
    assert.ok(flat.includes(part), part)
  }
  const pages = text.split('\f').filter((page) => page.trim() !== '')
  assert.ok(pages.length >= 3)
  pages.forEach((page, index) => {
    assert.ok(page.replace(/\s/g, '').includes(`第${index + 1}页共${pages.length}页`), `page ${index + 1}`)
  })
  assert.equal(flat.split('标的名称').length - 1, pages.filter((page) => /,250,000\.00/.test(page)).length)
  // The widest figure stays on one line though its column was asked narrower.
  assert.match(text, /1,234,567,890,123\.00/)
  const info = execFileSync('pdfinfo', [file], { encoding: 'utf8' })
  assert.match(info, /Title:\s+江南市第一人民医院医疗信息化平台建设项目公开招标公告/)
})

test('right-aligned money ends at one edge', { skip: poppler }, async () => {
  const file = join(folder, 'edge.pdf')
  writeFileSync(file, await renderPdf(notice))
  const boxes = execFileSync('pdftotext', ['-bbox', file, '-'], { encoding: 'utf8' })
  const ends = [...boxes.matchAll(/xMax="(\S+)" yMax="\S+">[\d,]+\.00</g)].map((match) => Number(match[1]))
  assert.equal(ends.length, 61)
  assert.ok(Math.max(...ends) - Math.min(...ends) < 0.1)
})

test('the same model gives the same octets, whatever was printed before', async () => {
  const first = await renderPdf(notice)
  await renderPdf({ ...notice, title: '另一份⼀⼆文件' })
  assert.deepEqual(Buffer.from(await renderPdf(notice)), Buffer.from(first))
  const other = await renderPdf({ ...notice, createdAt: new Date(0) })
  assert.notDeepEqual(Buffer.from(other), Buffer.from(first))
})

test('language, title and empty signature fields are in the file', async () => {
  const pdf = await PDFDocument.load(await renderPdf(notice), { updateMetadata: false })
  assert.equal(pdf.getTitle(), notice.title)
  assert.match(String(pdf.catalog.lookup(PDFName.of('Lang'))), /zh-CN/)
  assert.equal(pdf.getCreationDate()?.getTime(), notice.createdAt.getTime())
  assert.deepEqual(
    pdf
      .getForm()
      .getFields()
      .map((field) => field.getName()),
    ['purchaser'],
  )
})

test('a character without a picture is refused by name, never left blank', async () => {
  assert.deepEqual(await missingGlyphs('𠮷野家𪚥龘\u200b'), ['𠮷', '𪚥'])
  const blocks = [{ type: 'paragraph', text: '联系人：𠮷先生' }] as const
  await assert.rejects(
    renderPdf({ ...notice, blocks: [...blocks] }),
    (error: { code: string; extra: { detail: string } }) => {
      assert.equal(error.code, 'pdf-glyph-missing')
      assert.match(error.extra.detail, /𠮷 \(U\+20BB7\)/)
      return true
    },
  )
})

test('a row taller than a page is cut and continued', { skip: poppler }, async () => {
  const long = '需求说明'.repeat(2000)
  const table = {
    type: 'table',
    columns: [
      { title: '项', width: 1 },
      { title: '说明', width: 9 },
    ],
    rows: [['一', long]],
  } as const
  const pdf = await renderPdf({ ...notice, blocks: [{ ...table, columns: [...table.columns], rows: [['一', long]] }] })
  const file = join(folder, 'tall.pdf')
  writeFileSync(file, pdf)
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' }).replace(/\s/g, '')
  assert.equal([...text.matchAll(/[需求明]/g)].length >= 6000, true)
})

test('an English paper counts its pages in English', { skip: poppler }, async () => {
  const file = join(folder, 'english.pdf')
  const blocks = [
    { type: 'paragraph', text: 'Sealed bids nobody can read before the opening: official office affairs 0123456789.' },
  ]
  writeFileSync(
    file,
    await renderPdf({ ...notice, language: 'en', title: 'Invitation to tender', blocks: blocks as PdfModel['blocks'] }),
  )
  const text = execFileSync('pdftotext', [file, '-'], { encoding: 'utf8' })
  assert.match(text, /Page 1 of 1/)
  assert.match(text.replace(/\s+/g, ' '), /official office affairs 0123456789/)
})
