import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type HandedIn, handIn, payDeposit } from '../../api/cli/demo/bidding.ts'
import { walkTo } from '../../api/cli/demo/tender.ts'
import { bidOf, expect, hallOf, p12Of, publishedTender, sign, test, visit } from '../world.ts'

/** Parts of bids on the platform's disk, by their path below it: `<random>/<envelope>/<part>~`. */
const partsBelow = (folder: string): string[] => {
  const names = existsSync(folder) ? (readdirSync(folder, { recursive: true }) as string[]) : []
  return names.filter((name) => /^[^/]+\/\d+\/\d+~$/.test(name)).toSorted()
}

test('the store loses a part: its bidder supplies the saved file again, then opens its bid', async ({ world, as }) => {
  const { tenderId, lotId } = await publishedTender(world)
  const [first, second, third] = world.city.suppliers
  const folder = join(world.stage.folder!, '../data/store/objects/bids')
  const handed: HandedIn[] = []
  const before = new Set<string>()
  let own: string[] = []
  for (const [at, supplier] of [first!, second!, third!].entries()) {
    await payDeposit(supplier, tenderId, lotId)
    for (const name of partsBelow(folder)) before.add(name)
    handed.push(await handIn(supplier, tenderId, lotId, bidOf(at)))
    if (at === 0) own = partsBelow(folder).filter((name) => !before.has(name))
  }
  const envelopeOf = (name: string) => Number(name.split('/')[1])
  const copy = Buffer.concat(
    own.toSorted((a, b) => envelopeOf(a) - envelopeOf(b)).map((name) => readFileSync(join(folder, name))),
  )
  expect(own.length).toBe(4)

  await test.step('the part is lost before the ciphertexts are compared', async () => {
    rmSync(join(folder, own[2]!))
    await walkTo(world.city.purchaser.http, new Date((await hallOf(world, tenderId)).deadline))
  })

  const bidder = await as(first!)
  await test.step('its bidder is told, and why a new sealing is no help', async () => {
    await visit(bidder, `/supplier/tenders/${tenderId}/opening`)
    await expect(bidder.getByRole('heading', { level: 1 })).toContainText('前补交丢失的密文')
    await expect(bidder.getByText('这不是您的过错')).toBeVisible()
    await expect(bidder.getByText('重新加密得到的是另一份投标')).toBeVisible()
    await expect(bidder.getByRole('button', { name: '签名并交出' })).toHaveCount(0)
  })

  await test.step('another file is refused', async () => {
    const file = { name: 'other.sunlit-sealed', mimeType: 'application/octet-stream', buffer: copy.subarray(1) }
    await bidder.getByLabel('另存的密封文件').setInputFiles(file)
    await bidder.getByRole('button', { name: '补交丢失的密文' }).click()
    await expect(bidder.getByText('这不是这份投标的密封文件')).toBeVisible()
  })

  await test.step('the saved file is taken, and the bid opens as any other', async () => {
    const file = { name: 'bid.sunlit-sealed', mimeType: 'application/octet-stream', buffer: copy }
    await bidder.getByLabel('另存的密封文件').setInputFiles(file)
    await bidder.getByRole('button', { name: '补交丢失的密文' }).click()
    await expect(bidder.getByRole('heading', { level: 1 })).toContainText('前解密您的投标文件')
    await bidder.getByLabel('恢复文件').setInputFiles({
      name: 'sunlit-recovery.json',
      mimeType: 'application/json',
      buffer: Buffer.from(handed[0]!.recoveryFile),
    })
    await sign(bidder, { file: p12Of(world, first!), act: '签名并交出本标段的解密密钥' })
    await expect(bidder.getByRole('heading', { level: 1 })).toContainText('您已全部解密', { timeout: 30_000 })
    expect((await hallOf(world, tenderId)).lots[0]!.opened).toBe(1)
  })
})

test('the supervisor stops an opening and lets it go on; everybody sees why no time runs', async ({
  world,
  as,
  page,
}) => {
  const { tenderId, lotId } = await publishedTender(world)
  for (const [at, supplier] of world.city.suppliers.slice(0, 3).entries()) {
    await payDeposit(supplier, tenderId, lotId)
    await handIn(supplier, tenderId, lotId, bidOf(at))
  }
  await walkTo(world.city.purchaser.http, new Date((await hallOf(world, tenderId)).deadline))
  const ends = (await hallOf(world, tenderId)).lots[0]!.windowEndsAt!
  const desk = await as(world.city.supervisor)
  await visit(desk, `/supervisor/tenders/${tenderId}`)
  await expect(desk.getByText('剩余的解密时间在恢复后照补')).toBeVisible()
  await desk.getByLabel('理由').fill('收到投诉，暂停核查')
  await desk.getByRole('button', { name: '责令暂停这个项目' }).click()
  await expect(desk.getByRole('button', { name: '恢复这个项目' })).toBeVisible()

  const bidder = await as(world.city.suppliers[0]!)
  await visit(bidder, `/supplier/tenders/${tenderId}/opening`)
  await expect(bidder.getByRole('heading', { level: 1 })).toContainText('项目已暂停')
  await expect(bidder.getByText('剩余的时间照补').first()).toBeVisible()
  await visit(page, `/tenders/${tenderId}/opening`)
  await expect(page.getByText('监督部门已暂停本项目')).toBeVisible()
  await walkTo(world.city.purchaser.http, new Date(Date.parse(ends) + 60_000))
  expect((await hallOf(world, tenderId)).lots[0]!.status).toBe('stored')

  await desk.getByLabel('理由').fill('核查完毕，恢复开标')
  await desk.getByRole('button', { name: '恢复这个项目' }).click()
  await expect(desk.getByRole('button', { name: '责令暂停这个项目' })).toBeVisible()
  await expect(bidder.getByRole('heading', { level: 1 })).toContainText('前解密您的投标文件')
  expect(Date.parse((await hallOf(world, tenderId)).lots[0]!.windowEndsAt!)).toBeGreaterThan(Date.parse(ends))
})
