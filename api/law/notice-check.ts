import { type CommitteeCode, committee } from './committee.ts'
import { type LawContext, ruleFor } from './contract.ts'
import { compare, decimal, fromFen, hundred, multiply, type Rational, toFen, toShortest, yuanOf } from './decimal.ts'
import { capOf } from './deposits.ts'
import { type Finding, finding } from './findings.ts'
import { rateProblem, rateRows } from './price-score.ts'
import type { Bilingual, Method, ObjectKind, Regime, Row } from './rows/schema.ts'
import { isWhollyReserved } from './sme.ts'

/** A lot as its notice states it; money in 分, weights and rates as fractions ('0.30'). */
export type NoticeDraft = {
  regime: Regime
  method: Method
  object: ObjectKind
  /** Date of the notice: it chooses the rules. */
  date: string
  budget: bigint
  ceiling?: bigint | undefined
  floor?: bigint | undefined
  evaluation: 'comprehensive' | 'lowest-price'
  /** Goods or services whose technical and service standards are uniform. */
  uniformStandard?: boolean | undefined
  priceWeight?: string | undefined
  deposit?: bigint | undefined
  /** Approval of a method other than open tender, where the budget reaches the threshold (政采法 27). */
  methodApproval?: string | undefined
  sme?: {
    reserved: boolean
    /** 所属行业, by which suppliers tell their size. */
    industry: string
    rate?: string | undefined
    consortiumRate?: string | undefined
    /** Why a lot below the amount of 46号 7 is not reserved. */
    unsuitableReason?: string | undefined
  }
  committee?: { size: number; experts: number; complex?: boolean | undefined }
}

const yuan = (fen: bigint): string => yuanOf(fen)

const checkBounds = (draft: NoticeDraft, context: LawContext): Finding[] => {
  const ceiling = ruleFor('BND-1', context, draft)
  const floor = ruleFor('BND-2', context, draft)
  const findings: Finding[] = []
  if (ceiling && !ceiling.params.ceilingAboveBudget && draft.ceiling !== undefined && draft.ceiling > draft.budget)
    findings.push(
      finding(ceiling, {
        code: 'ceiling-above-budget',
        field: 'ceiling',
        message: {
          zh: `最高限价 ${yuan(draft.ceiling)} 元超过预算 ${yuan(draft.budget)} 元`,
          en: `the ceiling ${yuan(draft.ceiling)} is above the budget ${yuan(draft.budget)}`,
        },
        satisfy: { zh: `不超过 ${yuan(draft.budget)} 元`, en: `at most ${yuan(draft.budget)} yuan` },
        value: yuan(draft.budget),
      }),
    )
  if (floor && draft.floor !== undefined && !floor.params.floorAllowed)
    findings.push(
      finding(floor, {
        code: 'floor-price-forbidden',
        field: 'floor',
        message: { zh: '不得设定最低限价', en: 'a floor price is forbidden' },
        satisfy: { zh: '删除最低限价', en: 'remove the floor price' },
      }),
    )
  return findings
}

const checkMethod = (draft: NoticeDraft, context: LawContext): Finding[] => {
  const threshold = ruleFor('MET-1', context, draft)
  const uniform = ruleFor('PRC-0', context, draft)
  const reaches = threshold && compare(fromFen(draft.budget), decimal(threshold.params.openTender)) >= 0
  const findings: Finding[] = []
  if (threshold && reaches && draft.method !== 'open' && !draft.methodApproval?.trim())
    findings.push(
      finding(threshold, {
        code: 'method-needs-approval',
        field: 'method',
        message: {
          zh: `预算达到公开招标数额标准 ${threshold.params.openTender} 元`,
          en: `the budget reaches the open-tender threshold of ${threshold.params.openTender} yuan`,
        },
        satisfy: {
          zh: '采用公开招标，或填写财政部门批准文号',
          en: 'use an open tender, or give the approval of the finance department',
        },
      }),
    )
  if (uniform && draft.uniformStandard && draft.evaluation !== 'lowest-price' && draft.object !== 'works')
    findings.push(
      finding(uniform, {
        code: 'lowest-price-required',
        field: 'evaluation',
        message: {
          zh: '技术、服务等标准统一的项目应当采用最低评标价法',
          en: 'uniform standards call for the lowest evaluated price',
        },
        satisfy: { zh: '改用最低评标价法', en: 'use the lowest evaluated price' },
        value: 'lowest-price',
      }),
    )
  return findings
}

