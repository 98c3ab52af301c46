import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { generateTrusteeKey } from '../seal/trustees.ts'
import {
  buildSet,
  type Cast,
  type Loose,
  makeCast,
  makeDraft,
  makeStatement,
  makeTenderWorld,
  nameSeats,
  refused,
  runTrusteeDrill,
  type TenderWorld,
} from './world.testing.ts'

let world: TenderWorld
let cast: Cast
before(async () => {
  world = await makeTenderWorld()
  cast = await makeCast(world)
})
after(() => world.close())

const events = async (tenderId: string, type: string): Promise<number> => {
  const { rows } = await sql<{
    n: bigint
  }>`select count(*) as n from log_event where tender_id = ${tenderId} and type = ${type}`.execute(world.deps.db)
  return Number(rows[0]!.n)
}

test('no publication without signed trustees, without a drill, or before their floor', async () => {
  const { id, draft } = await makeDraft(world, cast)
  const submit = (version: number) => world.call(cast.clerk, 'POST', `/tenders/${id}/submit`, { version })
  const approve = (version: number) => world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version })
  assert.equal((await submit(2)).status, 200)
  refused(await approve(2), 409, 'trustee-set-missing')
  refused(await approve(1), 409, 'draft-changed')
  assert.equal((await nameSeats(world, cast, id)).status, 200)
  const keys = []
  for (const i of [1, 2, 3]) {
    const { key, body } = await makeStatement(world, cast, id, i)
    assert.equal(
      (await world.call(cast.trustees[i - 1]!, 'POST', `/tenders/${id}/trustees/${i}/key`, body)).status,
      200,
    )
    keys.push(key)
  }
  const set = await buildSet(world, cast, id)
  const wrongHand = await buildSet(world, cast, id, cast.signers[1])
  refused(await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, wrongHand), 403, 'certificate-foreign')
  assert.equal((await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, set)).status, 200)
  assert.equal((await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, set)).status, 200, 'a retry')
  refused(
    await world.call(
      cast.clerk,
      'POST',
      `/tenders/${id}/trustee-set`,
      await buildSet(world, cast, id, cast.purchaserSigner, 1),
    ),
    409,
    'trustees-fixed',
  )
  refused(await nameSeats(world, cast, id), 409, 'trustees-fixed')
  assert.equal(await events(id, 'trustees.signed/1'), 1)
  refused(await approve(2), 409, 'drill-missing')
  for (const i of [1, 2, 3]) assert.equal((await runTrusteeDrill(world, cast, id, i, keys[i - 1]!)).status, 200)
  await world.call(cast.approver, 'POST', `/tenders/${id}/return`, { reason: '截止时间再议' })
  const other = { ...draft, trusteeWindowMinutes: 45 }
  await world.call(cast.clerk, 'PUT', `/tenders/${id}/draft`, { version: 2, draft: other })
  assert.equal((await submit(3)).status, 200)
  refused(await approve(3), 422, 'trustee-floor')
})

test('trustees: composition, own key only, no key twice, no foreign drill', async () => {
  const { id } = await makeDraft(world, cast)
  const seat = (at: number) => ({
    organisationId: cast.trustees[at]!.organisationId,
    personId: cast.trustees[at]!.personId,
    role: cast.roles[at],
  })
  const second = await world.member(cast.purchaser.id, 'trustee')
  const close = [seat(0), { organisationId: second.organisationId, personId: second.personId, role: 'other' }, seat(1)]
  const name = (seats: unknown) => world.call(cast.clerk, 'PUT', `/tenders/${id}/trustees`, { seats })
  refused(await name(close), 422, 'trustees-wrong')
  refused(await name([seat(0), seat(1), { ...seat(2), personId: cast.clerk.personId }]), 422, 'trustee-unknown')
  refused(await name([seat(0), seat(1), seat(1)]), 422, 'trustees-wrong')
  assert.equal((await nameSeats(world, cast, id)).status, 200)
  const first = await makeStatement(world, cast, id, 1)
  const post = (i: number, body: unknown, by = i) =>
    world.call(cast.trustees[by - 1]!, 'POST', `/tenders/${id}/trustees/${i}/key`, body)
  refused(await post(1, first.body, 2), 404, 'not-found')
  refused(await post(2, first.body), 403, 'certificate-foreign')
  assert.equal((await post(1, first.body)).status, 200)
  const again = await makeStatement(world, cast, id, 2, first.key)
  refused(await post(2, again.body), 409, 'trustee-key-reused')
  const tampered = await makeStatement(world, cast, id, 2)
  const cut = { ...tampered.body, statement: first.body.statement }
  refused(await post(2, cut), 422, 'signature-invalid')
  const stolen = { ...again.body, cms: first.body.cms, statement: first.body.statement }
  refused(await post(3, stolen), 403, 'certificate-foreign')
  refused(await runTrusteeDrill(world, cast, id, 1, await generateTrusteeKey()), 422, 'drill-invalid')
  assert.equal((await runTrusteeDrill(world, cast, id, 1, first.key)).status, 200)
  refused(await world.call(cast.trustees[1]!, 'GET', `/tenders/${id}/trustees/1/key`), 404, 'not-found')
  const own = (await world.call(cast.trustees[0]!, 'GET', `/tenders/${id}/trustees/1/key`)).body
  assert.equal(own.blob, first.body.blob)
  const home = (await world.call(cast.trustees[1]!, 'GET', '/my/trustee-seats')).body
  assert.equal(home.items.find((one: Loose) => one.tenderId === id).next, 'make-key')
  assert.ok(
    !JSON.stringify((await world.call(cast.clerk, 'GET', `/tenders/${id}/trustees`)).body).includes(first.body.blob),
  )
})
