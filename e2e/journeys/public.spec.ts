import { usccCheckDigit } from '../../api/law/uscc.ts'
import { anyOpened, DEMO_PASSWORD, expect, publishedTender, test, visit } from '../world.ts'

test('portal, search, project page and verification', async ({ world, page }) => {
  const tender = await anyOpened(world)

  await test.step('found from the portal by a part of its name', async () => {
    await visit(page, '/')
    await expect(page.getByRole('heading', { level: 1 })).toContainText('今天，云城市有')
    await page.getByRole('searchbox', { name: '查找公告' }).fill(tender.title.slice(-5))
    await page.getByRole('button', { name: '查找' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('找到1个项目')
    await page.getByRole('link', { name: tender.title }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(tender.title)
  })

  await test.step('an empty result says what to loosen', async () => {
    await visit(page, '/notices?q=没有这样的东西')
    await expect(page.getByText('没有符合条件的公告')).toBeVisible()
  })

  await test.step('every check is made in the browser', async () => {
    await visit(page, `/tenders/${tender.tenderId}`)
    await page.getByRole('link', { name: '在浏览器中验证' }).click()
    await page.locator('#svelte-announcer').waitFor({ state: 'attached' })
    await page.getByRole('button', { name: '在浏览器中验证' }).click()
    await expect(page.getByText(/\d+项检查全部通过|没有不通过的/)).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('main').getByText('未通过')).toHaveCount(0)
    await expect(page.getByRole('main').getByText('通过').first()).toBeVisible()
  })

  await test.step('the language changes without leaving the place or losing what was typed', async () => {
    await visit(page, `/notices?q=${tender.number}`)
    await page.getByRole('searchbox').fill('X射线')
    await page.getByRole('link', { name: 'English' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('1 project')
    await expect(page.getByRole('searchbox')).toHaveValue('X射线')
    expect(new URL(page.url()).searchParams.get('q')).toBe(tender.number)
    await page.getByRole('link', { name: '中文' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('1个项目')
  })
})

test('a page that is only read keeps its clock and counts down, with a kilobyte or two of script', async ({
  world,
  page,
}) => {
  // One of its own: another journey may have walked past the deadline of the shared one.
  const { tenderId } = await publishedTender(world)
  const loaded: string[] = []
  page.on('request', (request) => {
    if (request.resourceType() === 'script') loaded.push(new URL(request.url()).pathname)
  })
  await visit(page, `/tenders/${tenderId}`)
  const [clock, left] = [page.locator('header .clock time'), page.getByRole('main').getByRole('timer').first()]
  const before = await clock.textContent()
  await expect(clock).not.toHaveText(before!)
  await expect(left).toHaveAttribute('data-left', /^\d+$/)
  expect(loaded).toEqual(['/_app/light.js'])
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('notices, project page and opening are read and searched', async ({ world, page }) => {
    const tender = await anyOpened(world)
    await page.goto('/notices')
    await page.getByRole('searchbox').fill(tender.number)
    await page.getByRole('button', { name: '查找' }).click()
    await page.getByRole('link', { name: tender.title }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(tender.title)
    await expect(page.getByText('7,800,000.00').first()).toBeVisible()
    await expect(page.locator('#verify noscript p')).toBeVisible()
    await page.goto(`/tenders/${tender.tenderId}/opening`)
    for (const { organisation } of world.city.suppliers.slice(0, 3))
      await expect(page.getByText(organisation).first()).toBeVisible()
  })
})

test('a supplier registers itself, makes its certificate in the browser and signs in with it', async ({
  world,
  page,
}, info) => {
  const body = `91990000MA00${String(info.workerIndex).padStart(2, '0')}7YB`.slice(0, 16).padEnd(17, '3')
  const uscc = body + usccCheckDigit(body)
  const email = `newcomer${info.workerIndex}@sunlit.example`

  await test.step('a person, then an organisation by promise', async () => {
    await visit(page, '/register')
    await page.getByLabel('姓名').fill('周新来')
    await page.getByLabel('电子邮箱').fill(email)
    await page.getByLabel('密码').fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: '建立账号' }).click()
    await page.getByLabel('统一社会信用代码').fill('91990000MA0000001A')
    await page.getByLabel('单位名称').fill('汾河仪器有限公司')
    await page.getByLabel('地址').fill('云城市滨河路1号')
    await page.getByLabel('联系人').fill('周新来')
    await page.getByLabel('联系电话').fill('0359-7654321')
    await page.getByLabel('联系邮箱').fill(email)
    await page.getByRole('button', { name: '核对并承诺' }).click()
  })

  await test.step('a wrong credit code is refused beside its field, and nothing typed is lost', async () => {
    await page.getByRole('button', { name: '作出承诺并登记单位' }).click()
    await expect(page.getByLabel('统一社会信用代码')).toHaveAttribute('aria-invalid', 'true')
    await expect(page.getByLabel('单位名称')).toHaveValue('汾河仪器有限公司')
    await page.getByLabel('统一社会信用代码').fill(uscc)
    await page.getByRole('button', { name: '核对并承诺' }).click()
    await page.getByRole('button', { name: '作出承诺并登记单位' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('汾河仪器有限公司已登记，可以开始投标')
  })

  const file = await test.step('the key is made here and downloaded', async () => {
    await page.getByRole('link', { name: '下一步：取得数字证书' }).click()
    await page.getByLabel('给文件设一个口令').fill('654321')
    await page.getByRole('button', { name: '制作证书' }).click()
    await expect(page.getByText('证书已制作并绑定')).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('link', { name: '下载证书文件（.p12）' }).click()
    const path = info.outputPath('own.p12')
    await (await download).saveAs(path)
    return path
  })

  await test.step('signed in with it', async () => {
    await page.getByRole('button', { name: '退出', exact: true }).click()
    await visit(page, '/sign-in')
    await page.getByLabel('证书文件').setInputFiles(file)
    await page.getByLabel('证书口令').fill('000000')
    await page.getByRole('button', { name: '用证书签名并登录' }).click()
    await expect(page.getByText('口令不对')).toBeVisible()
    await page.getByLabel('证书口令').fill('654321')
    await page.getByRole('button', { name: '用证书签名并登录' }).click()
    await expect(page).toHaveURL(/\/supplier$/)
    await expect(page.getByText('汾河仪器有限公司').first()).toBeVisible()
  })
  expect(world.origin).toBe(new URL(page.url()).origin)
})

test('signing in by password leads back to where one came from; a wrong one says so', async ({ world, page }) => {
  const { email, organisation } = world.city.suppliers[1]!
  await visit(page, '/supplier/bids')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('登录后办理')
  await page.getByLabel('电子邮箱').fill(email)
  await page.getByRole('textbox', { name: '密码' }).fill('not-the-password')
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page.getByRole('main')).toContainText(/邮箱或口令不正确/)
  await expect(page.getByLabel('电子邮箱')).toHaveValue(email)
  await page.getByRole('textbox', { name: '密码' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: '登录', exact: true }).click()
  await expect(page).toHaveURL(/\/supplier\/bids$/)
  await expect(page.getByText(organisation).first()).toBeVisible()
})