/** A fraction as forms and notices write it: '0.04' → '4%'. */
const percent = (fraction: string): string => `${toShortest(multiply(decimal(fraction), hundred))}%`

const checkWeight = (draft: NoticeDraft, context: LawContext): Finding[] => {
  const row = draft.evaluation === 'comprehensive' ? ruleFor('PRC-1', context, draft) : null
  if (!row) return []
  const { least, most } = row.params
  const [from, to] = [percent(least), percent(most)]
  const range = { zh: `权重应在${from}至${to}之间`, en: `a weight between ${from} and ${to}` }
  const report = (code: string, message: Bilingual) => [
    finding(row, { code, field: 'priceWeight', message, satisfy: range, value: least }),
  ]
  if (draft.priceWeight === undefined)
    return report('weight-missing', { zh: '未载明价格分权重', en: 'no price weight is given' })
  const weight = decimal(draft.priceWeight)
  if (compare(weight, decimal(least)) < 0)
    return report('weight-too-low', { zh: '价格分权重过低', en: 'the price weight is too low' })
  if (compare(weight, decimal(most)) > 0)
    return report('weight-too-high', { zh: '价格分权重过高', en: 'the price weight is too high' })
  return []
}

const checkDeposit = (draft: NoticeDraft, context: LawContext): Finding[] => {
  if (draft.deposit === undefined) return []
  const amount: Rational = fromFen(draft.budget)
  const found = capOf(
    { kind: 'bid', regime: draft.regime, object: draft.object, amount },
    { ...context, today: draft.date },
  )
  if (!found || compare(fromFen(draft.deposit), found.cap) <= 0) return []
  const cap = capInFen(found.cap)
  return [
    finding(found.row, {
      code: 'deposit-above-cap',
      field: 'deposit',
      message: {
        zh: `投标保证金 ${yuan(draft.deposit)} 元超过上限 ${yuan(cap)} 元`,
        en: `the deposit ${yuan(draft.deposit)} is above the cap ${yuan(cap)}`,
      },
      satisfy: { zh: `不超过 ${yuan(cap)} 元`, en: `at most ${yuan(cap)} yuan` },
      value: yuan(cap),
    }),
  ]
}

/** A cap is never rounded up. */
const capInFen = (cap: Rational): bigint => {
  const rounded = toFen(cap)
  return compare(fromFen(rounded), cap) > 0 ? rounded - 1n : rounded
}

const smeFinding = (row: Row, code: string, field: string, zh: string, en: string, satisfy: Bilingual): Finding =>
  finding(row, { code, field, message: { zh, en }, satisfy })

/** 46号 12: reserved or not, the rates, the industry; 46号 7: small suitable lots are reserved entirely. */
const checkSme = (draft: NoticeDraft, context: LawContext): Finding[] => {
  const row = ruleFor('SME-12', context, draft)
  if (!row) return []
  const { sme } = draft
  const complete = { zh: '载明是否预留、扣除比例和所属行业', en: 'state reservation, rate and industry' }
  if (!sme) return [smeFinding(row, 'sme-statement-missing', 'sme', '未载明中小企业政策', 'no SME statement', complete)]
  const findings: Finding[] = []
  if (sme.industry.trim() === '')
    findings.push(
      smeFinding(row, 'sme-industry-missing', 'sme.industry', '未载明所属行业', 'no industry is given', complete),
    )
  const whole = isWhollyReserved({ object: draft.object, amount: fromFen(draft.budget), date: draft.date }, context)
  if (whole?.whole && !sme.reserved && !sme.unsuitableReason?.trim())
    findings.push(
      smeFinding(
        whole.row,
        'sme-reservation-expected',
        'sme.reserved',
        '该金额的适宜项目应整体预留',
        'a suitable lot of this size is reserved entirely',
        {
          zh: '整体预留给中小企业，或说明不适宜的理由',
          en: 'reserve it, or say why it is unsuitable',
        },
      ),
    )
  return sme.reserved ? findings : [...findings, ...checkRates(draft, sme, row, context)]
}

