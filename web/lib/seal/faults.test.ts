import assert from 'node:assert/strict'
import { test } from 'node:test'
import { problem } from '../../../api/client/http.ts'
import { faultOf } from './faults.ts'

const attempt = { statement: 'e30', signature: 'AA' }

test('a refusal keeps the signed receipt of the attempt, whoever words it; anything else is no receipt', () => {
  for (const code of ['bid-after-deadline', 'wrong-pin'])
    assert.deepEqual(faultOf(problem(code, 'refused', { status: 409, attempt }), 'zh-CN').attempt, attempt, code)
  for (const wrong of [undefined, null, 'e30', { statement: 'e30' }, { statement: 1, signature: 2 }])
    assert.equal('attempt' in faultOf(problem('bid-after-deadline', 'refused', { attempt: wrong }), 'en'), false)
})
