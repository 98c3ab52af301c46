import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { balanceLines, breakLines, unbreakables } from './lines.ts'

/** Ideographs and full-width signs one em, the rest half. */
const measure = (text: string) => [...text].reduce((sum, char) => sum + (char.codePointAt(0)! > 0xff ? 1 : 0.5), 0)
const rows = (text: string, width: number, indent = 0) =>
  breakLines(text, measure, width, indent).map((line) => line.text)

test('避头尾: no line opens with a closing sign or closes with an opening one', () => {
  assert.deepEqual(rows('甲乙丙丁，戊己', 4), ['甲乙丙', '丁，戊己'])
  assert.deepEqual(rows('甲乙丙《丁戊》己', 4), ['甲乙丙', '《丁戊》', '己'])
  assert.deepEqual(rows('甲乙丙（一）。丁', 5), ['甲乙丙', '（一）。丁'])
  assert.deepEqual(rows('甲乙丙——丁', 4), ['甲乙', '丙——丁'])
})

test('numbers, words and money stay whole', () => {
  assert.deepEqual(rows('限价12,500,000.00元', 7), ['限价', '12,500,000.00', '元'])
  assert.deepEqual(rows('编号YC-2026-GP-000123号', 9), ['编号', 'YC-2026-GP-000123', '号'])
  assert.deepEqual(rows('sealed bids nobody can read', 6), ['sealed bids', 'nobody can', 'read'])
  assert.deepEqual(unbreakables('提高8%。'), ['提', '高', '8%。'])
})

test('what is wider than a line is cut, after a separating sign if it can', () => {
  assert.deepEqual(rows('0123456789abcdef', 4), ['01234567', '89abcdef'])
  assert.deepEqual(rows('https://example.cn/openings/1', 11), ['https://example.cn/', 'openings/1'])
})

test('the first line is shorter by the indent, forced breaks hold', () => {
  assert.deepEqual(rows('甲乙丙丁戊己', 4, 2), ['甲乙', '丙丁戊己'])
  assert.deepEqual(rows('甲\n\n乙', 4), ['甲', '', '乙'])
})

test('a title breaks evenly and between words', () => {
  const lines = balanceLines('江南市医疗信息化平台建设公开招标公告', measure, 15).map((line) => line.text)
  assert.equal(lines.length, 2)
  assert.equal(lines.join(''), '江南市医疗信息化平台建设公开招标公告')
  assert.ok(Math.abs(measure(lines[0]!) - measure(lines[1]!)) <= 4, lines.join('|'))
})

test('nothing is lost, nothing is too wide, no line opens with a closing sign', () => {
  const char = fc.constantFrom(...'招标文件投采购，。、；：（）《》“”…—abc123.,-/ '.split(''))
  fc.assert(
    fc.property(fc.array(char, { maxLength: 120 }), fc.integer({ min: 6, max: 30 }), (chars, width) => {
      const text = chars.join('')
      const lines = breakLines(text, measure, width)
      assert.equal(
        lines
          .map((line) => line.text)
          .join('')
          .replaceAll(' ', ''),
        text.replaceAll(' ', ''),
      )
      const unbreakable = Math.max(0, ...unbreakables(text).map(measure))
      for (const [index, line] of lines.entries()) {
        assert.ok(line.width <= width)
        const previous = lines[index - 1]?.text ?? ''
        // A chain of signs wider than the line is cut wherever it must be; after a space a sign may stand first.
        if (index > 0 && unbreakable <= width && !text.includes(' '))
          assert.doesNotMatch(line.text, /^[，。、；：）》”]/, previous)
      }
    }),
  )
})
