import { type LawContext, ruleFor } from '../../law/contract.ts'
import { add, compare, decimal, hundred, multiply, sum, zero } from '../../law/decimal.ts'
import { finding } from '../../law/findings.ts'
import { checkNotice } from '../../law/notice-check.ts'
import type { LotContent, TenderContent } from '../contract/content.ts'
import { block, type Finding, under } from './findings.ts'

export const CASE = { regime: 'GP', method: 'open' } as const
export const ORDER = { regulation: '87号令' } as const

/** How the fields of `checkNotice` are called in a lot. */
const NAMES: Record<string, string> = {
  'sme.reserved': 'smeReserved',
  'sme.rate': 'smeRate',
  'sme.consortiumRate': 'consortiumRate',
  'sme.industry': 'industry',
}

const checkLotByLaw = (lot: LotContent, at: string, content: TenderContent, context: LawContext): Finding[] =>
  under(
    at,
    checkNotice(
      {
        ...CASE,
        object: content.object,
        date: context.today,
        budget: BigInt(lot.budget),
        ceiling: BigInt(lot.ceiling),
        floor: lot.floor === null ? undefined : BigInt(lot.floor),
        evaluation: content.evaluationMethod,
        priceWeight: lot.priceWeight,
        deposit: BigInt(lot.deposit),
        sme: {
          reserved: lot.smeReserved,
          industry: lot.industry,
          rate: lot.smeRate,
          consortiumRate: lot.consortiumRate ?? undefined,
        },
      },
      context,
    ),
    NAMES,
  )

const checkMoney = (lot: LotContent, at: string): Finding[] => {
  const missing = (['budget', 'ceiling'] as const).filter((key) => BigInt(lot[key]) <= 0n)
  const findings = missing.map((key) =>
    block(
      'amount-missing',
      `${at}.${key}`,
      { ...ORDER, article: '20' },
      {
        zh: '金额应大于零',
        en: 'the amount must be above 0',
        satisfyZh: '填写金额',
        satisfyEn: 'state the amount',
      },
    ),
  )
  if (lot.floor === null || BigInt(lot.floor) <= BigInt(lot.ceiling)) return findings
  const words = {
    zh: '最低限价高于最高限价',
    en: 'the floor is above the ceiling',
    satisfyZh: '降低最低限价',
    satisfyEn: 'lower the floor',
  }
  return [...findings, block('floor-above-ceiling', `${at}.floor`, null, words)]
}

const checkWeights = (lot: LotContent, at: string, content: TenderContent): Finding[] => {
  const weight = decimal(lot.priceWeight)
  if (content.evaluationMethod === 'lowest-price') {
    // 87号令 54: price alone decides, nothing is scored.
    if (compare(weight, decimal('1')) === 0 && lot.scoring.length === 0) return []
    const words = {
      zh: '最低评标价法只按价格排序，不得设评分项',
      en: 'the lowest evaluated price ranks by price alone',
      satisfyZh: '价格权重为1，删除评分项',
      satisfyEn: 'price weight 1 and no scored items',
    }
    return [block('scoring-not-allowed', `${at}.scoring`, { ...ORDER, article: '54' }, words)]
  }
  const total = add(sum(lot.scoring.map((item) => decimal(item.max))), multiply(weight, hundred))
  if (compare(total, hundred) === 0) return []
  const words = {
    zh: '价格分与各评分项之和不是100分',
    en: 'price and items do not add up to 100',
    satisfyZh: '合计100分',
    satisfyEn: '100 in all',
    value: '100',
  }
  return [block('scoring-sum-wrong', `${at}.scoring`, { ...ORDER, article: '55' }, words)]
}

const checkScoring = (lot: LotContent, at: string): Finding[] => {
  const qualification = new Set(lot.qualification.map((item) => item.title.trim()))
  return lot.scoring.flatMap((item, no) => {
    const field = `${at}.scoring.${no}`
    const most = decimal(item.max)
    const outside = item.intervals.some(
      ({ from, to }) => compare(decimal(from), decimal(to)) > 0 || compare(decimal(to), most) > 0,
    )
    const reaches = item.intervals.some(({ to }) => compare(decimal(to), most) === 0)
    const findings: Finding[] = []
    if (compare(most, zero) === 0 || outside || !reaches)
      findings.push(
        block(
          'interval-wrong',
          field,
          { ...ORDER, article: '55' },
          {
            zh: '评分区间与该项满分不符',
            en: 'the intervals do not fit the points of the item',
            satisfyZh: `区间在0至${item.max}分之内，并可得满分`,
            satisfyEn: `intervals within 0 and ${item.max}, reaching it`,
            value: item.max,
          },
        ),
      )
    if (qualification.has(item.title.trim()))
      findings.push(
        block(
          'qualification-scored',
          field,
          { ...ORDER, article: '55' },
          {
            zh: '资格条件不得作为评审因素',
            en: 'a qualification may not be scored',
            satisfyZh: '删除该评分项',
            satisfyEn: 'remove the item',
          },
        ),
      )
    return findings
  })
}

