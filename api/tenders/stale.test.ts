import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { moveClockTo } from '../kernel/clock.ts'
import { addDays, beijingDate, beijingInstant } from '../law/beijing.ts'
import { sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { ED25519, noteSigner } from '../log/note.ts'
import { type TestLog, testLog } from '../log/testing.ts'
import { nameProbes } from '../probes/service.ts'
import { formatProbes } from '../seal/probe.ts'
import { laterDeadline, sampleDraft } from './sample.testing.ts'
import {
  type Cast,
  makeCast,
  makeDraft,
  makeTenderWorld,
  pdfFile,
  publishTender,
  readyTrustees,
  refused,
  type TenderWorld,
  upload,
} from './world.testing.ts'

/*
 * A notice is printed and sealed before the transaction that publishes it. What it rests on may change meanwhile: then it is
 * a paper that says what holds no more, and nothing of it is published.
 */
let world: TenderWorld
let cast: Cast
let log: TestLog
before(async () => {
  world = await makeTenderWorld()
  cast = await makeCast(world)
  log = await testLog(world.deps.db)
  log.sequencer.start()
  await log.sequencer.ready()
})
after(async () => {
  await log.stop()
  await world.close()
})

const day = async (later = 0): Promise<string> => addDays(beijingDate((await world.now()).getTime()), later)

/** Done once, while the next notice is being sealed. */
const meanwhile = (act: () => Promise<unknown>): void => {
  world.deps.seal = async (pdf) => {
    world.deps.seal = undefined
    await act()
    return pdf
  }
}

/** Sent in, and lawful for whoever publishes it a week later, too. */
const inReview = async (): Promise<string> => {
  const soon = sampleDraft(new Date(beijingInstant(await day(7), '10:00')), [crypto.randomUUID()])
  const { id } = await makeDraft(world, cast, () => soon)
  await readyTrustees(world, cast, id)
  assert.equal((await world.call(cast.clerk, 'POST', `/tenders/${id}/submit`, { version: 2 })).status, 200)
  return id
}
const approve = (id: string) => world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version: 2 })
/** How many the log holds. */
const noticesOf = async (id: string): Promise<number> => {
  const logged = world.deps.db.selectFrom('log_event').select('id').where('type', '=', 'notice.published/1')
  return (await logged.where('tender_id', '=', id).execute()).length
}

test('87号令 85: no notice bears a day that is over, for every period starts at it', async () => {
  const id = await inReview()
  const tomorrow = await day(1)
  meanwhile(() => moveClockTo(world.deps.db, new Date(beijingInstant(tomorrow, '08:00'))))
  refused(await approve(id), 409, 'notice-stale')
  assert.equal(await noticesOf(id), 0)
  assert.equal((await approve(id)).status, 200)
  const { publishedAt } = (await world.call(null, 'GET', `/tenders/${id}/notices/0`)).body
  assert.equal(beijingDate(Date.parse(publishedAt)), tomorrow)
})

test('no first notice names other probes than those in force when it is logged', async () => {
  const id = await inReview()
  const key = noteSigner('university', ED25519, await signerOf(newSeed()))
  const list = formatProbes({ probes: [key], quorum: 1 })
  meanwhile(() => nameProbes({ db: world.deps.db, log: log.sequencer })(list))
  refused(await approve(id), 409, 'notice-stale')
  assert.equal(await noticesOf(id), 0)
  assert.equal((await approve(id)).status, 200)
  const { probesSha256 } = (await world.call(null, 'GET', `/tenders/${id}/notices/0`)).body
  assert.equal(probesSha256, toBase64url(await sha256(utf8(list))))
})

type Change = { what: string; act: (id: string, correct: Correct) => Promise<unknown>; place: string; files: number }
type Correct = (place: string) => Promise<unknown>
const CHANGES: Change[] = [
  {
    what: 'another one took its place',
    act: async (id, correct) => {
      await world.call(cast.approver, 'POST', `/tenders/${id}/correction/return`, { reason: '开标地点有误' })
      await correct('三楼开标厅')
    },
    place: '三楼开标厅',
    files: 1,
  },
  {
    what: 'a file came to it',
    act: (id) => world.call(cast.clerk, 'POST', `/tenders/${id}/files`, upload(pdfFile('澄清'))),
    place: '二楼开标厅',
    files: 2,
  },
]

for (const { what, act, place, files } of CHANGES)
  test(`no correction is published as it was before ${what}`, async () => {
    const { id } = await publishTender(world, cast)
    const page = async () => (await world.call(null, 'GET', `/tenders/${id}`)).body
    const affecting = { reason: '答疑', affecting: true, deadline: laterDeadline((await page()).deadline, 7) }
    const correct = async (where: string) =>
      assert.equal(
        (await world.call(cast.clerk, 'POST', `/tenders/${id}/correction`, { ...affecting, place: where })).status,
        201,
      )
    const decide = () => world.call(cast.approver, 'POST', `/tenders/${id}/correction/approve`)
    await correct('二楼开标厅')
    meanwhile(() => act(id, correct))
    refused(await decide(), 409, 'notice-stale')
    assert.equal(await noticesOf(id), 1)
    assert.equal((await decide()).body.n, 1)
    const { notice } = await page()
    assert.deepEqual([notice.n, notice.place, notice.files.length], [1, place, files])
  })