const checkRates = (
  draft: NoticeDraft,
  sme: NonNullable<NoticeDraft['sme']>,
  row: Row,
  context: LawContext,
): Finding[] => {
  const rows = rateRows(draft, context)
  const range = rows.sme?.params
  const wanted: Bilingual = {
    zh: `扣除比例${percent(range?.least ?? '0')}至${percent(range?.most ?? '0')}`,
    en: `a rate between ${percent(range?.least ?? '0')} and ${percent(range?.most ?? '0')}`,
  }
  if (rows.sme && sme.rate === undefined)
    return [
      smeFinding(
        row,
        'sme-rate-missing',
        'sme.rate',
        '未载明小微企业价格扣除比例',
        'no deduction rate is given',
        wanted,
      ),
    ]
  const wrong = [
    { row: rows.sme, field: 'sme.rate', problem: rateProblem('sme.rate', sme.rate, rows.sme) },
    {
      row: rows.consortium,
      field: 'sme.consortiumRate',
      problem: rateProblem('sme.consortiumRate', sme.consortiumRate, rows.consortium),
    },
  ]
  return wrong.flatMap(({ row: ranged, field, problem }) =>
    problem
      ? [
          smeFinding(
            ranged ?? row,
            'sme-rate-out-of-range',
            field,
            '扣除比例超出规定范围',
            'the rate lies outside the lawful range',
            {
              zh: `${percent(ranged?.params.least ?? '0')}至${percent(ranged?.params.most ?? '0')}`,
              en: `${percent(ranged?.params.least ?? '0')} to ${percent(ranged?.params.most ?? '0')}`,
            },
          ),
        ]
      : [],
  )
}

const committeeWords: Record<CommitteeCode, Bilingual> = {
  'size-too-small': { zh: '评审委员会人数不足', en: 'the committee is too small' },
  'size-even': { zh: '评审委员会人数应为单数', en: 'the committee must be odd' },
  'experts-below-two-thirds': { zh: '评审专家不足三分之二', en: 'experts are below two thirds' },
  'chair-purchaser': { zh: '采购人代表不得担任组长', en: 'the purchaser may not chair' },
  'agency-staff': { zh: '代理机构人员不得参加评审', en: 'agency staff may not evaluate' },
}

const checkCommittee = (draft: NoticeDraft, context: LawContext): Finding[] => {
  if (!draft.committee) return []
  const threshold = ruleFor('MET-1', context, draft)
  const answer = committee.calculate(
    {
      regime: draft.regime,
      method: draft.method,
      size: draft.committee.size,
      experts: draft.committee.experts,
      budget: yuan(draft.budget),
      complex: draft.committee.complex,
      aboveOpenThreshold:
        threshold !== null && compare(fromFen(draft.budget), decimal(threshold.params.openTender)) >= 0,
    },
    { ...context, today: draft.date },
  )
  const row = ruleFor('COM-1', context, draft) ?? ruleFor('COM-3', context, draft) ?? ruleFor('TBC-1', context, draft)
  if ('problem' in answer || !row) return []
  return answer.reasons.map(({ code }) =>
    finding(row, {
      code,
      field: code === 'experts-below-two-thirds' ? 'committee.experts' : 'committee.size',
      message: committeeWords[code],
      satisfy: row.title,
    }),
  )
}

/** Everything that stops or questions a notice; an empty list means lawful. */
export const checkNotice = (draft: NoticeDraft, context: LawContext): Finding[] => [
  ...checkBounds(draft, context),
  ...checkMethod(draft, context),
  ...checkWeight(draft, context),
  ...checkDeposit(draft, context),
  ...checkSme(draft, context),
  ...checkCommittee(draft, context),
]
