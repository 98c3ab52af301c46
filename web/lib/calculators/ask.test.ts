import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { calculate } from '../../../api/law/index.ts'
import { proposeTimetable } from '../../../api/law/timetable-plan.ts'
import { en } from '../i18n/en.ts'
import { zhCN } from '../i18n/zh-CN.ts'
import { calendarOf } from './days.ts'
import { formView } from './form-view.ts'
import { FORMS } from './forms.ts'
import { answered, PAGE_NAMES, type PageName } from './names.ts'
import { pictureOf } from './plan.ts'
import { bodyOf, fractionOf, percentOf, readTyped } from './read.ts'
import { shown, teller } from './say.ts'
import { wrongOf } from './wrong.ts'

const context = { today: '2026-11-23' }
const LANGS = { 'zh-CN': zhCN.calculators, en: en.calculators } as const

const asked = (name: PageName, query: string) => {
  const form = FORMS[name]
  const typed = readTyped(form, new URLSearchParams(query))
  return { form, typed, body: bodyOf(form, typed) }
}
/** What stands beside each field of a refused question. */
const wrong = (name: PageName, query: string, lang: keyof typeof LANGS = 'zh-CN'): Record<string, string> => {
  const { form, body } = asked(name, query)
  const known = answered(name)
  assert.ok(known)
  const outcome = calculate(known, body, context)
  assert.ok('problem' in outcome, `${name} refuses ${query}`)
  const tell = teller(LANGS[lang], lang)
  return Object.fromEntries(
    wrongOf(form, body, outcome.problem, context).map(({ field, text, article }) => [
      field,
      `${tell(text)}${article && ` ${article}`}`,
    ]),
  )
}

describe('a question in an address', () => {
  test('per cent is typed, a fraction is asked, exactly', () => {
    for (const [typed, meant] of [
      ['30', '0.30'],
      ['1.5', '0.015'],
      ['100', '1.00'],
      ['0.05', '0.0005'],
      ['5', '0.05'],
      ['abc', 'abc'],
    ] as const)
      assert.equal(fractionOf(typed), meant)
    for (const [meant, typed] of [
      ['0.30', '30'],
      ['0.015', '1.5'],
      ['1', '100'],
      ['1.00', '100'],
      ['0.0005', '0.05'],
    ] as const)
      assert.equal(percentOf(meant), typed)
    assert.equal(shown('-1234567.50'), '−1,234,567.50')
  })

  test('numbers and dates are read as people write them', () => {
    const { body } = asked(
      'deposit-refund',
      'date=２０２６年９月２８日&refundedOn=2026/10/9&amount=1,000,000.50元&rate=4.35%25',
    )
    assert.deepEqual(body, {
      regime: 'GP',
      trigger: 'award-notice',
      date: '2026-09-28',
      refundedOn: '2026-10-09',
      amount: '1000000.50',
      rate: '4.35',
    })
  })

  test('empty fields and rows are not asked; the first answer of a needed choice is', () => {
    const { body } = asked('price-score', 'weight=30&smeRate=&bids.0.id=&bids.0.price=&bids.3.id=B&bids.3.price=9')
    assert.deepEqual(body, {
      method: 'lowest-price-first',
      regime: 'GP',
      object: 'goods',
      weight: '0.30',
      bids: [{ id: 'B', price: '9' }],
    })
  })

  test('a row is taken away, more are added, and nothing else is lost', () => {
    const query = 'weight=30&bids.0.id=A&bids.1.id=B&bids.2.id=C'
    const rows = (text: string) => asked('price-score', text).typed.rows['bids'] ?? []
    assert.deepEqual(
      rows(`${query}&without=bids.1`).map(({ id }) => id),
      ['A', 'C', '', ''],
    )
    assert.equal(rows(`${query}&more=bids.9`).length, 9)
    assert.equal(rows(`${query}&more=bids.999`).length, 200)
    assert.equal(rows(`${query}&more=items.9`).length, 5)
    assert.ok(asked('price-score', `${query}&more=bids.9`).typed.reshaped)
    assert.ok(!asked('price-score', 'lang=en').typed.asked)
  })

  test('a field that another one rules out is not asked', () => {
    const trim = (query: string) => (asked('benchmark', query).body['formula'] as { trim?: unknown }).trim
    assert.deepEqual(trim('formula.trim=counted&formula.trim.high=1&formula.trim.low=2'), { high: 1, low: 2 })
    assert.equal(trim('formula.trim=standard&formula.trim.high=1'), 'standard')
    assert.equal(trim('formula.trim=&formula.trim.high=1'), undefined)
    const steps = 'scoring.steps.0.upTo=2&scoring.steps.0.perPercent=1'
    assert.deepEqual(asked('benchmark', `scoring.kind=linear&${steps}`).body['scoring'], { kind: 'linear' })
    assert.deepEqual(asked('benchmark', `scoring.kind=piece&${steps}`).body['scoring'], {
      kind: 'piece',
      steps: [{ upTo: '2', perPercent: '1' }],
    })
  })
})

