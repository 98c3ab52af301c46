import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consortiumFaults } from './consortium.ts'

const own = { organisationId: '00000000-0000-4000-8000-000000000001', uscc: '91990000MA0000001B' }
const member = {
  organisationId: ' 00000000-0000-4000-8000-000000000002 ',
  name: '河东康健设备有限公司',
  uscc: '91990000ma0000002e',
}

test('members are checked on this device alone', () => {
  const table: [string, (typeof member)[], string[]][] = [
    ['nobody: one bids alone', [], []],
    ['spaces and small letters do not matter', [member], []],
    ['everything missing', [{ organisationId: '', name: '', uscc: '' }], ['missing', 'uscc', 'org-id']],
    ['a wrong check digit', [{ ...member, uscc: '91990000MA0000002F' }], ['uscc']],
    ['twice', [member, member], ['twice', 'twice']],
    ['oneself', [{ ...member, ...own }], ['twice', 'twice']],
  ]
  for (const [what, members, faults] of table)
    assert.deepEqual(
      consortiumFaults(members, own).map(({ fault }) => fault),
      faults,
      what,
    )
})
