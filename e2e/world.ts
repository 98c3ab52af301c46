import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type BrowserContext, test as base, chromium, expect, type Locator, type Page } from 'playwright/test'
import { type DemoBid, type HandedIn, handIn, payDeposit } from '../api/cli/demo/bidding.ts'
import { type City, makeCity } from '../api/cli/demo/city.ts'
import { openOwn } from '../api/cli/demo/opening.ts'
import { DEMO_PIN, type DemoPerson, type Stage } from '../api/cli/demo/people.ts'
import { startPlatform } from '../api/cli/demo/platform.ts'
import { clockOf, prepareTender, publishIntention, publishTender, walkTo } from '../api/cli/demo/tender.ts'
import { DEMO_PASSWORD } from '../api/start/first-start.ts'

export { DEMO_PASSWORD, DEMO_PIN, expect }

export const DAY = 86_400_000

/** One platform, its city and the certificate files of everybody in it: what all tests of one worker share. */
export type World = {
  origin: string
  city: City
  stage: Stage
  /** Published more than thirty days ago: what a tender may be drafted from; each is used once. */
  intentions: { id: string; title: string }[]
  /** The first of them, used or not: for tests that only read. */
  intention: string
  /** A tender whose names are out, for tests that only read; made when first asked for. */
  opened?: Closed
  published?: Tender
}

export type Tender = { tenderId: string; lotId: string; title: string; number: string }
export type Closed = Tender & { handed: HandedIn[]; windowEndsAt: string }

const PURCHASES = [
  'CT扫描系统',
  '数字化X射线摄影系统',
  '磁共振成像系统',
  '彩色超声诊断系统',
  '全自动生化分析仪',
  '血液透析机',
  '手术显微镜',
  '麻醉机',
  '高频电刀',
  '移动护理推车',
  '输液泵',
  '除颤监护仪',
  '婴儿培养箱',
  '内窥镜系统',
  '无影灯',
  '呼吸机',
  '心电图机',
  '牙科综合治疗台',
  '超声骨密度仪',
  '体外冲击波碎石机',
]
export const BUDGET = { budget: 800_000_000n, ceiling: 780_000_000n, deposit: 15_000_000n }
const PRICES = [720_000_000n, 698_000_000n, 755_000_000n]

const begin = async (origin: string, folder: string, count: number): Promise<World> => {
  const stage = { origin, folder: join(folder, 'certificates') }
  const city = await makeCity(stage)
  const intentions = []
  for (const name of PURCHASES.slice(0, count)) {
    const title = `云城市第一人民医院${name}`
    intentions.push({ id: await publishIntention(city, { title, ...BUDGET }), title })
  }
  const { http } = city.purchaser
  await walkTo(http, new Date((await clockOf(http)).getTime() + 31 * DAY))
  return { origin, city, stage, intentions, intention: intentions[0]!.id }
}

/** How a worker's platform is started beyond the ordinary, and how many tenders its tests make at most. */
export type Start = { env: Record<string, string>; intentions: number }

const openWorld = async ({ env, intentions }: Start, use: (world: World) => Promise<void>): Promise<void> => {
  const root = resolve(import.meta.dirname, '..')
  if (!existsSync(join(root, 'web/build/handler.js')))
    throw new Error('web/build is missing: run "npm run prepare" (npm ci does) before the journeys')
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-e2e-'))
  // The embedded database runs as nobody when we are root: it must be able to walk in, not to look around.
  chmodSync(folder, 0o711)
  const platform = await startPlatform(folder, env)
  try {
    await use(await begin(platform.origin, folder, intentions))
  } finally {
    await platform.stop()
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }
}

/** What a test provokes on purpose, a refusal (4xx) or a network it cuts, is told by the page itself. */
const PROVOKED = /status of 4\d\d|ERR_INTERNET_DISCONNECTED/

