import { draftTender, makeTrusteeKey, nameTrustees, publishTender, signTrusteeSet } from '../../api/cli/demo/tender.ts'
import { BUDGET, expect, nextIntention, p12Of, sign, test, visit } from '../world.ts'

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
