import { readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { band, bidPage, commit, fillBid, obtain, PAPER, sealed } from '../bidding.ts'
import { expect, p12Of, publishedTender, sign, type Tender, test, visit } from '../world.ts'

const obtainAndPay = async (page: Page, tender: Tender) => {
  await obtain(page, tender)
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

/** Two questions to the private file system are dropped as a browser drops them: no answer, and no error either. */
const dropTwo = () => {
  const { getDirectory } = StorageManager.prototype
  let dropped = 0
  StorageManager.prototype.getDirectory = function () {
    dropped += 1
    return dropped > 2 ? getDirectory.call(this) : new Promise<never>(() => {})
  }
}

const silentAtFirst = async (page: Page, tender: Tender) => {
  await page.clock.install()
  await page.addInitScript(dropTwo)
  await visit(page, bidPage(tender))
  const told = page.getByText('浏览器还没有读出本机保存的投标文件')
  const envelopes = page.getByRole('heading', { name: '已加密的信封' })
  await page.clock.runFor(6000)
  await expect(told).toBeVisible()
  await expect(page.getByRole('button', { name: '重新载入本页' })).toBeVisible()
  await expect(envelopes).toHaveCount(0)
  await page.clock.runFor(7000)
  await expect(envelopes).toBeVisible()
  await expect(told).toHaveCount(0)
  await page.close()
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
    await silentAtFirst(await page.context().newPage(), tender)
    const { address } = await commit(page)
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
    expect((await commit(page)).address).not.toBe(first)
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

test('corrected during the upload and again after it: led through without losing anything, kept or replaced', async ({
  world,
  as,
}) => {
  const { purchaser, approver } = world.city
  const supplier = world.city.suppliers[0]!
  const tender = await publishedTender(world, { deposit: 0n })
  const address = `/api/tenders/${tender.tenderId}`
  /** What must be shown to meet a requirement is asked more exactly: that touches every bid's preparation. */
  const correct = async (evidence: string) => {
    const { notice } = await purchaser.http.json<{ notice: { lots: { conformity: object[] }[] } }>('GET', address)
    const lots = notice.lots.map((lot) => ({ ...lot, conformity: lot.conformity.map((one) => ({ ...one, evidence })) }))
    const reason = `符合性证明改为：${evidence}`
    await purchaser.http.json('POST', `${address}/correction`, { reason, affecting: true, lots })
    await approver.http.json('POST', `${address}/correction/approve`)
    return reason
  }
  const page = await as(supplier)
  await supplier.http.json('POST', `${address}/documents`)
  await visit(page, bidPage(tender))
  await fillBid(page, '7,000,000.00')
  await sealed(page, world)

  await test.step('未递交: the platform refuses the sealed bid; the page shows what changed and leads on', async () => {
    const reason = await correct('电子签名截图')
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载恢复文件' }).click()
    await download
    await page.getByRole('button', { name: '上传并递交投标文件' }).click()
    await expect(page.getByText('这份加密文件依据的公告已经更正')).toBeVisible()
    await expect(page.getByText(reason)).toBeVisible()
    await band(page, '未递交')
    await page.getByRole('button', { name: '核对后按新公告重新加密' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('核对全部内容')
    await expect(page.getByText(reason)).toBeVisible()
    await expect(page.getByText('柒佰万元整').first()).toBeVisible()
    await expect(page.getByText(PAPER.name)).toBeVisible()
    await sealed(page, world)
    await commit(page)
    await band(page, '已见证')
  })

  await test.step('已收到: first among the duties; the bid stands and is kept', async () => {
    const reason = await correct('电子签名验证报告')
    await visit(page, '/supplier')
    await page.getByRole('listitem').filter({ hasText: tender.title }).getByRole('link', { name: '去核对' }).click()
    await expect(page.getByText(reason)).toBeVisible()
    await page.getByRole('button', { name: '已核对更正，保留原投标' }).click()
    await expect(page.getByText('递交之后公告有更正', { exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: '已核对更正，保留原投标' })).toHaveCount(0)
    await band(page, '已见证')
  })

  await test.step('or replaced: everything is still there', async () => {
    await page.getByRole('link', { name: '按更正重新准备并替换' }).click()
    await expect(page.getByText('柒佰万元整').first()).toBeVisible()
    await sealed(page, world, '内容无误，用它替换已递交的投标')
    await commit(page)
    await expect(page.getByText('第2次递交')).toBeVisible()
    await expect(page.getByText('递交之后公告有更正')).toHaveCount(0)
  })
})
