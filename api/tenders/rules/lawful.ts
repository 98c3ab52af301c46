import { beijingDate } from '../../law/beijing.ts'
import { committee } from '../../law/committee.ts'
import { type LawContext, ruleFor } from '../../law/contract.ts'
import { add, compare, decimal, fromFen, hundred, multiply, sum, toFen, yuanOf, zero } from '../../law/decimal.ts'
import { capOf } from '../../law/deposits.ts'
import { citation } from '../../law/regulations.ts'
import type { Row, RuleSet } from '../../law/rows/schema.ts'
import { allRows, ordinarySets } from '../../law/rows.ts'
import { missingClauses } from '../clauses.ts'
import type { LotContent, TenderContent } from '../contract/content.ts'
import { checkTimetable, type Finding } from './timetable.ts'

const CASE = { regime: 'GP', method: 'open' } as const

/** The law of one tender: the day that its rows are asked for, and the row sets it was published under. */
export const lawOf = (rowSets: readonly string[], at: Date): LawContext => ({
  today: beijingDate(at.getTime()),
  sets: rowSets as RuleSet[],
})

const finding = (
  code: string,
  field: string,
  row: Row | null | string,
  bound: string | null = null,
  severity: Finding['severity'] = 'block',
): Finding => ({
  code,
  field,
  severity,
  article: row === null ? '' : typeof row === 'string' ? row : citation(row),
  bound,
  provisional: false,
})

/** Row sets that exist; `national` is always among them. A named set (a replay) is for the sandbox only. */
const checkRowSets = (rowSets: readonly string[], isProduction: boolean): Finding[] => {
  const known = new Set<string>(allRows.map((row) => row.set))
  const wrong = rowSets.some((set) => !known.has(set) || (isProduction && !(ordinarySets as string[]).includes(set)))
  return wrong || !rowSets.includes('national') ? [finding('row-set-unknown', 'rowSets', null)] : []
}

const checkMoney = (lot: LotContent, at: string, content: TenderContent, context: LawContext): Finding[] => {
  const [budget, ceiling, deposit] = [BigInt(lot.budget), BigInt(lot.ceiling), BigInt(lot.deposit)]
  const findings: Finding[] = []
  const bounds = ruleFor('BND-1', context, { ...CASE, object: content.object })
  if (budget <= 0n) findings.push(finding('budget-missing', `${at}.budget`, null))
  if (ceiling <= 0n) findings.push(finding('ceiling-missing', `${at}.ceiling`, null))
  if (ceiling > budget && bounds?.params.ceilingAboveBudget === false)
    findings.push(finding('ceiling-above-budget', `${at}.ceiling`, bounds, lot.budget))
  const floors = ruleFor('BND-2', context, { ...CASE, object: content.object })
  if (lot.floor !== null && floors?.params.floorAllowed !== true)
    findings.push(finding('floor-not-allowed', `${at}.floor`, floors ?? '87号令 12'))
  if (lot.floor !== null && BigInt(lot.floor) > ceiling)
    findings.push(finding('floor-above-ceiling', `${at}.floor`, null, lot.ceiling))
  const cap = capOf({ kind: 'bid', regime: CASE.regime, object: content.object, amount: fromFen(budget) }, context)
  // 政采条例 33: at most 2 % of the budget; the cap is a whole 分 rounded down, never up.
  if (cap && compare(fromFen(deposit), cap.cap) > 0)
    findings.push(finding('deposit-over-cap', `${at}.deposit`, cap.row, String(toFenDown(cap.cap))))
  return findings
}

const toFenDown = (yuan: ReturnType<typeof decimal>): bigint => {
  const rounded = toFen(yuan)
  return compare(fromFen(rounded), yuan) > 0 ? rounded - 1n : rounded
}

const checkPrice = (lot: LotContent, at: string, content: TenderContent, context: LawContext): Finding[] => {
  const findings: Finding[] = []
  const weight = decimal(lot.priceWeight)
  if (content.evaluationMethod === 'lowest-price') {
    // 87号令 54: price alone decides, nothing is scored.
    if (compare(weight, decimal('1')) !== 0)
      findings.push(finding('price-weight-unlawful', `${at}.priceWeight`, '87号令 54', '1'))
    if (lot.scoring.length > 0) findings.push(finding('scoring-not-allowed', `${at}.scoring`, '87号令 54'))
    return findings
  }
  const range = ruleFor('PRC-1', context, { ...CASE, object: content.object })
  if (range && compare(weight, decimal(range.params.least)) < 0)
    findings.push(finding('price-weight-unlawful', `${at}.priceWeight`, range, range.params.least))
  if (range && compare(weight, decimal(range.params.most)) > 0)
    findings.push(finding('price-weight-unlawful', `${at}.priceWeight`, range, range.params.most))
  const total = add(sum(lot.scoring.map((item) => decimal(item.max))), multiply(weight, hundred))
  if (compare(total, hundred) !== 0) findings.push(finding('scoring-sum-wrong', `${at}.scoring`, '87号令 55', '100'))
  return findings
}

const checkScoring = (lot: LotContent, at: string): Finding[] => {
  const asked = new Set(lot.qualification.map((item) => item.title.trim()))
  return lot.scoring.flatMap((item, no) => {
    const field = `${at}.scoring.${no}`
    const most = decimal(item.max)
    const wrong = item.intervals.some(
      ({ from, to }) => compare(decimal(from), decimal(to)) > 0 || compare(decimal(to), most) > 0,
    )
    const reachesMost = item.intervals.some(({ to }) => compare(decimal(to), most) === 0)
    return [
      ...(compare(most, zero) === 0 || wrong || !reachesMost
        ? [finding('interval-wrong', field, '87号令 55', item.max)]
        : []),
      // 87号令 55: what decides who may take part may not be scored as well.
      ...(asked.has(item.title.trim()) ? [finding('qualification-scored', field, '87号令 55')] : []),
    ]
  })
}

