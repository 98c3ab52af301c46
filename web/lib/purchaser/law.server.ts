import { type LawChanges, lawUnder } from '../../../api/law/changes.ts'
import { committeeSize } from '../../../api/law/committee.ts'
import { ruleFor } from '../../../api/law/contract.ts'
import { fromFen, toFen } from '../../../api/law/decimal.ts'
import { capOf } from '../../../api/law/deposits.ts'
import { citation } from '../../../api/law/regulations.ts'
import type { Params } from '../../../api/law/rows/schema.ts'
import { checkTimetable, proposeTimetable } from '../../../api/law/timetable-plan.ts'
import { beijingDate } from '../i18n/instant.ts'
import type { TenderDraft } from './draft.ts'

/** 工信部联企业〔2011〕300号: the industries by which a supplier's size is told (46号 12). */
const INDUSTRIES = [
  ...['农、林、牧、渔业', '工业', '建筑业', '批发业', '零售业', '交通运输业', '仓储业', '邮政业'],
  ...['住宿业', '餐饮业', '信息传输业', '软件和信息技术服务业', '房地产开发经营', '物业管理'],
  ...['租赁和商务服务业', '其他未列明行业'],
] as const

const CASE = { regime: 'GP', method: 'open' } as const
const isFen = (text: string | undefined): text is string => /^\d{1,15}$/.test(text ?? '')
const percent = (rate: string): string => `${Math.round(Number(rate) * 10_000) / 100}`

/** Figures the law sets for this draft, said beside the fields before anything is wrong. */
export const draftLaw = (draft: TenderDraft, at: string, changes: LawChanges) => {
  const context = lawUnder(changes, Date.parse(at))
  const object = draft.object
  const lots = draft.lots ?? []
  const caps: Record<string, { cap: string; article: string; budget: string; rate: string }> = {}
  for (const lot of lots) {
    if (!isFen(lot.budget)) continue
    const found = capOf({ kind: 'bid', regime: 'GP', object, amount: fromFen(BigInt(lot.budget)) }, context)
    if (!found) continue
    const { rate } = found.row.params as Params<'DEP-1'>
    const article = citation(found.row)
    caps[lot.lotId] = { cap: String(toFen(found.cap)), article, budget: lot.budget, rate: percent(rate) }
  }
  const budget = lots.reduce((sum, lot) => sum + (isFen(lot.budget) ? BigInt(lot.budget) : 0n), 0n)
  const size = committeeSize(
    {
      ...CASE,
      size: 5,
      experts: 4,
      budget: `${budget / 100n}`,
      ...(draft.committee?.complex === undefined ? {} : { complex: draft.committee.complex }),
    },
    context,
  )
  const weight = object ? ruleFor('PRC-1', context, { ...CASE, object }) : null
  return {
    industries: INDUSTRIES as readonly string[],
    caps,
    committee: size ? { least: size.least, article: citation(size.row) } : null,
    weight: weight
      ? { least: percent(weight.params.least), most: percent(weight.params.most), article: citation(weight) }
      : null,
  }
}

const isDay = (text: string | undefined): text is string => /^\d{4}-\d{2}-\d{2}$/.test(text ?? '')

/** What the law proposes for a notice of today, and what it says to the dates typed so far. */
export const draftTimetable = (draft: TenderDraft, at: string, changes: LawChanges) => {
  const context = lawUnder(changes, Date.parse(at))
  const { deadline, noticeEnds, documentsFrom, documentsTo, lastClarification } = draft
  const asked = { ...CASE, noticeDate: context.today }
  const findings =
    deadline && /Z$/.test(deadline)
      ? checkTimetable(
          {
            ...asked,
            deadlineDate: beijingDate(deadline),
            ...(isDay(noticeEnds) ? { noticeEnds } : {}),
            ...(isDay(documentsFrom) ? { documentsFrom } : {}),
            ...(isDay(documentsTo) ? { documentsTo } : {}),
            ...(isDay(lastClarification) ? { clarificationDate: lastClarification } : {}),
          },
          context,
        )
      : []
  return { proposal: proposeTimetable(asked, context), findings }
}
