import { addDays, beijingDate, beijingInstant } from '../law/beijing.ts'
import { contextAt } from '../law/contract.ts'
import { proposeTimetable } from '../law/timetable-plan.ts'
import type { TenderDraft } from './contract/content.ts'
import { CLAUSES } from './rules/clauses.ts'

/** A complete lawful draft for a notice published today. */
export const sampleDraft = (at: Date, lotIds: readonly string[]): TenderDraft => {
  const today = beijingDate(at.getTime())
  const plan = proposeTimetable({ regime: 'GP', method: 'open', noticeDate: today }, contextAt(at.getTime()))!
  return {
    title: '云城市第一人民医院CT采购项目',
    object: 'goods',
    evaluationMethod: 'comprehensive',
    rowSets: ['national', 'city'],
    noticeEnds: plan.noticeEnds,
    documentsFrom: today,
    documentsTo: plan.documentsTo,
    lastClarification: plan.lastClarification,
    deadline: new Date(beijingInstant(plan.deadlineDate, '09:00')).toISOString(),
    place: '云城市公共资源交易中心不见面开标大厅',
    bidderWindowMinutes: 30,
    trusteeWindowMinutes: 30,
    consortium: false,
    validityDays: 90,
    committee: { size: 5, experts: 4, complex: false },
    intentionId: null,
    intentionReason: '年中追加的紧急医疗需求',
    clauses: [...CLAUSES],
    lots: lotIds.map((lotId, no) => ({
      lotId,
      title: `X射线计算机断层扫描系统${no + 1}`,
      quantity: '1台',
      budget: '380000000',
      ceiling: '380000000',
      floor: null,
      deposit: '7600000',
      minimumBidders: 3,
      priceWeight: '0.30',
      smeReserved: false,
      smeRate: '0.10',
      industry: '工业',
      summaryFields: [
        { key: 'price', label: '投标报价', type: 'money', required: true },
        { key: 'delivery', label: '交货期（日）', type: 'integer', required: true },
      ],
      priceLines: [{ id: 'ct', title: 'CT主机', unit: '台', quantity: '1' }],
      qualification: [{ id: 'q1', title: '具有独立承担民事责任的能力', evidence: '营业执照' }],
      conformity: [{ id: 'c1', title: '探测器宽度不小于80毫米', evidence: '技术白皮书' }],
      scoring: [
        {
          id: 's1',
          title: '技术参数',
          max: '50',
          kind: 'objective',
          intervals: [
            { label: '全部满足', from: '50', to: '50' },
            { label: '部分满足', from: '0', to: '49' },
          ],
        },
        {
          id: 's2',
          title: '售后服务',
          max: '20',
          kind: 'subjective',
          intervals: [{ label: '优良中差', from: '0', to: '20' }],
        },
      ],
    })),
  }
}

/** A later deadline for tests that need room. */
export const laterDeadline = (iso: string, days: number): string =>
  new Date(beijingInstant(addDays(beijingDate(Date.parse(iso)), days), '09:00')).toISOString()
