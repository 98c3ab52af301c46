import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Basis } from '../../../api/law/contract.ts'
import { calculate } from '../../../api/law/index.ts'
import { en } from '../i18n/en.ts'
import { zhCN } from '../i18n/zh-CN.ts'
import { answerView, cut } from './answer-view.ts'
import { basisText, citedText } from './cite.ts'
import { EXAMPLES } from './examples.ts'
import { FORMS } from './forms.ts'
import { answered, PAGE_NAMES, type PageName } from './names.ts'
import { present } from './present.ts'
import { bodyOf, queryOf, readTyped } from './read.ts'
import { teller } from './say.ts'
import type { Mark } from './working.ts'

const context = { today: '2026-11-23' }
const LANGS = { 'zh-CN': zhCN.calculators, en: en.calculators } as const

type Body = Readonly<Record<string, unknown>>
const work = (name: PageName, body: Body, lang: keyof typeof LANGS = 'zh-CN') => {
  const known = answered(name)
  assert.ok(known, `${name} is answered`)
  const outcome = calculate(known, body, context)
  assert.ok(!('problem' in outcome), JSON.stringify(outcome))
  const answer = outcome as object & { basis: Basis[] }
  const working = present(name, { body, answer, context })
  const tell = teller(LANGS[lang], lang)
  return { head: tell(working.head), ...answerView(working, answer.basis, context, tell) }
}
const example = (name: PageName, changes: Body = {}, lang: keyof typeof LANGS = 'zh-CN') =>
  work(name, { ...EXAMPLES[name], ...changes }, lang)
const texts = ({ steps }: ReturnType<typeof work>) => steps.map(({ text }) => text)

