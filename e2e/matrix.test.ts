import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { memorySink } from '../api/client/prepare-bid.ts'
import { prepareRehearsal } from '../api/client/rehearsal.ts'
import type { TrustContext } from '../api/client/trust.ts'
import { trustPolicyAt } from '../api/identity/service.ts'
import type { Actor } from '../api/kernel/actor.ts'
import { now } from '../api/kernel/clock.ts'
import { mayCall } from '../api/kernel/http.ts'
import { toBase64url } from '../api/log/bytes.ts'
import { type Cast, makeCast, makeDraft, publishTender } from '../api/tenders/world.testing.ts'
import { castOf, HOMES, MEMBERS, type Stage } from './matrix/cast.ts'
import { type Operation, operationsOf, sampleOf } from './matrix/operations.ts'
import { type TestPlatform, testPlatform } from './platform.ts'

const DENIALS = ['sign-in-needed', 'role-not-allowed']
const NOBODY: Actor = { personId: null, organisationId: null, role: 'public', via: 'none', networkAddress: null }

let platform: TestPlatform
let stage: Stage
let operations: Operation[]

before(async () => {
  platform = await testPlatform()
  stage = castOf(platform)
  operations = operationsOf(await (await platform.app.request('/api/openapi.json')).json())
})
after(() => platform.stop())

describe('role × route', () => {
  /** What a call with an unknown id and an empty body answers: the guard speaks before anything else does. */
  const deniedAs = async (cookie: string | undefined, one: Operation): Promise<string | null> => {
    const body = one.method === 'GET' || one.method === 'DELETE' ? undefined : {}
    const { status, body: answer } = await stage.send(cookie, one.method, one.fill(crypto.randomUUID()), body)
    const isDenied = (status === 401 || status === 403) && DENIALS.includes(answer.code)
    return isDenied ? answer.code : null
  }
  const compare = async (cookie: string | undefined, actor: Actor, expectedDenial: string): Promise<void> => {
    const wrong: string[] = []
    for (const one of operations) {
      const expected = mayCall(one.who, actor) ? null : expectedDenial
      const found = await deniedAs(cookie, one)
      if (found !== expected)
        wrong.push(`${one.method} ${one.path}: ${found ?? 'passes'}, expected ${expected ?? 'to pass'}`)
    }
    assert.deepEqual(wrong, [])
  }

  test('without an account', () => compare(undefined, NOBODY, 'sign-in-needed'))

  test('with an account that belongs to nobody', async () => {
    const { id, cookie } = await stage.person()
    await compare(cookie, { ...NOBODY, personId: id }, 'role-not-allowed')
  })

  for (const role of MEMBERS)
    test(role, async () => {
      const { id } = await stage.world.organisation(HOMES[role], `${role}单位`)
      const actor = await stage.world.member(id, role)
      await compare(stage.cookieOf(actor), actor, 'role-not-allowed')
    })
})

