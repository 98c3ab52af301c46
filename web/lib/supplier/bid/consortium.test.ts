import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consortiumFaults, declaredMembers, shareOf } from './consortium.ts'
import { emptyMember } from './draft.ts'

const own = { organisationId: '00000000-0000-4000-8000-000000000001', uscc: '91990000MA0000001B' }
const member = {
  organisationId: ' 00000000-0000-4000-8000-000000000002 ',
  name: '河东康健设备有限公司',
  uscc: '91990000ma0000002e',
  size: 'small',
  share: '',
}

test('members are checked on this device alone', () => {
  const table: [string, (typeof member)[], string[]][] = [
    ['nobody: one bids alone', [], []],
    ['spaces and small letters do not matter', [member], []],
    ['everything missing', [emptyMember()], ['missing', 'uscc', 'org-id', 'missing']],
    ['a wrong check digit', [{ ...member, uscc: '91990000MA0000002F' }], ['uscc']],
    ['twice', [member, member], ['twice', 'twice']],
    ['oneself', [{ ...member, ...own }], ['twice', 'twice']],
  ]
  for (const [what, members, faults] of table)
    assert.deepEqual(
      consortiumFaults(members, own, {}).map(({ fault }) => fault),
      faults,
      what,
    )
})

test('shares are asked for where the notice grants something for them, and leave the leader some of the contract', () => {
  const lot = { consortiumRate: '0.05' }
  const second = { ...member, organisationId: own.organisationId.replace(/1$/, '3'), uscc: '91990000MA0000003C' }
  const faultsOf = (...shares: string[]) =>
    consortiumFaults(
      shares.map((share, i) => ({ ...(i === 0 ? member : second), share })),
      own,
      lot,
    )
      .filter(({ id }) => id.endsWith('share'))
      .map(({ fault }) => fault)
  assert.deepEqual(faultsOf('35'), [])
  assert.deepEqual(faultsOf(''), ['share'])
  assert.deepEqual(faultsOf('0'), ['share'])
  assert.deepEqual(faultsOf('100'), ['share'])
  assert.deepEqual(faultsOf('60', '40'), ['shares'])
  assert.deepEqual(faultsOf('59.99', '40'), [])
  assert.deepEqual(consortiumFaults([{ ...member, share: 'x' }], own, { consortiumRate: null }), [])
  for (const [typed, share] of [
    ['35', '0.35'],
    ['5', '0.05'],
    ['３０.5 %', '0.305'],
    ['100', null],
    ['1.234', null],
  ] as const)
    assert.equal(shareOf(typed), share)
  assert.deepEqual(declaredMembers([{ ...member, share: '30' }], lot), [{ size: 'small', share: '0.30' }])
  assert.deepEqual(declaredMembers([{ ...member, share: '30' }], {}), [{ size: 'small' }])
})
