import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Actor } from '../kernel/actor.ts'
import {
  MEMBER_ROLES,
  mandateHolds,
  mayAcceptInvitation,
  mayHoldCertificate,
  mayInvite,
  mayMandate,
  namesHolder,
  needsSecondFactor,
  ORGANISATION_KINDS,
  roleFits,
  seesWhole,
} from './rules.ts'

const actor = (over: Partial<Actor> = {}): Actor => ({
  personId: 'p',
  organisationId: 'o',
  role: 'purchaser',
  via: 'password',
  networkAddress: null,
  ...over,
})
const DAY = 86_400_000
const now = new Date('2026-11-23T04:00:00Z')

test('the centre is never a trustee, and every role has a home', () => {
  assert.equal(roleFits('trustee', ['centre'])?.code, 'role-not-in-organisation')
  assert.equal(roleFits('trustee', ['trustee-body']), null)
  for (const role of MEMBER_ROLES)
    assert.ok(
      ORGANISATION_KINDS.some((kind) => roleFits(role, [kind]) === null),
      role,
    )
})

test('in production staff need a second factor or a certificate, suppliers do not; elsewhere nobody does', () => {
  for (const role of MEMBER_ROLES) {
    const session = { role, via: 'password' as const, twoFactorEnabled: false }
    assert.equal(needsSecondFactor('production', session), !role.startsWith('supplier-'), role)
    assert.equal(needsSecondFactor('production', { ...session, twoFactorEnabled: true }), false)
    assert.equal(needsSecondFactor('production', { ...session, via: 'certificate' }), false)
    assert.equal(needsSecondFactor('demo', session), false)
    assert.equal(needsSecondFactor('sandbox', session), false)
  }
})

test('who prepares a bid or judges one never holds the seal', () => {
  for (const role of ['supplier-preparer', 'evaluator'] as const) {
    assert.equal(mayHoldCertificate(actor({ role }), 'organisation')?.code, 'role-may-not-seal')
    assert.equal(mayHoldCertificate(actor({ role }), 'personal'), null)
  }
  assert.equal(mayHoldCertificate(actor({ role: 'supplier-signer' }), 'organisation'), null)
  assert.equal(mayHoldCertificate(actor({ organisationId: null }), 'personal')?.code, 'membership-needed')
})

test('managers and the administrator invite, nobody else', () => {
  assert.equal(mayInvite(actor(), true), null)
  assert.equal(mayInvite(actor({ role: 'administrator' }), false), null)
  assert.equal(mayInvite(actor({ role: 'centre' }), false)?.code, 'role-not-allowed')
})

test('used, expired and foreign codes get one and the same answer', () => {
  const good = { used_at: null, expires_at: new Date(now.getTime() + 1), email: 'a@b.cn' }
  assert.equal(mayAcceptInvitation(good, { email: 'a@b.cn' }, now), null)
  const bad = [
    { ...good, used_at: now },
    { ...good, expires_at: now },
    { ...good, email: 'c@b.cn' },
  ]
  for (const one of bad)
    assert.deepEqual(mayAcceptInvitation(one, { email: 'a@b.cn' }, now), { code: 'invitation-not-valid' })
})

test('a mandate is of the own organisation, to an active agency, for at most three years', () => {
  const agency = { id: 'a', kinds: ['agency'], status: 'active' }
  const statement = {
    purchaserId: 'o',
    agencyId: 'a',
    scope: 'x',
    from: now.getTime(),
    until: now.getTime() + 365 * DAY,
  }
  const code = (over: object, to: typeof agency | undefined = agency) =>
    mayMandate({ ...statement, ...over }, actor(), to, now)?.code
  assert.equal(code({}), undefined)
  assert.equal(code({ purchaserId: 'other' }), 'mandate-of-another')
  assert.equal(mayMandate(statement, actor(), undefined, now)?.code, 'mandate-agency-unknown')
  assert.equal(code({}, { ...agency, kinds: ['supplier'] }), 'mandate-agency-unknown')
  assert.equal(code({}, { ...agency, status: 'suspended' }), 'mandate-agency-unknown')
  assert.equal(code({ until: statement.from }), 'mandate-term-wrong')
  assert.equal(code({ until: statement.from + 1200 * DAY }), 'mandate-term-wrong')
  assert.equal(code({ from: statement.from - 9 * DAY, until: now.getTime() }), 'mandate-term-wrong')
})

test('a mandate holds from its first instant to before its last, and not once revoked', () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.integer({ min: 1, max: 100 }),
      fc.nat(250),
      fc.option(fc.nat(250)),
      (from, length, at, end) => {
        const mandate = {
          valid_from: new Date(from),
          valid_until: new Date(from + length),
          revoked_at: end === null ? null : new Date(end),
        }
        const expected = at >= from && at < from + length && (end === null || at < end)
        assert.equal(mandateHolds(mandate, new Date(at)), expected)
      },
    ),
  )
})

test('a certificate serves by code, else by exact name', () => {
  const holder = { name: '晨光医疗器械有限公司', uscc: '91310000MA1K35Q20X' }
  const certificate = (name: string | null, code: string | null, commonName: string | null = null) => ({
    organisation: { name, code },
    subject: { commonName },
  })
  assert.equal(namesHolder(certificate('旧名称', holder.uscc), holder), null)
  assert.equal(namesHolder(certificate(holder.name, null), holder), null)
  assert.ok(namesHolder(certificate(holder.name, '91310000MA1FL5E96U'), holder))
  assert.ok(namesHolder(certificate('晨光', null), holder))
  assert.equal(namesHolder(certificate(null, null, '王小明'), { name: '王小明', uscc: null }), null)
  assert.ok(namesHolder(certificate(null, null, '王小'), { name: '王小明', uscc: null }))
})

test('a supplier is seen whole by itself, the centre and supervisors', () => {
  assert.ok(seesWhole(actor({ role: 'supplier-signer' }), 'o'))
  assert.ok(!seesWhole(actor({ role: 'supplier-signer' }), 'rival'))
  assert.ok(seesWhole(actor({ role: 'supervisor' }), 'rival'))
  assert.ok(!seesWhole(actor({ organisationId: null, role: 'public' }), 'o'))
})