describe('somebody else’s id is as good as none', () => {
  let cast: Cast
  let ids: Record<'draft' | 'published' | 'lot' | 'intention' | 'rehearsal', string>
  const strangers = new Map<string, Actor>()

  before(async () => {
    cast = await makeCast(stage.world)
    const { id: draft } = await makeDraft(stage.world, cast)
    const { id: published } = await publishTender(stage.world, cast)
    const lot = await stage.world.deps.db
      .selectFrom('lot')
      .select('id')
      .where('tender_id', '=', published)
      .executeTakeFirstOrThrow()
    const intention = await stage.world.call(cast.clerk, 'POST', '/intentions', sampleIntention(cast))
    assert.equal(intention.status, 201, JSON.stringify(intention.body))
    ids = { draft, published, lot: lot.id, intention: intention.body.id, rehearsal: await beganRehearsal(stage) }
    for (const role of MEMBERS) {
      const { id } = await stage.world.organisation(HOMES[role], `另一个${role}单位`)
      strangers.set(role, await stage.world.member(id, role))
    }
  })

  /** The stranger's answer for the real id and for one that never was; both must be the same, and no success. */
  const probe = async (actor: Actor, one: Operation, id: string) => {
    const body = one.method === 'GET' || one.method === 'DELETE' ? undefined : sampleOf(one.body)
    const ask = async (filled: string) => {
      const { status, body: answer } = await stage.send(stage.cookieOf(actor), one.method, one.fill(filled), body)
      return { status, code: String(answer?.code ?? '') }
    }
    return { real: await ask(id), unknown: await ask(crypto.randomUUID()) }
  }
  /**
   * Whether I obtained the documents is a question about oneself; that one is no trustee of a published lot may be said,
   * since the lot is public.
   */
  const OWN = ['GET /api/tenders/{id}/documents', 'GET /api/lots/{id}/closed-manifests']
  /** Operations on one thing, for each role that may call them at all. */
  const tries = (prefix: string, roles: readonly string[]): [Operation, Actor][] =>
    operations
      .filter(
        (one) => one.path.startsWith(prefix) && Array.isArray(one.who) && !OWN.includes(`${one.method} ${one.path}`),
      )
      .flatMap((one) =>
        (one.who as readonly string[])
          .filter((role) => roles.includes(role))
          .map((role) => [one, strangers.get(role)!] as [Operation, Actor]),
      )
  const indistinguishable = async (pairs: [Operation, Actor][], idOf: (one: Operation) => string): Promise<void> => {
    assert.ok(pairs.length > 0)
    const wrong: string[] = []
    let notFound = 0
    for (const [one, actor] of pairs) {
      const { real, unknown } = await probe(actor, one, idOf(one))
      const says = `${actor.role} ${one.method} ${one.path}: ${real.status} ${real.code}, unknown ${unknown.status} ${unknown.code}`
      if (real.status !== unknown.status || real.code !== unknown.code || real.status < 400) wrong.push(says)
      // Where no body can be wrong first, the one right answer is 404.
      if (!one.body && real.status !== 404) wrong.push(says)
      if (real.status === 404) notFound++
    }
    assert.deepEqual(wrong, [])
    assert.ok(notFound * 2 > pairs.length, `only ${notFound} of ${pairs.length} calls came as far as the id`)
  }
  const SIDE = ['purchaser', 'purchaser-approver', 'agency']

  test('the draft of another purchaser', () =>
    indistinguishable(
      tries('/api/tenders/{id}', [...SIDE, 'trustee', 'supplier-preparer', 'supplier-signer']),
      () => ids.draft,
    ))

  test('the intention of another purchaser', () =>
    indistinguishable(tries('/api/intentions/{id}', SIDE), () => ids.intention))

  test('the published tender of another purchaser, from the purchaser’s side', () =>
    indistinguishable(
      tries('/api/tenders/{id}', SIDE).filter(([one]) => one.path !== '/api/tenders/{id}'),
      () => ids.published,
    ))

  test('the keys of other trustees', () =>
    indistinguishable(tries('/api/tenders/{id}/trustees', ['trustee']), () => ids.published))

  test('the rehearsal of another supplier', () =>
    indistinguishable(tries('/api/rehearsals/{id}', ['supplier-preparer', 'supplier-signer']), () => ids.rehearsal))

  test('the lot of another purchaser, trustee or committee', () =>
    indistinguishable(tries('/api/lots/{id}', [...SIDE, 'trustee', 'evaluator']), () => ids.lot))
})

/** A rehearsal under way, of a supplier that nobody else belongs to. */
const beganRehearsal = async ({ world }: Stage): Promise<string> => {
  const { deps } = world
  const { id: organisationId } = await world.organisation('supplier', '演练的供应商')
  const actor = await world.member(organisationId, 'supplier-signer')
  const signer = await world.enrol(actor)
  const { trusted, crls, at } = await trustPolicyAt(deps)(deps.db, await now(deps.db))
  const copies = (ders: readonly Uint8Array[]) => ders.map((der) => new Uint8Array(der))
  const trust = {
    trusted: copies(trusted),
    crls: crls === 'unchecked' ? [] : copies(crls),
    clockOffset: at - Date.now(),
  } as unknown as TrustContext
  const what = { organisationId, signer, trust, files: [], sink: memorySink(), passphrase: '云城-演练-2026' }
  const made = await prepareRehearsal({ ...what, bundleSha256: 'A'.repeat(43) })
  const begun = await world.call(actor, 'POST', '/rehearsals', {
    manifest: toBase64url(made.manifest),
    cms: toBase64url(made.cms),
    partHashes: made.partHashes,
  })
  assert.equal(begun.status, 200, JSON.stringify(begun.body))
  return made.rehearsalId
}

const sampleIntention = (cast: Cast) => ({
  purchaserId: cast.purchaser.id,
  budgetApprovalId: null,
  content: {
    projectName: 'CT采购',
    outline: { subject: 'CT', purpose: '诊断', quantity: '1台', requirements: '合格' },
    budget: '380000000',
    plannedMonth: '2027-03',
    remarks: '',
    smeReserved: false,
  },
})