const checkSme = (lot: LotContent, at: string, content: TenderContent, context: LawContext): Finding[] => {
  const rate = decimal(lot.smeRate)
  const isZero = compare(rate, zero) === 0
  const findings: Finding[] = []
  if (lot.industry.trim() === '')
    findings.push(finding('sme-industry-missing', `${at}.industry`, ruleFor('SME-12', context, CASE) ?? '46号 12'))
  if (lot.smeReserved) {
    if (!isZero)
      findings.push(
        finding('sme-rate-when-reserved', `${at}.smeRate`, ruleFor('SME-10', context, CASE) ?? '46号 9', '0'),
      )
    return findings
  }
  const range = ruleFor('SME-7', context, { ...CASE, object: content.object })
  if (range && (compare(rate, decimal(range.params.least)) < 0 || compare(rate, decimal(range.params.most)) > 0))
    findings.push(finding('sme-rate-unlawful', `${at}.smeRate`, range, `${range.params.least}–${range.params.most}`))
  const whole = ruleFor('SME-4', context, { ...CASE, object: content.object })
  if (whole && compare(fromFen(BigInt(lot.budget)), decimal(whole.params.amount)) <= 0)
    findings.push(finding('sme-reserve-expected', `${at}.smeReserved`, whole, null, 'warn'))
  return findings
}

const hasTwice = (values: readonly string[]): boolean => new Set(values).size !== values.length

const checkLot = (lot: LotContent, no: number, content: TenderContent, context: LawContext): Finding[] => {
  const at = `lots.${no}`
  const findings: Finding[] = []
  const least = ruleFor('CNT-1', context, { ...CASE, object: content.object })
  if (least && lot.minimumBidders < least.params.minimum)
    findings.push(finding('minimum-bidders-too-few', `${at}.minimumBidders`, least, String(least.params.minimum)))
  // 87号令 41: the price is announced at the opening, so a bid must state one.
  if (!lot.summaryFields.some((field) => field.type === 'money' && field.required))
    findings.push(finding('summary-without-price', `${at}.summaryFields`, '87号令 41'))
  const lists: [string, string[]][] = [
    ['summaryFields', lot.summaryFields.map((f) => f.key)],
    ['priceLines', lot.priceLines.map((l) => l.id)],
    ['qualification', lot.qualification.map((q) => q.id)],
    ['conformity', lot.conformity.map((q) => q.id)],
    ['scoring', lot.scoring.map((s) => s.id)],
  ]
  for (const [field, ids] of lists) if (hasTwice(ids)) findings.push(finding('id-twice', `${at}.${field}`, null))
  if (lot.qualification.length === 0)
    findings.push(finding('qualification-missing', `${at}.qualification`, '政采法 22'))
  return [
    ...findings,
    ...checkMoney(lot, at, content, context),
    ...checkPrice(lot, at, content, context),
    ...checkScoring(lot, at),
    ...checkSme(lot, at, content, context),
  ]
}

const checkCommittee = (content: TenderContent, context: LawContext): Finding[] => {
  const budget = yuanOf(content.lots.reduce((all, lot) => all + BigInt(lot.budget), 0n))
  const { size, experts, complex } = content.committee
  const verdict = committee.calculate({ ...CASE, size, experts, complex, budget }, context)
  if ('problem' in verdict)
    return [finding('committee-unlawful', 'committee', '87号令 47', verdict.problem.errors[0]?.code ?? null)]
  return verdict.reasons.map(({ code, article }) => finding('committee-unlawful', 'committee', article, code))
}

/** The intention a tender rests on, as the intentions feature knows it. */
export type KnownIntention = { number: string; publishedOn: string; budget: string } | null

/** INT-9: an intention thirty days before the notice, or a reason that stays on record. */
const checkIntention = (content: TenderContent, known: KnownIntention, context: LawContext): Finding[] => {
  const row = ruleFor('INT-9', context, CASE)
  if (!row) return []
  const bound = String(row.params.days)
  const days = known ? (Date.parse(context.today) - Date.parse(known.publishedOn)) / 86_400_000 : -1
  if (days >= row.params.days) return []
  const code = known ? 'intention-too-recent' : 'intention-missing'
  const isExplained = row.severity !== 'block' && content.intentionReason.trim().length >= 5
  return [finding(code, 'intentionReason', row, bound, isExplained ? 'warn' : 'block')]
}

/**
 * Everything the law says about a notice published at `at`, lots, money, scoring, policy, committee, dates, clauses.
 * @param files how many tender documents are attached
 */
export const checkContent = (
  content: TenderContent,
  known: KnownIntention,
  files: number,
  at: Date,
  isProduction: boolean,
): Finding[] => {
  const sets = checkRowSets(content.rowSets, isProduction)
  if (sets.length > 0) return sets
  const context = lawOf(content.rowSets, at)
  const dates = checkTimetable({ ...CASE, publishOn: context.today }, content, context)
  return [
    ...content.lots.flatMap((lot, no) => checkLot(lot, no, content, context)),
    ...(hasTwice(content.lots.map((lot) => lot.lotId)) ? [finding('id-twice', 'lots', null)] : []),
    ...checkCommittee(content, context),
    ...checkIntention(content, known, context),
    ...dates,
    ...missingClauses(content.clauses).map((id) => finding('clause-missing', 'clauses', '20号令 31；87号令 63', id)),
    ...(files === 0 ? [finding('document-missing', 'files', '87号令 20')] : []),
  ]
}
