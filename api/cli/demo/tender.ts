import { randomUUID } from 'node:crypto'
import type { Http } from '../../client/http.ts'
import { loadTrust } from '../../client/trust.ts'
import { drill, makeKey } from '../../client/trustee.ts'
import { signSet } from '../../client/trustee-set.ts'
import { addDays, beijingDate, beijingInstant } from '../../law/beijing.ts'
import type { City } from './city.ts'
import { requirementPaper } from './papers.ts'
import type { DemoPerson } from './people.ts'

/** What is bought in a rehearsal, in 分; budget and ceiling are shared evenly where there are several lots. */
export type DemoPurchase = {
  title: string
  /** One where nothing is said. */
  lots?: number
  budget: bigint
  ceiling: bigint
  deposit: bigint
  floor?: bigint | null
  /** 接受联合体投标. */
  consortium?: boolean
  /** Lowest evaluated price under these row sets instead of comprehensive scoring under the ordinary ones. */
  replay?: { rowSets: string[]; minimumBidders: number }
}

export const clockOf = async (http: Http): Promise<Date> =>
  new Date((await http.json<{ now: string }>('GET', '/api/clock')).now)

/** Walk the sandbox's clock; what becomes due on the way is done on the way. */
export const walkTo = async (http: Http, to: Date): Promise<void> => {
  await http.json('POST', '/api/demo/clock', { to: to.toISOString() })
}

/** 采购意向: approval recorded, drafted by one, checked by another, published. */
export const publishIntention = async (
  city: Pick<City, 'purchaser' | 'approver'>,
  purchase: DemoPurchase,
): Promise<string> => {
  const today = beijingDate((await clockOf(city.purchaser.http)).getTime())
  const approval = await city.purchaser.http.json<{ id: string }>('POST', '/api/budget-approvals', {
    documentNumber: `云财预〔2026〕${randomUUID().slice(0, 8)}号`,
    fiscalYear: Number(today.slice(0, 4)),
    amount: purchase.budget.toString(),
    approvedOn: addDays(today, -10),
  })
  const draft = await city.purchaser.http.json<{ id: string; version: number }>('POST', '/api/intentions', {
    budgetApprovalId: approval.id,
    content: {
      projectName: purchase.title,
      outline: {
        subject: purchase.title,
        purpose: '满足门急诊与住院影像检查需要',
        quantity: '1套',
        requirements: '符合国家和行业标准，质保不少于三年',
      },
      budget: purchase.budget.toString(),
      // The month's first day must lie 30 days after the publication.
      plannedMonth: addDays(today, 62).slice(0, 7),
      remarks: '非专门面向中小企业采购',
      smeReserved: false,
    },
  })
  const checked = await city.approver.http.json<{ version: number }>('POST', `/api/intentions/${draft.id}/check`, {
    version: draft.version,
  })
  await city.purchaser.http.json('POST', `/api/intentions/${draft.id}/publish`, { version: checked.version })
  return draft.id
}

/** A replay asks for a price and nothing else. */
const bare = (lot: ReturnType<typeof fullLot>, minimumBidders: number) => ({
  ...lot,
  minimumBidders,
  priceWeight: '1',
  summaryFields: lot.summaryFields.slice(0, 1),
  qualification: lot.qualification.slice(0, 1),
  conformity: [],
  scoring: [],
})

const lotContent = (purchase: DemoPurchase) =>
  purchase.replay ? bare(fullLot(purchase), purchase.replay.minimumBidders) : fullLot(purchase)

const lotsOf = ({ lots = 1, ...purchase }: DemoPurchase) => {
  if (lots === 1) return [lotContent(purchase)]
  const [budget, ceiling] = [purchase.budget / BigInt(lots), purchase.ceiling / BigInt(lots)]
  return Array.from({ length: lots }, (_, at) =>
    lotContent({ ...purchase, title: `${purchase.title}（第${at + 1}包）`, budget, ceiling }),
  )
}

const fullLot = (purchase: DemoPurchase) => ({
  lotId: randomUUID(),
  title: purchase.title,
  quantity: '1套',
  budget: purchase.budget.toString(),
  ceiling: purchase.ceiling.toString(),
  floor: purchase.floor?.toString() ?? null,
  deposit: purchase.deposit.toString(),
  minimumBidders: 3,
  priceWeight: '0.30',
  smeReserved: false,
  smeRate: '0.10',
  industry: '工业',
  summaryFields: [
    { key: 'price', label: '投标总价', type: 'money', required: true },
    { key: 'delivery', label: '交货期（日）', type: 'integer', required: true },
    { key: 'size', label: '企业规模（声明）', type: 'text', required: true },
  ],
  priceLines: [{ id: 'p1', title: '主机', unit: '套', quantity: '1' }],
  qualification: [
    { id: 'licence', title: '具有独立承担民事责任的能力', evidence: '营业执照' },
    { id: 'record', title: '参加政府采购活动前三年内没有重大违法记录', evidence: '声明函' },
  ],
  conformity: [{ id: 'signed', title: '投标文件签署、盖章符合要求', evidence: '电子签名' }],
  scoring: [
    {
      id: 'resolution',
      title: '空间分辨率',
      max: '20',
      kind: 'objective',
      intervals: [
        { label: '优于要求', from: '15', to: '20' },
        { label: '满足要求', from: '0', to: '15' },
      ],
    },
    {
      id: 'service',
      title: '售后服务方案',
      max: '50',
      kind: 'subjective',
      intervals: [
        { label: '好', from: '40', to: '50' },
        { label: '一般', from: '20', to: '40' },
        { label: '差', from: '0', to: '20' },
      ],
    },
  ],
})