describe('a form', () => {
  test('has a label for every field and words for every choice, in both languages', () => {
    for (const lang of ['zh-CN', 'en'] as const)
      for (const name of PAGE_NAMES) {
        const { form, typed } = asked(name, '')
        const view = formView(name, form, typed, {}, LANGS[lang])
        const columns = view.lists.flatMap((list) => list.rows[0]?.cells ?? [])
        for (const { name: path, label, options = [] } of [...view.fields, ...columns]) {
          assert.notEqual(label, path.replace(/\.0\./, '.'), `${lang} ${name} ${path}`)
          // an English word may be the value itself: 'large'
          for (const option of options)
            assert.ok(
              option.label && (lang === 'en' || option.label !== option.value),
              `${lang} ${name} ${path} ${option.value}`,
            )
        }
        for (const list of view.lists) assert.ok(list.label !== list.name && list.hint, `${lang} ${name} ${list.name}`)
      }
  })
})

describe('a refusal', () => {
  test('of the law names the range and its article', () => {
    const bid = 'bids.0.id=A&bids.0.price=100'
    assert.deepEqual(wrong('price-score', `weight=30&smeRate=25&${bid}`), {
      smeRate: '规定的幅度为10%至20% 19号',
    })
    assert.deepEqual(wrong('price-score', `weight=30&smeRate=10&object=works&${bid}`), {
      smeRate: '规定的幅度为3%至5% 46号 9',
    })
    assert.deepEqual(wrong('late-payment', 'delivered=2026-09-05&agreedDays=90'), {
      agreedDays: '不得超过60日 支付条例 9',
    })
    assert.deepEqual(wrong('late-payment', 'delivered=2026-09-05&agreedRate=1'), {
      agreedRate: '不得低于3.00% 支付条例 17',
    })
    assert.deepEqual(wrong('abnormally-low', 'ceiling=120&averageRate=70&prices.0.id=A&prices.0.price=1'), {
      averageRate: '规定的幅度为50%至65% 2号',
    })
  })

  test('of a shape says how to type it', () => {
    assert.deepEqual(wrong('period', 'start=2026-02-30&n=五'), {
      start: '没有这一天，请填写真实存在的日期，例如2026-12-01',
      n: '请填写规定范围内的整数，例如5',
    })
    assert.deepEqual(wrong('period', 'start=1999-01-01&n='), {
      start: '请填写2000年至2099年之间的日期',
      n: '请填写此项',
    })
    assert.deepEqual(wrong('intention-due', 'plannedStart=2020-06-30'), {
      plannedStart: '采购意向公开自2020年7月1日起实施，请填写此后的日期',
    })
    assert.deepEqual(wrong('price-score', 'weight=130&bids.0.id=A&bids.0.price=-5&bids.1.id=B&bids.1.price=0'), {
      weight: '请填写0至100之间的百分数，例如30',
      'bids.0.price': '请填写金额，最多两位小数，例如1000000.00',
      'bids.1.price': '必须大于零',
    })
    assert.deepEqual(wrong('price-score', 'weight=30'), { 'bids.0.id': '请至少填写一行' })
    assert.deepEqual(wrong('price-score', 'weight=30&bids.0.id=A&bids.0.price=1&bids.1.id=A&bids.1.price=1'), {
      'bids.0.id': '名称不得重复，请改成各不相同',
    })
  })

  test('stands at a field of the form, in words, whatever is refused', () => {
    const queries: [PageName, string][] = [
      ['timetable', 'regime=TB&method=inquiry&event=notice&date=2026-09-11'],
      ['timetable', 'regime=XX&method=open&event=never&date=2026-09-11'],
      ['committee', 'regime=TB&method=inquiry&size=5&experts=4'],
      ['committee', 'regime=GP&method=open&size=5&experts=6'],
      ['minimum-bidders', 'regime=TB&method=inquiry&stage=deadline&count=2'],
      ['price-weight', 'regime=TB&method=open&object=goods&weight=30'],
      ['deposit-refund', 'regime=TB&trigger=award-notice&date=2026-09-28'],
      ['sme-reservation', 'object=goods'],
      ['sme-reservation', 'item.amount=100'],
      ['benchmark', 'formula.kind=composite&full=50&up=1&down=1&bids.0.id=A&bids.0.price=1'],
      ['benchmark', 'formula.trim=counted&formula.trim.high=9&full=50&up=1&down=1&bids.0.id=A&bids.0.price=1'],
      ['benchmark', 'full=50&up=1&down=1&scoring.kind=piece&bids.0.id=A&bids.0.price=1'],
      ['benchmark', 'full=50&up=1&down=1&ceiling=1&bids.0.id=A&bids.0.price=2'],
      ['ranking', 'method=lowest-price&bids.0.id=A&bids.0.total=9'],
      ['arithmetic-correction', 'summary=1&words=很多&items.0.unit=1&items.0.quantity=1&items.0.total=1'],
      ['timed-bidding', 'startPrice=1&increment=1&window=1&startAt=10&bids.0.id=A&bids.0.at=1&bids.0.price=1'],
      ['timed-bidding', 'startPrice=1&increment=1&window=1&startAt=10:00:00&bids.0.id=A&bids.0.at=1&bids.0.price=1'],
      ['capital-amount', 'amount=1.005'],
    ]
    for (const lang of ['zh-CN', 'en'] as const)
      for (const [name, query] of queries) {
        const { form, typed } = asked(name, query)
        const view = formView(name, form, typed, {}, LANGS[lang])
        const ids = [...view.fields, ...view.lists.flatMap((list) => list.rows.flatMap((row) => row.cells))].map(
          (field) => field.name,
        )
        const found = Object.entries(wrong(name, query, lang))
        assert.ok(found.length > 0)
        for (const [field, text] of found) {
          assert.ok(ids.includes(field), `${name}: ${field} is a field`)
          assert.ok(text.length > 0 && !/calc\.|[{}]/.test(text), text)
        }
      }
  })
})

