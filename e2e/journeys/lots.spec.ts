import { checkReceipt, fetchReceipt, ownBids } from '../../api/client/submit-bid.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { band, bidPage, commit, fillBid, sealed } from '../bidding.ts'
import { expect, p12Of, publishedTender, sign, test, visit } from '../world.ts'

test('two lots of one tender: each is handed in, replaced and withdrawn by itself, and has its own receipts', async ({
  world,
  as,
}) => {
  const supplier = world.city.suppliers[0]!
  const { lotIds, ...tender } = await publishedTender(world, { deposit: 0n, lots: 2 })
  const [one, two] = lotIds.map((lotId) => ({ ...tender, lotId }))
  const desk = `/supplier/tenders/${tender.tenderId}`
  await supplier.http.json('POST', `/api/tenders/${tender.tenderId}/documents`)
  const page = await as(supplier)
  const states = async (lotId: string) =>
    (await ownBids(supplier.http, tender.tenderId))
      .filter((bid) => bid.lotId === lotId)
      .sort((a, b) => a.bidSeq - b.bidSeq)
      .map(({ state }) => state)

  await test.step('the second lot is a draft with half of its answers; the first is handed in all the same', async () => {
    await visit(page, `${bidPage(two!)}?step=summary`)
    await page.getByLabel('投标总价').fill('3,100,000.00')
    await page.getByRole('button', { name: '保存，下一项' }).click()
    await visit(page, bidPage(one!))
    await fillBid(page, '3,300,000.00')
    await sealed(page, world)
    await commit(page)
    await band(page, '已见证')
    await visit(page, desk)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('2个标段中1个已递交')
  })

  await test.step('the store refuses the second lot’s parts: it stays here, and the first stands', async () => {
    await visit(page, `${bidPage(two!)}?step=summary`)
    await expect(page.getByLabel('投标总价')).toHaveValue('3,100,000.00')
    await visit(page, bidPage(two!))
    await fillBid(page, '3,200,000.00')
    await sealed(page, world)
    await page.route('**/objects/**', (route) => route.fulfill({ status: 403 }))
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: '下载恢复文件' }).click()
    await download
    await page.getByRole('button', { name: '上传并递交投标文件' }).click()
    await expect(page.getByRole('button', { name: '继续上传并递交' })).toBeVisible()
    await band(page, '未递交')
    expect(await states(one!.lotId)).toEqual(['received'])
    expect(await states(two!.lotId)).toEqual(['uploading'])
    await page.unroute('**/objects/**')
  })

  await test.step('it goes on where it stopped', async () => {
    await page.getByRole('button', { name: '继续上传并递交' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('投标文件已于')
    await band(page, '已见证')
    await visit(page, desk)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('2个标段都已递交')
  })

  await test.step('the first is replaced, the second withdrawn', async () => {
    await visit(page, `${bidPage(one!)}?step=summary`)
    await page.getByLabel('投标总价').fill('3,000,000.00')
    await page.getByRole('button', { name: '保存，下一项' }).click()
    await visit(page, `${bidPage(one!)}?step=check`)
    await sealed(page, world, '内容无误，用它替换已递交的投标')
    await commit(page)
    await band(page, '已见证')
    await visit(page, desk)
    await page
      .getByRole('region', { name: /包2/ })
      .getByRole('link', { name: /投标文件/ })
      .click()
    await page.getByRole('button', { name: '撤回投标' }).click()
    await sign(page.getByRole('dialog'), { file: p12Of(world, supplier), act: '签名并撤回投标' })
    await expect(page.getByRole('heading', { level: 1 })).toContainText('投标已于')
    await band(page, '已撤回')
    await visit(page, desk)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('2个标段中1个已递交')
    expect(await states(one!.lotId)).toEqual(['replaced', 'received'])
    expect(await states(two!.lotId)).toEqual(['replaced', 'withdrawn'])
  })

  await test.step('four receipts, each of its own act, and each verifies away from the platform', async () => {
    const trust = await loadTrust(supplier.http)
    const acts = await ownBids(supplier.http, tender.tenderId)
    const zips = await Promise.all(acts.map(async ({ id }) => (await fetchReceipt(supplier.http, trust, id)).zip))
    for (const zip of zips) expect((await checkReceipt(zip, trust)).witnessed).toBe(true)
    expect(new Set(acts.map(({ manifestHash }) => manifestHash)).size).toBe(4)
  })
})
