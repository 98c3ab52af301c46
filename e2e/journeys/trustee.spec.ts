import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DEMO_PIN } from '../../api/cli/demo/people.ts'
import { draftTender, makeTrusteeKey, nameTrustees, publishTender, signTrusteeSet } from '../../api/cli/demo/tender.ts'
import { run } from '../../api/cli/trustee.ts'
import { anyOpened, BUDGET, expect, nextIntention, p12Of, sign, test, visit } from '../world.ts'

test('a trustee makes its key in the browser, keeps the recovery file and drills before publication', async ({
  world,
  as,
}) => {
  const { city } = world
  const trustee = city.trustees[2]
  const file = p12Of(world, trustee)
  const intention = nextIntention(world)
  const tender = await draftTender(city, { ...BUDGET, title: intention.title }, intention.id)
  await nameTrustees(city, tender.tenderId)
  for (const i of [1, 2]) await makeTrusteeKey(city, tender.tenderId, i)
  const page = await as(trustee)

  await test.step('the tender waits on the first page', async () => {
    await visit(page, '/trustee')
    await expect(page.getByRole('row', { name: intention.title })).toContainText('生成项目密钥')
    await page.getByRole('link', { name: intention.title }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('请为本项目生成密钥')
  })

  await test.step('a wrong certificate password is told and harms nothing', async () => {
    const making = page.getByRole('region', { name: '生成密钥并签名声明' })
    await sign(making, { file, pin: '000000', act: '生成密钥并签名声明' })
    await expect(making.getByText('证书口令不对，请重新输入')).toBeVisible()
    await sign(making, { file, act: '生成密钥并签名声明' })
  })

  await test.step('the key is made; its recovery file is offered once', async () => {
    await expect(page.getByText('密钥已生成，声明已签名并交给采购人。')).toBeVisible({ timeout: 20_000 })
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载恢复文件' }).click()
    expect((await download).suggestedFilename()).toMatch(/-3\.sunlit-trustee\.json$/)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('请演练一次，证明密钥打得开')
  })

  await test.step('the drill opens a sample with the kept key', async () => {
    const drill = page.getByRole('region', { name: '演练', exact: true })
    await sign(drill, { file, act: '演练并签名' })
    await expect(drill.getByText('演练通过')).toBeVisible({ timeout: 20_000 })
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('密钥已就绪，等待开标')
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('密钥已就绪，等待开标')
  })

  await test.step('the set is signed and the tender published with the key made here', async () => {
    await signTrusteeSet(city, tender.tenderId)
    await publishTender(city, tender)
    await visit(page, `/tenders/${tender.tenderId}`)
    await expect(page.getByText(trustee.organisation).first()).toBeVisible()
  })
})

test('a trustee works offline: the page gives the data file and takes what the tool wrote', async ({ world, as }) => {
  const { city } = world
  const trustee = city.trustees[1]
  const intention = nextIntention(world)
  const tender = await draftTender(city, { ...BUDGET, title: intention.title }, intention.id)
  await nameTrustees(city, tender.tenderId)
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-laptop-'))
  const pin = join(folder, 'pin')
  writeFileSync(pin, DEMO_PIN)
  const page = await as(trustee)
  await visit(page, `/trustee/tenders/${tender.tenderId}`)
  for (const [name, errand] of [
    ['生成密钥并签名声明', 'key'],
    ['演练', 'drill'],
  ] as const) {
    const region = page.getByRole('region', { name, exact: true })
    await region.getByText('改用离线工具').click()
    const download = page.waitForEvent('download')
    await region.getByRole('button', { name: '下载数据文件' }).click()
    const data = join(folder, `${errand}.json`)
    await (await download).saveAs(data)
    expect(await run([errand, '--data', data, '--p12', p12Of(world, trustee), '--pin', pin, '--out', folder])).toBe(0)
    const written = readdirSync(folder).find((file) => file.endsWith(`.sunlit-${errand}.json`))!
    await region.getByLabel('离线工具写出的文件').setInputFiles(join(folder, written))
    await region.getByRole('button', { name: '上传' }).click()
    await expect(page.getByRole('region', { name: '演练', exact: true })).toBeVisible()
  }
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('密钥已就绪，等待开标')
  await expect(page.getByText('离线工具', { exact: true })).toBeVisible()
  rmSync(folder, { recursive: true })
})

test('what to do when decryption fails, and why a bid is valid, is read without any script', async ({
  world,
  browser,
}) => {
  const { tenderId } = await anyOpened(world)
  const context = await browser.newContext({ baseURL: world.origin, javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto('/help/decryption')
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('09:00解不了密怎么办')
  await expect(page.getByRole('row', { name: '投标人没有交出密钥' })).toContainText('视为撤销')
  await page.goto(`/tenders/${tenderId}/opening/evidence`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('开标证据')
  await expect(page.getByRole('row', { name: '由投标人解密，全部打开' }).first()).toContainText('有效')
  await context.close()
})