/** What the browser complains of. */
const complaints = (page: Page, provoked: RegExp): string[] => {
  const found: string[] = []
  page.on('pageerror', (error) => found.push(`${page.url()} ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' || provoked.test(message.text())) return
    found.push(`${page.url()} ${message.text()}`)
  })
  return found
}

/**
 * `page` is a visitor's; `as(person)` opens another browser in which this person is signed in, `onDisk` one with
 * a profile of its own. Every page of every test is
 * watched: a script that fails or a breach of the content policy fails the test.
 */
export const test = base.extend<
  {
    as: (person: DemoPerson) => Promise<Page>
    onDisk: (person: DemoPerson) => Promise<BrowserContext>
    watched: string[][]
    provoked: RegExp
  },
  { start: Start; world: World }
>({
  start: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for the pattern
    async ({}, use) => use({ env: {}, intentions: PURCHASES.length }),
    { scope: 'worker' },
  ],
  world: [async ({ start }, use) => openWorld(start, use), { scope: 'worker', timeout: 120_000 }],
  baseURL: async ({ world }, use) => use(world.origin),
  provoked: [PROVOKED, { option: true }],
  watched: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright asks for the pattern
    async ({}, use) => {
      const all: string[][] = []
      await use(all)
      expect(all.flat(), 'complaints of the browser').toEqual([])
    },
    { auto: true },
  ],
  context: async ({ context, watched, provoked }, use) => {
    context.on('page', (page) => watched.push(complaints(page, provoked)))
    await use(context)
  },
  as: async ({ browser, watched, provoked }, use) => {
    const open: BrowserContext[] = []
    await use(async (person) => {
      const context = await browser.newContext()
      open.push(context)
      context.on('page', (page) => watched.push(complaints(page, provoked)))
      await signInAs(context, person)
      return context.newPage()
    })
    for (const context of open) await context.close()
  },
  // A context of `as` is a private window, which keeps its file system in the browser's memory: nobody's own does.
  onDisk: async ({ watched, provoked, world }, use, { project }) => {
    const open: { context: BrowserContext; profile: string }[] = []
    await use(async (person) => {
      const profile = mkdtempSync(join(tmpdir(), 'sunlit-profile-'))
      const { launchOptions = {}, locale = 'zh-CN', timezoneId = 'Asia/Shanghai' } = project.use
      const options = { ...launchOptions, locale, timezoneId, baseURL: world.origin }
      const context = await chromium.launchPersistentContext(profile, options)
      open.push({ context, profile })
      context.on('page', (page) => watched.push(complaints(page, provoked)))
      await signInAs(context, person)
      return context
    })
    for (const { context, profile } of open) {
      await context.close()
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    }
  },
})

/** A session in the browser's own cookie jar, acting in the role the person has. */
export const signInAs = async (context: BrowserContext, { email, http }: DemoPerson): Promise<void> => {
  const post = async (path: string, data: unknown) => {
    const answer = await context.request.post(http.origin + path, { data, headers: { origin: http.origin } })
    expect(answer.ok(), `${path} ${answer.status()}`).toBe(true)
  }
  await post('/api/auth/sign-in/email', { email, password: DEMO_PASSWORD })
  const session = await (await context.request.get(`${http.origin}/api/session`)).json()
  await post('/api/session/membership', { membershipId: session.memberships[0].id })
}

/** Where a person's certificate file lies. */
export const p12Of = ({ stage }: World, { email }: DemoPerson): string =>
  join(stage.folder!, `${email.split('@')[0]}.p12`)

/** To just after an instant; what becomes due on the way is done on the way. */
export const walkPast = ({ city }: World, instant: string): Promise<void> =>
  walkTo(city.purchaser.http, new Date(Date.parse(instant) + 1000))

/** A quarter of an hour later: whatever the platform owes by then is done. */
export const walkOn = async ({ city }: World): Promise<void> => {
  const { http } = city.purchaser
  await walkTo(http, new Date((await clockOf(http)).getTime() + 900_000))
}

/** An intention that was open long enough for a tender to be made of it. */
export const nextIntention = (world: World): World['intentions'][number] => {
  const intention = world.intentions.shift()
  if (!intention) throw new Error('no intention is left: name one more in PURCHASES')
  return intention
}

/** A tender up to its publication, made by the clients of its people. */
export const publishedTender = async (
  world: World,
  { deposit = BUDGET.deposit, consortium = false, lots = 1 } = {},
): Promise<Tender & { lotIds: string[] }> => {
  const { city } = world
  const intention = nextIntention(world)
  const purchase = { ...BUDGET, deposit, consortium, lots, title: intention.title }
  const tender = await prepareTender(city, purchase, intention.id)
  return { ...tender, title: intention.title, number: await publishTender(city, tender) }
}

export const bidOf = (at: number): DemoBid => ({
  price: PRICES[at]!,
  delivery: 30 + at,
  size: at === 1 ? 'small' : 'large',
  scanPages: 0,
})

/** Deposits paid, bids sealed and handed in by the three suppliers' clients. */
export const handInAll = async (world: World, { tenderId, lotId }: Tender): Promise<HandedIn[]> => {
  const handed = []
  for (const [at, supplier] of world.city.suppliers.slice(0, 3).entries()) {
    await payDeposit(supplier, tenderId, lotId)
    handed.push(await handIn(supplier, tenderId, lotId, bidOf(at)))
  }
  return handed
}

export type Hall = {
  now: string
  deadline: string
  lots: { windowEndsAt: string | null; count: number | null; opened: number; status: string }[]
}

export const hallOf = ({ city }: World, tenderId: string): Promise<Hall> =>
  city.purchaser.http.json<Hall>('GET', `/api/tenders/${tenderId}/opening`)

/** To the deadline, at which the lot is CLOSED and STORED. */
export const closedTender = async (world: World): Promise<Closed> => {
  const tender = await publishedTender(world)
  const handed = await handInAll(world, tender)
  await walkTo(world.city.purchaser.http, new Date((await hallOf(world, tender.tenderId)).deadline))
  const lot = (await hallOf(world, tender.tenderId)).lots[0]!
  return { ...tender, handed, windowEndsAt: lot.windowEndsAt! }
}

/** To the end of the bidders' window, in which all of them opened their own. */
export const openedTender = async (world: World): Promise<Closed> => {
  const closed = await closedTender(world)
  for (const [at, { recoveryFile }] of closed.handed.entries())
    await openOwn(world.city.suppliers[at]!, closed.tenderId, closed.lotId, recoveryFile)
  await walkPast(world, closed.windowEndsAt)
  expect((await hallOf(world, closed.tenderId)).lots[0]!.status).toBe('opened')
  return closed
}

export const anyOpened = async (world: World): Promise<Closed> => {
  world.opened ??= await openedTender(world)
  return world.opened
}

/** To a page whose scripts have taken over: a form is then sent by them and not by the browser itself. */
export const visit = async (page: Page, path: string): Promise<void> => {
  await page.goto(path)
  await page.locator('#svelte-announcer, html[data-light]').waitFor({ state: 'attached' })
}

const CERTIFICATE = {
  'zh-CN': { file: '证书文件', pin: '证书口令' },
  en: { file: 'Certificate file', pin: 'Certificate password' },
} as const

/** Where a certificate is asked for. */
export const certificateFile = (scope: Page | Locator, lang: keyof typeof CERTIFICATE = 'zh-CN'): Locator =>
  scope.getByLabel(CERTIFICATE[lang].file)

/** Certificate file, its password, and the act by its name; as everybody signs anywhere on the platform. */
export const sign = async (
  scope: Page | Locator,
  {
    file,
    act,
    pin = DEMO_PIN,
    lang = 'zh-CN',
  }: { file: string; act: string | RegExp; pin?: string; lang?: keyof typeof CERTIFICATE },
): Promise<void> => {
  await certificateFile(scope, lang).setInputFiles(file)
  await scope.getByLabel(CERTIFICATE[lang].pin).fill(pin)
  await scope.getByRole('button', { name: act }).click()
}
