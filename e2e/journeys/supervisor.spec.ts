import { anyOpened, expect, handInAll, publishedTender, test, visit } from '../world.ts'

const BIDDER_SIDE = /documents\.obtained|deposit\.|bid\.|envelope\./

test('before the names are out the supervisor sees no bidder-side event; it suspends and resumes', async ({
  world,
  as,
  page: visitor,
}) => {
  const tender = await publishedTender(world)
  const { tenderId, title } = tender
  await handInAll(world, tender)
  const page = await as(world.city.supervisor)

  await test.step('found on the first page', async () => {
    await visit(page, '/supervisor')
    await page.getByRole('searchbox').fill(title.slice(-6))
    await page.getByRole('button', { name: '查找' }).click()
    await page.getByRole('link', { name: title }).first().click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(title)
  })

  await test.step('three bids are in, and nothing tells', async () => {
    await expect(page.getByText('开标完成前，投标人一方的记录不显示')).toBeVisible()
    await expect(page.getByRole('row', { name: /发布公告/ })).toBeVisible()
    await expect(page.getByRole('row', { name: BIDDER_SIDE })).toHaveCount(0)
    const seen = await page.content()
    for (const { organisation } of world.city.suppliers) expect(seen).not.toContain(organisation)
  })

  await test.step('suspended, which everybody sees', async () => {
    await page.getByLabel('理由').fill('收到投诉，暂停核查')
    await page.getByRole('button', { name: '责令暂停这个项目' }).click()
    await expect(page.getByText('这个项目已暂停')).toBeVisible()
    await visit(visitor, `/tenders/${tenderId}`)
    await expect(visitor.getByText('本项目已暂停')).toBeVisible()
    await expect(visitor.getByText('收到投诉，暂停核查').first()).toBeVisible()
  })

  await test.step('resumed', async () => {
    await page.getByLabel('理由').fill('核查完毕，投诉不成立')
    await page.getByRole('button', { name: '恢复这个项目' }).click()
    await expect(page.getByText('这个项目已暂停')).toHaveCount(0)
    await expect(page.getByRole('button', { name: '责令暂停这个项目' })).toBeVisible()
    await visit(visitor, `/tenders/${tenderId}`)
    await expect(visitor.getByText('本项目已暂停')).toHaveCount(0)
  })
})

test('the whole trail of an opened tender, each line checked in the browser', async ({ world, as }) => {
  const { tenderId } = await anyOpened(world)
  const page = await as(world.city.supervisor)
  await visit(page, `/supervisor/tenders/${tenderId}`)
  await expect(page.getByText('开标完成前，投标人一方的记录不显示')).toHaveCount(0)
  await expect(page.getByRole('row', { name: /递交投标文件/ })).toHaveCount(3)
  for (const supplier of world.city.suppliers.slice(0, 3))
    await expect(
      page.getByRole('row', { name: /递交投标文件/ }).filter({ hasText: supplier.organisation }),
    ).toHaveCount(1)
  await page.getByRole('button', { name: '在本浏览器中逐条核验' }).click()
  await expect(page.getByText(/条中\d+条与透明日志一致/)).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('与日志不一致')).toHaveCount(0)
  await expect(page.getByRole('row', { name: /递交投标文件/ }).first()).toContainText('与日志一致')
})
