/* The notice of the tender that the client tests play. Test files only. */
import { toBase64url } from '../log/bytes.ts'
import { DAY, LOT, NOW, ORG, TENDER } from '../seal/actors.testing.ts'
import type { Notice } from '../seal/notice.ts'
import { fingerprint } from '../seal/trustees.ts'

export const DEADLINE = NOW + 20 * DAY

export const noticeOf = (setHash: Uint8Array): Notice => ({
  v: 'sunlit/v1',
  type: 'notice',
  n: 0,
  previous: null,
  kind: 'initial',
  affecting: false,
  reason: '',
  tenderId: TENDER,
  number: '310000-2026-GP-000001',
  title: '医疗设备采购',
  regime: 'GP',
  method: 'open',
  object: 'goods',
  evaluationMethod: 'comprehensive',
  rowSets: ['national'],
  purchaser: { organisationId: ORG, name: '机构1', uscc: '11310000MB2F300015', address: '', contact: '' },
  agency: null,
  publishedAt: new Date(NOW + 1000).toISOString(),
  noticeEnds: '2026-11-30',
  documentsFrom: '2026-11-23',
  documentsTo: '2026-11-30',
  lastClarification: '2026-11-28',
  deadline: new Date(DEADLINE).toISOString(),
  place: '不见面开标大厅',
  bidderWindowMinutes: 30,
  trusteeWindowMinutes: 30,
  trustees: { setHash: toBase64url(setHash), fingerprint: fingerprint(setHash), n: 3, k: 2 },
  consortium: false,
  validityDays: 90,
  lots: [
    {
      lotId: LOT,
      no: 1,
      title: '监护仪',
      quantity: '10台',
      budget: '200000000',
      ceiling: '200000000',
      floor: null,
      deposit: '0',
      minimumBidders: 1,
      priceWeight: '0.3',
      smeReserved: false,
      smeRate: '0.1',
      summaryFields: [{ key: 'price', label: '投标报价', type: 'money', required: true }],
      priceLines: [],
      qualification: [],
      conformity: [],
      scoring: [],
    },
  ],
  files: [],
  clauses: [{ id: 'fallback', text: '保管人份额开启' }],
})
