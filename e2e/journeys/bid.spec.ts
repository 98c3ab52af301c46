import { readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { expect, p12Of, publishedTender, sign, type Tender, test, visit, type World } from '../world.ts'

const PAPER = { name: '技术应答.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7\n逐项响应\n%%EOF\n') }

/** The four parts of a bid, in the order in which 「保存，下一项」 leads through them. */
const fillBid = async (page: Page, price: string) => {
  await page.getByRole('link', { name: '开标一览表' }).click()
  await page.getByLabel('投标总价').fill(price)
  await page.getByLabel('交货期（日）').fill('45')
  await page.getByLabel('企业规模').selectOption('small')
  const next = page.getByRole('button', { name: '保存，下一项' })
  await next.click()
  await page.getByLabel('具有独立承担民事责任的能力').fill('营业执照，第1页')
  await next.click()
  await page.getByLabel('投标文件签署、盖章符合要求').fill('已签章')
  await page.locator('#files-technical').setInputFiles([PAPER])
  await expect(page.getByRole('button', { name: /移除\s*技术应答/ })).toBeVisible()
  await next.click()
  await page.getByLabel(/主机.*单价/).fill(price)
  await next.click()
}

const commit = async (page: Page): Promise<string> => {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载恢复文件' }).click()
  const recovery = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
  expect(Object.keys(recovery).length).toBeGreaterThan(0)
  await page.getByRole('button', { name: '上传并递交投标文件' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('投标文件已于', { timeout: 30_000 })
  return page.url()
}

const band = (page: Page, word: string) => expect(page.getByText(word, { exact: true }).first()).toBeVisible()
const bidPage = ({ tenderId, lotId }: Tender) => `/supplier/tenders/${tenderId}/lots/${lotId}/bid`

const obtainAndPay = async (page: Page, tender: Tender) => {
  await visit(page, `/supplier/tenders/${tender.tenderId}`)
  await page.getByRole('button', { name: '获取采购文件' }).click()
  await expect(page.getByRole('heading', { name: '采购文件与公告' })).toBeVisible()
  await page.getByRole('button', { name: '开立缴款账号' }).click()
  await page.getByRole('link', { name: '演示：去网上银行转账' }).click()
  await page.getByRole('button', { name: '转账' }).click()
  await expect(page.getByText('已转账，流水号')).toBeVisible()
  // The bank's word to the platform travels on its own: the page is asked again until it has come.
  await expect(async () => {
    await visit(page, `/supplier/tenders/${tender.tenderId}`)
    await expect(page.getByText('已足额到账')).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 15_000 })
}

const sealed = async (page: Page, world: World, act = '内容无误，去加密签名') => {
  await page.getByRole('button', { name: act }).click()
  await sign(page, { file: p12Of(world, world.city.suppliers[0]!), act: '加密、自检并签名' })
  await expect(page.getByRole('heading', { name: '已加密的信封' })).toBeVisible({ timeout: 30_000 })
}

test('a bid is prepared, paid for, sealed, handed in, replaced and withdrawn', async ({ world, as }) => {
  const supplier = world.city.suppliers[0]!
  const tender = await publishedTender(world)
  const page = await as(supplier)

  await test.step('documents and deposit', () => obtainAndPay(page, tender))

  await test.step('filled; a wrong PIN costs nothing', async () => {
    await visit(page, bidPage(tender))
    await band(page, '未递交')
    await fillBid(page, '7,000,000.00')
    await expect(page.getByText('柒佰万元整').first()).toBeVisible()
    await page.getByRole('button', { name: '内容无误，去加密签名' }).click()
    await sign(page, { file: p12Of(world, supplier), pin: '000000', act: '加密、自检并签名' })
    await expect(page.getByRole('alert').getByText('证书口令不对，请重新输入')).toBeVisible()
    await expect(page.getByLabel('证书口令')).toHaveAttribute('aria-invalid', 'true')
    await visit(page, `${bidPage(tender)}?step=summary`)
    await expect(page.getByLabel('投标总价')).toHaveValue('7,000,000.00')
  })

  const first = await test.step('sealed in the browser and handed in', async () => {
    await visit(page, `${bidPage(tender)}?step=check`)
    await expect(page.getByText(PAPER.name)).toBeVisible()
    await sealed(page, world)
    await band(page, '未递交')
    const address = await commit(page)
    await band(page, '已见证')
    return address
  })

  await test.step('the receipt survives a reload', async () => {
    const number = await page.locator('.receipt .no').textContent()
    await page.reload()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('投标文件已于')
    await expect(page.getByText(number!).first()).toBeVisible()
    await band(page, '已见证')
    await expect(page.getByText('柒佰万元整')).toBeVisible()
  })

  await test.step('the sealed file is still on this device, and can be kept elsewhere', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '另存密封文件' }).click()
    const copy = readFileSync(await (await download).path())
    const { bids } = await supplier.http.json<{ bids: { envelopes: { size: number }[] }[] }>(
      'GET',
      `/api/bids?tenderId=${tender.tenderId}`,
    )
    expect(copy.length).toBe(bids[0]!.envelopes.reduce((sum, { size }) => sum + size, 0))
  })

  await test.step('replaced', async () => {
    await page.getByRole('link', { name: '重新准备并替换' }).click()
    await page.getByRole('link', { name: '开标一览表' }).click()
    await page.getByLabel('投标总价').fill('6,900,000.00')
    await page.getByRole('button', { name: '保存，下一项' }).click()
    await visit(page, `${bidPage(tender)}?step=check`)
    await sealed(page, world, '内容无误，用它替换已递交的投标')
    expect(await commit(page)).not.toBe(first)
    await expect(page.getByText('第2次递交')).toBeVisible()
    await band(page, '已见证')
  })

  await test.step('withdrawn, with a receipt of its own', async () => {
    await page.getByRole('button', { name: '撤回投标' }).click()
    await sign(page.getByRole('dialog'), { file: p12Of(world, supplier), act: '签名并撤回投标' })
    await expect(page.getByRole('heading', { level: 1 })).toContainText('投标已于')
    await band(page, '已撤回')
    await visit(page, first)
    await expect(page.getByText('已被之后的递交替换')).toBeVisible()
  })
})
