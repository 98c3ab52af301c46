import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { ask, context } from './ask.fixture.ts'
import { ruleFor } from './contract.ts'
import { restrictions, screenText } from './fair-competition.ts'
import { gateOf } from './fair-competition-gate.ts'
import { patternOf } from './fair-competition-words.ts'

type Labelled = { text: string; rules: string[] }
/** The half that its author wrote for development; the other half stays unseen (bench/fair-competition.ts). */
const seen: Labelled[] = JSON.parse(
  readFileSync(new URL('../../bench/corpus/fair-competition-seen.json', import.meta.url), 'utf8'),
)
const rulesOf = (text: string): string[] => [
  ...new Set(screenText(text, context).flatMap(({ rule, severity }) => (severity === 'info' ? [] : [rule]))),
]

test('the screen finds each rule and spares what is lawful, on the sentences it was made with', () => {
  for (const rule of restrictions) {
    const labelled = seen.filter(({ rules }) => rules.includes(rule))
    const found = labelled.filter(({ text }) => rulesOf(text).includes(rule)).length
    assert.ok(labelled.length >= 8, `${rule}: only ${labelled.length} sentences`)
    assert.ok(found / labelled.length >= 0.95, `${rule}: ${found} of ${labelled.length}`)
  }
  const alarms = seen.filter(({ text, rules }) => rulesOf(text).some((rule) => !rules.includes(rule)))
  assert.ok(alarms.length / seen.length <= 0.02, alarms.map(({ text }) => text).join('\n'))
})

test('a sentence that forbids is never an alarm', () => {
  const forbidding = seen.filter(({ text, rules }) => rules.length === 0 && /不得|禁止|严禁/.test(text))
  assert.ok(forbidding.length >= 60)
  assert.deepEqual(
    forbidding.filter(({ text }) => rulesOf(text).length > 0),
    [],
  )
})

test('whatever is demanded may also be forbidden', () => {
  const demands = [
    '投标人在本市注册',
    '供应商在本地缴纳社会保险',
    '外地企业与本地企业组成联合体',
    '具有本省同类业绩',
    '投标人为国有企业',
    '投标人注册资本不低于500万元',
    '使用指定品牌的产品',
    '提供原厂授权书',
    '成为行业协会会员',
    '法定代表人到场开标',
    '缴纳诚信保证金',
    '使用指定的软件编制投标文件',
    '从预选库中选取代理机构',
  ]
  for (const words of demands) {
    assert.ok(rulesOf(`要求${words}。`).length > 0, words)
    for (const forbid of ['不得要求', '禁止要求', '严禁要求', '不得强制要求'])
      assert.deepEqual(rulesOf(`采购人${forbid}${words}。`), [], forbid + words)
    assert.deepEqual(rulesOf(`要求${words}的做法，应当予以纠正。`), [], words)
  }
})

test('不得 is no pardon where it shuts somebody out', () => {
  assert.deepEqual(rulesOf('未在本市注册的供应商不得参加投标。'), ['F1'])
  assert.deepEqual(rulesOf('民营企业不得参加投标。'), ['F3'])
  assert.deepEqual(rulesOf('净资产不得低于2000万元。'), ['F4'])
  assert.deepEqual(rulesOf('禁止转包，投标人须在本市注册。'), ['F1'])
})

test('a promise for the time after the award only informs', () => {
  const [hit] = screenText('中标后承诺在项目所在地设立服务网点。', context)
  assert.deepEqual([hit?.rule, hit?.severity], ['F1', 'info'])
  const [named] = screenText('参考品牌：某某，或相当于该品牌档次的产品。', context)
  assert.deepEqual([named?.rule, named?.severity], ['F5', 'warn'])
})

test('a hit quotes the words where they stand, counted in UTF-16', () => {
  const text = '𠮷祥项目😀公告。\n投标人须在本市注册。合格供应商均可参加；法定代表人须到场开标！'
  const answer = ask('fair-competition', { text }) as { hits: ReturnType<typeof screenText> }
  assert.deepEqual(
    answer.hits.map(({ rule }) => rule),
    ['F1', 'F9'],
  )
  for (const { start, end, quote, article } of answer.hits) {
    assert.equal(text.slice(start, end), quote)
    assert.match(article, /\S+ \S+/)
  }
  assert.deepEqual(ask('fair-competition', { text: '' }), { hits: [] })
})

test('any text is answered, and sentences do not disturb each other', () => {
  const sentence = fc.constantFrom(...seen.map(({ text }) => text))
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 6 }), (sentences) => {
      const together = screenText(sentences.join('\n'), context).map(({ rule, quote }) => `${rule} ${quote}`)
      const alone = sentences.flatMap((one) => screenText(one, context).map(({ rule, quote }) => `${rule} ${quote}`))
      assert.deepEqual(together, alone)
    }),
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
      for (const { start, end, quote } of screenText(text, context)) assert.equal(text.slice(start, end), quote)
    }),
  )
})

test('no phrase is lost to the words it needs, and none runs away on a long line', () => {
  for (const rule of restrictions) {
    const row = ruleFor(rule, context)
    assert.ok(row)
    for (const { on } of row.params.phrases) {
      const gate = gateOf([[patternOf(on).source]])
      for (const { text } of seen)
        assert.ok(!patternOf(on).test(text) || gate(text, 0, text.length).length === 1, `${rule}: ${text}: ${on}`)
    }
  }
  const long = '本市注册须投标人企业公司'.repeat(2000)
  const began = performance.now()
  screenText(long, context)
  assert.ok(performance.now() - began < 5000)
})

test('what a pattern needs is read from the pattern', () => {
  const pass = (source: string, text: string) => gateOf([[source]])(text, 0, text.length).length === 1
  assert.ok(pass('(?:本市|本省)[^，]{0,9}?注册', '须在本省注册'))
  assert.ok(!pass('(?:本市|本省)[^，]{0,9}?注册', '须在外省注册'))
  assert.ok(!pass('(?:本市|本省)[^，]{0,9}?注册', '本省企业'))
  assert.ok(pass('甲?乙|丙', '乙'))
  assert.ok(pass('甲?乙|丙', '丙'))
  assert.ok(!pass('甲?乙|丙', '甲'))
  assert.ok(pass('(?<!无)须(?!知)|[得加]\\d', '加3'))
  assert.ok(pass('\\d{3}', '任何'))
  assert.deepEqual(gateOf([['甲'], ['乙'], ['甲', '乙']])('乙甲', 0, 2), [0, 1, 2])
  assert.deepEqual(gateOf([['甲'], ['乙'], ['甲', '乙']])('甲乙', 1, 2), [1])
})