const checkLotShape = (lot: LotContent, at: string, content: TenderContent, context: LawContext): Finding[] => [
  ...checkLotByRows(lot, at, content, context),
  ...checkLotContent(lot, at),
]

/** What the law's rows say of numbers that `checkNotice` does not ask for. */
const checkLotByRows = (lot: LotContent, at: string, content: TenderContent, context: LawContext): Finding[] => {
  const findings: Finding[] = []
  const least = ruleFor('CNT-1', context, { ...CASE, object: content.object })
  if (least && lot.minimumBidders < least.params.minimum)
    findings.push(
      finding(least, {
        code: 'minimum-bidders-too-few',
        field: `${at}.minimumBidders`,
        message: { zh: '最少投标人数低于规定', en: 'fewer bidders than the law asks for' },
        satisfy: { zh: `不少于${least.params.minimum}家`, en: `at least ${least.params.minimum}` },
        value: String(least.params.minimum),
      }),
    )
  const rate = ruleFor('SME-10', context, { ...CASE, object: content.object })
  if (!rate || !lot.smeReserved) return findings
  const given = (['smeRate', 'consortiumRate'] as const).filter(
    (field) => compare(decimal(lot[field] ?? '0'), zero) !== 0,
  )
  const reserved = given.map((field) =>
    finding(rate, {
      code: 'sme-rate-when-reserved',
      field: `${at}.${field}`,
      severity: 'block',
      message: { zh: '预留给中小企业的标包不再给予价格扣除', en: 'a reserved lot gets no deduction' },
      satisfy: { zh: '扣除比例填0', en: 'a rate of 0' },
      value: '0',
    }),
  )
  return [...findings, ...reserved]
}

const checkLotContent = (lot: LotContent, at: string): Finding[] => {
  const findings: Finding[] = []
  if (!lot.summaryFields.some((field) => field.type === 'money' && field.required))
    findings.push(
      block(
        'summary-without-price',
        `${at}.summaryFields`,
        { ...ORDER, article: '41' },
        {
          zh: '开标一览表没有必填的报价',
          en: 'the opening summary asks for no price',
          satisfyZh: '加入必填的金额栏',
          satisfyEn: 'add a required money field',
        },
      ),
    )
  if (lot.qualification.length === 0)
    findings.push(
      block(
        'qualification-missing',
        `${at}.qualification`,
        { regulation: '政采法', article: '22' },
        {
          zh: '没有资格条件',
          en: 'no qualification is asked for',
          satisfyZh: '写明政府采购法第二十二条的条件',
          satisfyEn: 'state the conditions of art. 22',
        },
      ),
    )
  return findings
}

export const twice = (field: string): Finding =>
  block('id-twice', field, null, {
    zh: '编号重复',
    en: 'an id stands twice',
    satisfyZh: '编号各不相同',
    satisfyEn: 'make ids differ',
  })
export const hasTwice = (values: readonly string[]): boolean => new Set(values).size !== values.length

const checkIds = (lot: LotContent, at: string): Finding[] => {
  const lists: [string, string[]][] = [
    ['summaryFields', lot.summaryFields.map((one) => one.key)],
    ['priceLines', lot.priceLines.map((one) => one.id)],
    ['qualification', lot.qualification.map((one) => one.id)],
    ['conformity', lot.conformity.map((one) => one.id)],
    ['scoring', lot.scoring.map((one) => one.id)],
  ]
  return lists.flatMap(([field, ids]) => (hasTwice(ids) ? [twice(`${at}.${field}`)] : []))
}

/** Everything the law says about one lot as it would be published. */
export const checkLot = (lot: LotContent, no: number, content: TenderContent, context: LawContext): Finding[] => {
  const at = `lots.${no}`
  return [
    ...checkLotByLaw(lot, at, content, context),
    ...checkMoney(lot, at),
    ...checkWeights(lot, at, content),
    ...checkScoring(lot, at),
    ...checkLotShape(lot, at, content, context),
    ...checkIds(lot, at),
  ]
}
