import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BidTraces, decisionOf } from '../../../api/openings/rules/decision.ts'
import { DECISION_ROWS } from './decision.ts'

test('the decision table on the pages is the one that decides', () => {
  const none = { byTrustees: false, keys: 0, wrongKeys: false, lost: false, down: false }
  const nothing: BidTraces = { verdicts: ['unopenable'], ...none }
  const cases: Partial<BidTraces>[] = [
    { verdicts: ['escrow-malformed'] },
    { verdicts: ['signature-invalid'] },
    { verdicts: ['valid'], byTrustees: true },
    { verdicts: ['valid'] },
    { lost: true },
    { keys: 1 },
    { down: true },
    { wrongKeys: true },
    { verdicts: ['valid', 'unopenable'], keys: 1 },
    {},
  ]
  const decided = cases.map((traces) => {
    const { row: id, cause, treatedAs } = decisionOf({ ...nothing, ...traces })
    return { id, cause: cause ?? 'none', treatedAs }
  })
  assert.deepEqual(decided, DECISION_ROWS)
})
