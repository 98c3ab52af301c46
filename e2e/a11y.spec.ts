import type { Page } from 'playwright/test'
import type { City } from '../api/cli/demo/city.ts'
import {
  membersOf,
  openEvaluation,
  publishAward,
  reviewConformity,
  scoreBids,
  signLetter,
  signReport,
} from '../api/cli/demo/evaluation.ts'
import { EXAMPLES } from '../web/lib/calculators/examples.ts'
import { FORMS } from '../web/lib/calculators/forms.ts'
import { answered, PAGE_NAMES } from '../web/lib/calculators/names.ts'
import { queryOf } from '../web/lib/calculators/read.ts'
import { fits } from './looking.ts'
import { rehearsed } from './rehearsing.ts'
import { anyOpened, type Closed, expect, publishedTender, type Tender, test, visit } from './world.ts'

const WIDTHS = [390, 1440] as const

/** Every path at every width; all that is wrong is told at once. */
const look = async (page: Page, paths: readonly string[]) => {
  for (const path of paths) {
    await page.setViewportSize({ width: WIDTHS[1], height: 900 })
    await visit(page, path)
    // The page of the parts shows a confirmation with the heading that it has.
    if (path !== '/design')
      expect.soft(await page.getByRole('heading', { level: 1 }).count(), `${path}: one h1`).toBe(1)
    await fits(page, WIDTHS, path)
  }
}

type Subjects = { opened: Closed; published: Tender }
type Before = (city: City, of: Subjects) => Promise<void>
type Seen = {
  /** What must have happened before there is anything to see. */
  before?: Before
  who: string
  person: (city: City) => City['purchaser'] | null
  paths: (of: Subjects) => string[]
}

/** Done once in a city, whichever test asks for it first. */
const once = (act: Before): Before => {
  const begun = new WeakMap<City, Promise<void>>()
  return (city, of) => {
    const known = begun.get(city) ?? act(city, of)
    begun.set(city, known)
    return known
  }
}
const reviewed = once(async (city, { opened: { lotId } }) => {
  const members = await openEvaluation(city, lotId)
  for (const member of members) await reviewConformity(member, lotId)
  await members[0]!.http.json('POST', `/api/lots/${lotId}/evaluation/conformity/close`, {})
})
const awardPublished = once(async (city, of) => {
  await reviewed(city, of)
  const { lotId } = of.opened
  for (const [seat, member] of membersOf(city).entries()) await scoreBids(member, lotId, seat)
  await signReport(membersOf(city), lotId)
  await publishAward(city, lotId)
})
const letterSigned = once(async (city, of) => {
  await awardPublished(city, of)
  await signLetter(city, of.opened.lotId)
})
const awardPage = ({ opened: { tenderId, lotId } }: Subjects) => `/purchaser/tenders/${tenderId}/lots/${lotId}/award`