describe('pictures', () => {
  test('a calendar begins on Monday and shows each day once', () => {
    const { months, left } = calendarOf({
      start: '2026-12-30',
      n: 3,
      unit: 'day',
      direction: 'after',
      end: '2027-01-02',
    })
    assert.equal(left, 0)
    assert.deepEqual(
      months.map(({ year, month, weeks }) => [year, month, weeks.every((week) => week.length === 7)]),
      [
        [2026, 12, true],
        [2027, 1, true],
      ],
    )
    assert.equal(months[0]?.weeks[0]?.[0], null)
    assert.equal(months[0]?.weeks[0]?.[1]?.date, '2026-12-01')
  })

  test('a timetable is to scale: no lane leaves the picture, and the deadline ends the first', () => {
    for (const [regime, method] of [
      ['GP', 'open'],
      ['GP', 'consultation'],
      ['TB', 'open'],
    ] as const) {
      const plan = proposeTimetable({ regime, method, noticeDate: '2026-09-11' }, context)
      assert.ok(plan)
      const picture = pictureOf(plan, '2026-09-11')
      assert.equal(picture.lanes.length, plan.steps.length)
      for (const { x, width } of [...picture.lanes, ...picture.rests])
        assert.ok(x >= 0 && width > 0 && x + width <= 100.02, `${x} ${width}`)
      for (const lane of picture.lanes.filter(({ back }) => back))
        assert.ok(Math.abs(lane.x + lane.width - picture.deadline) < 0.02)
    }
  })
})