/** No key and no unfilled name may reach a reader. */
const isSaid = (text: string): boolean => text.length > 0 && !/calc\.|\{\w+[|}]|undefined|\[object/.test(text)

describe('workings', () => {
  for (const name of PAGE_NAMES.filter((one) => answered(one) !== null))
    for (const lang of ['zh-CN', 'en'] as const)
      test(`${name} explains its example in ${lang}`, () => {
        const shown = example(name, {}, lang)
        assert.ok(isSaid(shown.head), shown.head)
        assert.ok(shown.steps.length > 0)
        assert.ok(shown.basis.length > 0 && shown.basis.every(({ text }) => isSaid(text)))
        const cells = shown.grid?.rows.flatMap((row) => row.cells) ?? []
        for (const text of [...texts(shown), ...shown.notes, ...cells]) assert.ok(isSaid(text), text)
        const articles = [...shown.steps, ...(shown.marks?.hits ?? [])].map(({ article }) => article)
        assert.ok(articles.some(isSaid), 'a step names its article')
      })

  test('an example survives its own address', () => {
    for (const name of PAGE_NAMES) {
      const form = FORMS[name]
      const typed = readTyped(form, new URLSearchParams(queryOf(form, EXAMPLES[name])))
      assert.deepEqual(bodyOf(form, typed), EXAMPLES[name], name)
      assert.ok(typed.asked)
    }
  })

  test('E1: the formula is filled in, and who is strongest stands out', () => {
    const { head, grid, steps } = example('price-score')
    assert.equal(head, '评标基准价855,000，B得30.00分')
    assert.deepEqual(
      grid?.rows.map(({ cells }) => cells),
      [
        ['A', '1,000,000', '855,000 ÷ 1,000,000 × 30', '25.65'],
        ['B', '950,000 ×（1 − 10%）= 855,000', '855,000 ÷ 855,000 × 30', '30.00'],
        ['C', '920,000', '855,000 ÷ 920,000 × 30', '27.88'],
      ],
    )
    assert.deepEqual(
      steps.map(({ article }) => article),
      ['财库〔2022〕19号', '87号令第55条', '87号令第55条'],
    )
  })

  test('E2: both deductions on the original quote', () => {
    const { grid } = work('price-score', {
      ...EXAMPLES['price-score'],
      weight: '0.40',
      bids: [
        { id: 'A', price: '1200000', size: 'small', domesticShare: '1' },
        { id: 'B', price: '1000000', size: 'large' },
      ],
    })
    assert.equal(grid?.rows[0]?.cells[1], '1,200,000 ×（1 − 10% − 20%）= 840,000')
  })

  test('E5: each line is worked out, and what lies below it is said', () => {
    const shown = example('abnormally-low')
    assert.equal(shown.head, 'C的报价需要说明合理性')
    assert.deepEqual(texts(shown).slice(0, 3), [
      '平均价81.25 × 50% = 40.625。',
      '次低价88 × 50% = 44。',
      '最高限价120 × 45% = 54。',
    ])
    assert.deepEqual(shown.grid?.rows[2]?.cells, ['C', '42', '不低于', '低于', '低于'])
  })

  test('E6: the trimmed bids are named and the benchmark is added up', () => {
    const shown = example('benchmark')
    assert.equal(shown.head, '评标基准价为1,053.25')
    const [high, low, mean, composite] = texts(shown)
    assert.equal(high, '去掉最高报价1个：G（1,100）。')
    assert.equal(low, '去掉最低报价1个：A（980）。')
    assert.equal(mean, '平均价：(995 + 1,005 + 1,010 + 1,020 + 1,035) ÷ 5 = 1,013。')
    assert.equal(composite, '最高限价下浮后与平均价加权：1,200 × (1 − 6%) × 0.35 + 1,013 × 0.65 = 1,053.25。')
    const below = example('benchmark', { ceiling: '1090', formula: { kind: 'average', trim: 'standard' } })
    assert.equal(below.head, '评标基准价为1,007.5')
    assert.equal(texts(below)[0], 'G的报价高于最高限价1,090，先予否决，不进入平均。')
    assert.equal(below.grid?.rows.length, 6)
  })

  test('the mean that is written down is the one the law used, however many are dropped', () => {
    for (let n = 1; n <= 12; n++) {
      const bids = Array.from({ length: n }, (_, i) => ({ id: `b${i}`, price: String(100 + i * i) }))
      const shown = example('benchmark', { formula: { kind: 'average', trim: 'standard' }, bids })
      const base = shown.head.replace('评标基准价为', '')
      assert.ok(
        texts(shown).some((text) => text.endsWith(` = ${base}。`)),
        `${n}: ${shown.head} ${texts(shown).join(' ')}`,
      )
    }
  })

  test('E4: who is left out for its brand', () => {
    const shown = example('ranking')
    assert.equal(shown.head, '排名第一的是A')
    assert.match(texts(shown)[0] ?? '', /^A、B都提供X品牌，按一家计算；得分最高的A获得推荐资格，B不作为候选人/)
    assert.deepEqual(
      shown.grid?.rows.map(({ cells }) => [cells[0], cells.at(-1)]),
      [
        ['A', '第1名'],
        ['C', '第2名'],
        ['D', '第3名'],
        ['B', '同品牌，不作候选人'],
      ],
    )
    const bids = (EXAMPLES.ranking['bids'] as object[]).slice(0, 3)
    assert.equal(example('ranking', { bids }).head, '有效投标人2家，不足3家，本次采购失败')
  })

  test('E7: the holiday is why the day moves, and the calendar shows the make-up Saturday', () => {
    const notice = example('timetable')
    assert.equal(notice.head, '提交截止最早为2026年10月8日（星期四）')
    assert.ok(texts(notice).includes('2026年10月1日（星期四）是节假日，顺延至下一个工作日2026年10月8日（星期四）。'))
    assert.equal(notice.steps[0]?.article, '政采法第35条')
    const period = example('period')
    assert.equal(period.head, '期限于2026年10月10日（星期六）届满')
    const cells = period.days?.months.flatMap(({ weeks }) => weeks.flat()) ?? []
    const of = (date: string) => cells.find((cell) => cell?.date === date)
    assert.deepEqual(
      ['2026-09-29', '2026-09-30', '2026-10-08', '2026-10-09', '2026-10-10'].map((date) => of(date)?.n),
      [1, 2, 3, 4, 5],
    )
    assert.deepEqual([of('2026-09-28')?.state, of('2026-10-03')?.state], ['start', 'rest'])
    assert.ok(of('2026-10-10')?.end && of('2026-10-10')?.makeUp)
    const tight = example('timetable', { date: '2026-09-18' })
    assert.equal(tight.tone, 'warn')
    assert.match(tight.notes[0] ?? '', /^期限恰好届满/)
  })

  test('a period of ten years shows its ends only', () => {
    const { days } = example('period', { n: 2500 })
    assert.equal(days?.months.length, 4)
    assert.ok((days?.left ?? 0) > 100)
  })

  test('E9 and E10: interest, caps and counts with their figures', () => {
    assert.ok(
      texts(example('deposit-refund')).some((text) => text.includes('100,000 × 4.35% × 1.2 × 10 ÷ 365 = 143.01')),
    )
    assert.ok(texts(example('late-payment')).some((text) => text.includes('1,000,000 × 0.05% × 43 = 21,500.00')))
    assert.equal(example('deposit-cap').head, '拟收取120,000元，超过上限100,000元')
    const committee = example('committee')
    assert.deepEqual(
      committee.steps.map(({ state }) => state),
      ['done', 'done', 'stop'],
    )
    assert.match(committee.steps[2]?.text ?? '', /3 × 3 = 9 < 5 × 2 = 10/)
    assert.equal(example('minimum-bidders').head, '只有2家，不得开标')
    assert.equal(example('timed-bidding').head, 'C成交，竞价于第670秒结束')
  })

  test('every answer of every choice is said in both languages', () => {
    for (const lang of ['zh-CN', 'en'] as const) {
      const said = (name: PageName, body: Body) => {
        const known = answered(name)
        const outcome = known && calculate(known, body, context)
        if (!outcome || 'problem' in outcome) return
        const shown = work(name, body, lang)
        for (const text of [shown.head, ...texts(shown), ...shown.notes]) assert.ok(isSaid(text), text)
      }
      for (const regime of ['GP', 'TB'])
        for (const method of ['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source']) {
          for (const stage of ['deadline', 'decryption', 'qualification', 'conformity', 'final-quotes'])
            for (const count of [0, 2, 3])
              for (const smeReserved of [true, false])
                for (const documentSound of [true, false])
                  said('minimum-bidders', { regime, method, stage, count, smeReserved, documentSound, research: true })
          for (const event of FORMS.timetable.fields.find(({ name }) => name === 'event')?.options ?? [])
            said('timetable', { regime, method, event, date: '2026-09-18' })
          for (const object of ['goods', 'services', 'works'])
            for (const weight of ['0.05', '0.30', '0.95']) said('price-weight', { regime, method, object, weight })
        }
      for (const cause of ['bidder', 'escrow', 'platform', 'trustees', 'store'])
        for (const fallback of ['opened', 'failed']) said('decryption-failure', { cause, fallback })
      for (const code of [
        '91350100M000100Y43',
        '91350100M000100Y44',
        '9135',
        '91350100M000100I43',
        '91A50100M000100Y43',
      ])
        said('uscc', { code })
      for (const scoring of [{ kind: 'ratio' }, { kind: 'piece', steps: [{ upTo: '2', perPercent: '1' }] }])
        said('benchmark', { ...EXAMPLES.benchmark, scoring, formula: { kind: 'lowest' } })
      for (const regime of ['GP', 'TB'])
        for (const trigger of FORMS['deposit-refund'].fields.find(({ name }) => name === 'trigger')?.options ?? [])
          said('deposit-refund', { regime, trigger, date: '2026-09-28' })
      said('sme-reservation', { item: { object: 'goods', amount: '2000000' } })
      said('sme-reservation', { item: { object: 'works', amount: '4000001' } })
      said('arithmetic-correction', {
        summary: '100',
        words: '壹仟元整',
        items: [{ unit: '10', quantity: '100', total: '1000' }],
      })
    }
  })
})

test('articles are named as lawyers do', () => {
  const named = (article: string) => basisText({ regulation: '某办法', article }, 'zh-CN')
  assert.deepEqual(['9', '56, 57', '59(3)', '6(4)(5)', '四', ''].map(named), [
    '某办法第9条',
    '某办法第56、57条',
    '某办法第59条第3项',
    '某办法第6条第4项、第5项',
    '某办法四',
    '某办法',
  ])
  assert.equal(citedText('19号', 'zh-CN'), '财库〔2022〕19号')
  assert.equal(citedText('87号令 55', 'en'), 'MOF Order 87, art. 55')
})

describe('a screened text', () => {
  const text = '投标人须在本市注册。不得指定品牌。'
  const hit: Mark = {
    start: 4,
    end: 9,
    quote: '在本市注册',
    rule: 'F1',
    article: '公平竞争审查条例 10',
    severity: 'block',
  }

  test('is cut at its marks', () => {
    assert.deepEqual(cut(text, [hit]), [
      { text: '投标人须', marked: false },
      { text: '在本市注册', marked: true },
      { text: '。不得指定品牌。', marked: false },
    ])
    assert.equal(
      cut(text, [hit, { ...hit, start: 6, end: 12 }])
        .map((part) => part.text)
        .join(''),
      text,
    )
    assert.deepEqual(cut('', []), [])
  })

  test('says what is wrong, why, and how to write it', () => {
    const hits = [
      { ...hit, why: { zh: '排斥外地企业', en: 'shuts out others' }, wording: { zh: '具备履约能力', en: 'able' } },
    ]
    const working = present('fair-competition', {
      body: { text },
      answer: { hits, basis: [] } as object & { basis: Basis[] },
      context,
    })
    const tell = teller(LANGS['zh-CN'], 'zh-CN')
    assert.equal(tell(working.head), '发现1处可能违反公平竞争规定的表述')
    const { marks } = answerView(working, [], context, tell)
    assert.deepEqual(marks?.hits[0], {
      quote: '在本市注册',
      rule: 'F1',
      article: '公平竞争审查条例第10条',
      severity: 'block',
      why: '排斥外地企业',
      wording: '具备履约能力',
    })
  })
})