const SEEN: Seen[] = [
  {
    who: 'everybody',
    person: () => null,
    paths: ({ opened, published }) => [
      ...['/', '/notices', '/notices?q=zzz', '/intentions', '/openings', '/results', '/log', '/status'],
      ...[
        '/limits',
        '/help/decryption',
        '/rules',
        '/genuine',
        '/accessibility',
        '/sign-in',
        '/register',
        '/demo',
        '/demo/bank',
      ],
      ...[`/tenders/${opened.tenderId}`, `/tenders/${opened.tenderId}/opening`, `/tenders/${published.tenderId}`],
      '/no-such-page',
    ],
  },
  {
    who: 'the calculators',
    person: () => null,
    paths: () => [
      ...['/calculators', '/calculators/price-score', '/calculators/price-score?weight=300&smeRate=90'],
      ...['/calculators/timetable/plan', '/calculators/timetable/plan?regime=GP&method=open&noticeDate=2026-09-11'],
      ...PAGE_NAMES.filter((name) => answered(name) !== null).map(
        (name) => `/calculators/${name}?${queryOf(FORMS[name], EXAMPLES[name])}`,
      ),
    ],
  },
  { who: 'the parts', person: () => null, paths: () => ['/design'] },
  {
    who: 'a supplier',
    person: ({ suppliers }) => suppliers[0]!,
    // the green card stands on the page of the rehearsal room
    before: async ({ suppliers }) => void (await rehearsed(suppliers[0]!)),
    paths: ({ opened, published }) => [
      ...['/supplier', '/supplier/bids', '/supplier/rehearsal', '/account', '/organisation'],
      ...[`/supplier/tenders/${opened.tenderId}`, `/supplier/tenders/${opened.tenderId}/opening`],
      `/supplier/bids/${opened.handed[0]!.received.bidId}`,
      `/supplier/tenders/${opened.tenderId}/lots/${opened.lotId}/result`,
      `/supplier/tenders/${published.tenderId}`,
      ...[
        '',
        '?step=summary',
        '?step=consortium',
        '?step=qualification',
        '?step=technical',
        '?step=price-detail',
        '?step=check',
        '?step=seal',
      ].map((step) => `/supplier/tenders/${published.tenderId}/lots/${published.lotId}/bid${step}`),
    ],
  },
  {
    who: 'a purchaser',
    person: ({ purchaser }) => purchaser,
    paths: ({ opened, published }) => [
      ...['/purchaser', '/purchaser/intentions', '/purchaser/intentions/new', '/purchaser/tenders'],
      ...['/purchaser/tenders/new', '/purchaser/awards', `/purchaser/tenders/${published.tenderId}`],
      ...['correction', 'cancel'].map((page) => `/purchaser/tenders/${published.tenderId}/${page}`),
      ...['facts', 'timetable', 'lots', 'requirements-1', 'scoring-1', 'files', 'trustees', 'check'].map(
        (section) => `/purchaser/tenders/${published.tenderId}/draft/${section}`,
      ),
      ...['committee', 'qualification', 'award', 'contract'].map(
        (page) => `/purchaser/tenders/${opened.tenderId}/lots/${opened.lotId}/${page}`,
      ),
    ],
  },
  {
    who: 'a trustee',
    person: ({ trustees }) => trustees[1],
    paths: ({ opened, published }) => [
      '/trustee',
      `/trustee/tenders/${opened.tenderId}`,
      `/trustee/tenders/${published.tenderId}`,
    ],
  },
  {
    who: 'a supervisor',
    person: ({ supervisor }) => supervisor,
    paths: ({ opened, published }) => [
      '/supervisor',
      `/supervisor/tenders/${opened.tenderId}`,
      `/supervisor/tenders/${published.tenderId}`,
    ],
  },
  {
    who: 'an evaluator',
    person: ({ experts }) => experts[0]!,
    before: reviewed,
    paths: ({ opened: { lotId } }) => [
      ...['/evaluator', '/evaluator/reviews', `/evaluator/reviews/${lotId}`],
      `/evaluator/reviews/${lotId}/finish`,
    ],
  },
  {
    who: 'a purchaser that signs the award letter',
    person: ({ approver }) => approver,
    before: awardPublished,
    paths: (of) => [awardPage(of)],
  },
  {
    who: 'a purchaser whose letter is signed',
    person: ({ approver }) => approver,
    before: letterSigned,
    paths: (of) => [awardPage(of)],
  },
  {
    who: 'a bidder after the award',
    person: ({ suppliers }) => suppliers[0]!,
    before: letterSigned,
    paths: ({ opened: { tenderId, lotId } }) => [`/supplier/tenders/${tenderId}/lots/${lotId}/result`],
  },
  { who: 'the centre', person: ({ centre }) => centre, paths: () => ['/centre'] },
  {
    who: 'an administrator',
    person: ({ administrators }) => administrators[0],
    paths: () => ['/centre/rules', '/centre/rules/amend?of=DEP-14...', '/centre/rules/calendar'],
  },
]

for (const { who, person, before, paths } of SEEN) {
  test(`the pages of ${who} can be read by everybody`, async ({ world, as, page }) => {
    const one = person(world.city)
    world.published ??= await publishedTender(world, { consortium: true })
    const subjects = { opened: await anyOpened(world), published: world.published }
    await before?.(world.city, subjects)
    await look(one ? await as(one) : page, paths(subjects))
  })
}