/** The tender document from draft to the eve of its approval: content, file, trustees with keys and drills, signed set. */
export const prepareTender = async (
  city: Pick<City, 'purchaser' | 'trustees'>,
  purchase: DemoPurchase,
  intentionId: string | null,
  document?: Uint8Array,
) => {
  const tender = await draftTender(city, purchase, intentionId, document)
  await nameTrustees(city, tender.tenderId)
  for (const at of city.trustees.keys()) await makeTrusteeKey(city, tender.tenderId, at + 1)
  await signTrusteeSet(city, tender.tenderId)
  return tender
}

/** Content and file of a tender document, as far as the purchaser alone can write it. */
export const draftTender = async (
  city: Pick<City, 'purchaser'>,
  purchase: DemoPurchase,
  intentionId: string | null,
  document?: Uint8Array,
) => {
  const { http } = city.purchaser
  const made = await http.json<{ id: string; version: number; draft: object }>('POST', '/api/tenders', {
    title: purchase.title,
    object: 'goods',
    evaluationMethod: purchase.replay ? 'lowest-price' : 'comprehensive',
    intentionId,
  })
  const today = beijingDate((await clockOf(http)).getTime())
  const plan = await http.json<{ proposal: Plan }>('POST', '/api/tenders/timetable', {
    regime: 'GP',
    method: 'open',
    noticeDate: today,
  })
  const lots = lotsOf(purchase)
  const saved = await http.json<{ version: number }>('PUT', `/api/tenders/${made.id}/draft`, {
    version: made.version,
    draft: {
      ...made.draft,
      consortium: purchase.consortium ?? false,
      noticeEnds: plan.proposal.noticeEnds,
      documentsFrom: plan.proposal.documentsFrom,
      documentsTo: plan.proposal.documentsTo,
      lastClarification: plan.proposal.lastClarification,
      deadline: new Date(beijingInstant(plan.proposal.deadlineDate, '09:00')).toISOString(),
      place: '云城市公共资源交易中心不见面开标大厅（线上）',
      lots,
      committee: purchase.replay ? { size: 1, experts: 1, complex: false } : { size: 5, experts: 4, complex: false },
      ...(intentionId === null ? { intentionReason: '历史项目重放，不适用采购意向公开' } : {}),
      ...(purchase.replay ? { rowSets: purchase.replay.rowSets } : {}),
    },
  })
  const form = new FormData()
  const bytes = document ?? (await requirementPaper(purchase.title, await clockOf(http)))
  form.set('file', new File([bytes as Uint8Array<ArrayBuffer>], '招标文件.pdf', { type: 'application/pdf' }))
  form.set('kind', 'document')
  await http.form(`/api/tenders/${made.id}/files`, form)
  return { tenderId: made.id, lotId: lots[0]!.lotId, lotIds: lots.map(({ lotId }) => lotId), version: saved.version }
}

type Plan = {
  deadlineDate: string
  noticeEnds: string
  documentsFrom: string
  documentsTo: string
  lastClarification: string
}

type Keepers = { purchaser: DemoPerson; trustees: readonly DemoPerson[] }

/** Three or five: 2 of 3, or 3 of 5. */
export const nameTrustees = async (city: Keepers, tenderId: string): Promise<void> => {
  const roles = ['purchaser', 'notary', 'university', 'lawyers', 'supervisor'] as const
  await city.purchaser.http.json('PUT', `/api/tenders/${tenderId}/trustees`, {
    seats: city.trustees.map((trustee, at) => ({
      organisationId: trustee.organisationId,
      personId: trustee.personId,
      role: roles[at],
    })),
  })
}

/** A trustee makes its key for this tender and proves by a drill that it opens; `i` from 1. */
export const makeTrusteeKey = async ({ trustees }: Pick<Keepers, 'trustees'>, tenderId: string, i: number) => {
  const trustee = trustees[i - 1]!
  const trust = await loadTrust(trustee.http)
  const seat = { tenderId, i, signer: trustee.signer }
  await makeKey(trustee.http, trust, { ...seat, client: 'offline' })
  await drill(trustee.http, trust, { ...seat, owner: { key: trustee.decryptKey } })
}

export const signTrusteeSet = async ({ purchaser }: Pick<City, 'purchaser'>, tenderId: string): Promise<void> => {
  await signSet(purchaser.http, await loadTrust(purchaser.http), { tenderId, signer: purchaser.signer })
}

/** Submitted by one person, approved and published by another. */
export const publishTender = async (
  city: Pick<City, 'purchaser' | 'approver'>,
  tender: { tenderId: string; version: number },
): Promise<string> => {
  const { tenderId, version } = tender
  await city.purchaser.http.json('POST', `/api/tenders/${tenderId}/submit`, { version })
  const { number } = await city.approver.http.json<{ number: string }>('POST', `/api/tenders/${tenderId}/approve`, {
    version,
  })
  return number
}
