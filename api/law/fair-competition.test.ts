import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'
import { ask, context } from './ask.fixture.ts'
import { restrictions, screenText, sentencesOf } from './fair-competition.ts'
import { LEVELS, modelOf, symbolsOf } from './fair-competition-model.ts'
import { keyOf, MEANINGS, spellingOf, tokensOf, wholeWords } from './fair-competition-reading.ts'

type Labelled = { text: string; rules: string[] }
/** What the weights were counted from; the other half stays unseen (bench/fair-competition.ts). */
const seen: Labelled[] = JSON.parse(
  readFileSync(new URL('../../bench/corpus/fair-competition-seen.json', import.meta.url), 'utf8'),
)
const rulesOf = (text: string): string[] => [
  ...new Set(screenText(text, context).flatMap(({ rule, severity }) => (severity === 'block' ? [rule] : []))),
]

test('the screen finds each rule and spares what is lawful, on the sentences it was made with', () => {
  const judged = seen.map(({ text, rules }) => ({ rules, found: rulesOf(text) }))
  const count = (
    has: (one: (typeof judged)[number], rule: string) => boolean,
    rules: readonly string[] = restrictions,
  ) => judged.reduce((sum, one) => sum + rules.filter((rule) => has(one, rule)).length, 0)
  const both = (one: (typeof judged)[number], rule: string) => one.rules.includes(rule) && one.found.includes(rule)
  for (const rule of restrictions) {
    const told = count(({ rules }, one) => rules.includes(one), [rule])
    assert.ok(told >= 80, `${rule}: only ${told} sentences`)
    assert.ok(count(both, [rule]) / told >= 0.8, `${rule}: ${count(both, [rule])} of ${told}`)
  }
  const precision = count(both) / count(({ found }, rule) => found.includes(rule))
  const recall = count(both) / count(({ rules }, rule) => rules.includes(rule))
  // A closer fit to these sentences was tried and found less in those of authors that it had not seen.
  assert.ok(precision >= 0.97 && recall >= 0.94, `precision ${precision}, recall ${recall}`)
})

test('what a prohibition governs is never an alarm', () => {
  const sentences = seen.filter(({ text, rules }) => rules.length > 0 && sentencesOf(text).length === 1)
  assert.ok(sentences.length >= 1400)
  for (const { text } of sentences)
    for (const forbid of ['采购人不得要求', '禁止要求', '严禁设置', '任何单位不得规定']) {
      // 「不得要求甲，但须乙」 demands the second.
      if (!/[，,](?:但|不过|然而|同时应|同时须)/.test(text)) assert.deepEqual(rulesOf(forbid + text), [], forbid + text)
    }
})

test('a sentence that forbids is hardly ever an alarm', () => {
  const forbidding = seen.filter(({ text, rules }) => rules.length === 0 && /不得|禁止|严禁/.test(text))
  assert.ok(forbidding.length >= 250)
  const alarms = forbidding.filter(({ text }) => rulesOf(text).length > 0)
  assert.ok(alarms.length <= forbidding.length / 100, alarms.map(({ text }) => text).join('\n'))
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

test('a title in another language is nothing that the screen could read', () => {
  for (const text of [
    'road breaks no. 1 municipal road osan 45 route improvement work',
    'Cleaning services',
    'MRI scanner 3.0T',
    '采购 MRI scanner 3.0T 一台',
  ])
    assert.deepEqual(screenText(text, context), [], text)
  assert.deepEqual(rulesOf('必须采用 ThinkPad 品牌的产品。'), ['F5'])
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

test('a quote is made of whole words, names and numbers', () => {
  const table: [string, string, string][] = [
    ['投标人须具有本地营业执照。', '人须具有本地营业', '投标人须具有本地营业执照'],
    ['民营企业，须提供三项业绩。', '，须提供三项', '须提供三项'],
    ['得分不低于1,000.5分。', '不低于1,000', '不低于1,000.5分'],
    ['服务器采用ThinkSystem品牌。', 'System品牌', 'ThinkSystem品牌'],
    ['投标人须获“守合同”证书。', '“守合同”', '“守合同”'],
    ['须由𠮷祥公司担保。', '须由𠮷'.slice(0, 3), '须由𠮷'],
    ['，。', '，。', '，。'],
  ]
  for (const [text, part, whole] of table) {
    const at = text.indexOf(part)
    assert.equal(text.slice(...wholeWords(text, at, at + part.length)), whole)
  }
  const cut = (text: string, at: number) =>
    tokensOf(text).some(({ start, end }) => start < at && at < end) ||
    /[A-Za-z\d]{2}|[\ud800-\udbff][\udc00-\udfff]/.test(text.slice(Math.max(0, at - 1), at + 1))
  for (const { text } of seen)
    for (const { start, end, quote } of screenText(text, context)) {
      assert.ok(!cut(text, start) && !cut(text, end), quote)
      assert.deepEqual(wholeWords(text, start, end), [start, end], quote)
    }
})

test('a long line is read in bounded time', () => {
  const long = '本市注册须投标人企业公司'.repeat(2000)
  const began = performance.now()
  screenText(long, context)
  assert.ok(performance.now() - began < 5000)
})

test('words are read by their longest meaning, places and numbers by what they are', () => {
  const meaningsOf = (text: string) =>
    tokensOf(text).map(({ means, start, end }) => [text.slice(start, end), ...means.map((one) => MEANINGS[one])])
  assert.deepEqual(meaningsOf('注册资本'), [['注册资本', 'SCALE']])
  assert.deepEqual(meaningsOf('青川州'), [['青川州', 'LOCAL']])
  assert.deepEqual(meaningsOf('12日'), [['12日', 'DAYS']])
  assert.deepEqual(meaningsOf('二十日'), [['二十日', 'LONG']])
  assert.deepEqual(meaningsOf('5个工作日'), [['5个工作日', 'WORKING']])
  for (const spelling of ['须', '在本', '@Ā', '@Āć']) assert.equal(spellingOf(keyOf(spelling)), spelling)
})

test('the weights are written and read alike', () => {
  const levels = LEVELS.map((_, i) => i)
  const wide = [...levels, ...levels].slice(0, 14)
  const model = modelOf({ BIASES: [1, ...Array(14).fill(0)], RESTRICTS: '须-3', TOPICS: `须${symbolsOf(wide)}` })
  assert.equal(model.restricts('须须'), -2)
  assert.deepEqual(
    model.topicsOf('须'),
    wide.map((level) => LEVELS[level]),
  )
})
