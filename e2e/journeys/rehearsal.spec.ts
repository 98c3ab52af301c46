import type { Page } from 'playwright/test'
import { clockOf, walkTo } from '../../api/cli/demo/tender.ts'
import { bidPage } from '../bidding.ts'
import { expect, p12Of, publishedTender, sign, test, visit } from '../world.ts'

const HOUR = 3_600_000
/** More than one part of 8 MiB, and a name of its own. */
const OWN = { name: '技术方案.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(12_000_000, '%PDF-1.7 ') }
const STEPS = ['浏览器', '证书和口令', '加密和自检', '上传', '下载和解密', '签名和平台核验']

const step = (page: Page, name: string) =>
  page.getByRole('list', { name: '演练步骤' }).getByRole('listitem').filter({ hasText: name }).first()
const act = '开始演练'

/** What this browser keeps of rehearsals in its private file system. */
const leftHere = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const found: string[] = []
    const walk = async (at: FileSystemDirectoryHandle, path: string): Promise<void> => {
      const entries = (at as unknown as { values: () => AsyncIterable<FileSystemHandle> }).values()
      for await (const one of entries) {
        const name = `${path}/${one.name}`
        if (one.kind === 'directory') await walk(one as FileSystemDirectoryHandle, name)
        else found.push(name)
      }
    }
    await walk(await navigator.storage.getDirectory(), '')
    return found
  })

/** The platform takes no rehearsal of this page before the act is over: it stays under way. */
const meanwhile = async (page: Page, act: () => Promise<void>) => {
  const held = Promise.withResolvers<void>()
  await page.route('**/api/rehearsals', async (route) => {
    await held.promise
    await route.continue()
  })
  await act()
  held.resolve()
}

test('rehearsed with one’s own certificate: a green card for a day, at home and where one bids', async ({
  world,
  as,
}) => {
  // Nobody else rehearses as this one in the same city.
  const [, rival, supplier] = world.city.suppliers
  const file = p12Of(world, supplier!)
  const tender = await publishedTender(world, { deposit: 0n })
  await supplier!.http.json('POST', `/api/tenders/${tender.tenderId}/documents`)
  const page = await as(supplier!)
  const box = page.getByRole('region', { name: '演练', exact: true })

  await test.step('from home, which says that nothing was rehearsed', async () => {
    await visit(page, '/supplier')
    await expect(box.getByText('还没有演练')).toBeVisible()
    await box.getByRole('link', { name: '去演练' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('演练室')
    await expect(page.getByText('演练不涉及任何项目')).toBeVisible()
  })

  await test.step('nothing chosen, then a wrong PIN: said beside the field, and one goes on', async () => {
    await page.getByRole('button', { name: act }).click()
    await expect(page.getByRole('alert').getByText('请选择证书文件')).toBeVisible()
    await sign(page, { file, pin: '000000', act })
    await expect(page.getByRole('alert').getByText('证书口令不对，请重新输入')).toBeVisible()
    await expect(page.getByLabel('证书口令')).toHaveAttribute('aria-invalid', 'true')
    await expect(step(page, '证书和口令')).toContainText('未通过')
    await expect(step(page, '加密和自检')).toContainText('未开始')
  })

  await test.step('another organisation’s certificate is told plainly', async () => {
    await sign(page, { file: p12Of(world, rival!), act })
    await expect(page.getByText('证书不是本单位的')).toBeVisible()
    await expect(step(page, '证书和口令')).toContainText('未通过')
  })

  await test.step('the right one, with a file of one’s own: six steps turn green', async () => {
    await page.getByLabel('自己选一个文件').check()
    await page.getByLabel('演练用的文件').setInputFiles(OWN)
    await page.getByLabel('恢复口令（选填）').fill('云城-演练-2026-口令')
    const other = await page.context().newPage()
    await meanwhile(page, async () => {
      await sign(page, { file, act })
      await expect(step(page, '上传')).toContainText('进行中', { timeout: 60_000 })
      await visit(other, '/supplier/rehearsal')
      await sign(other, { file, act })
      await expect(other.getByText('这台电脑的另一个窗口正在演练')).toBeVisible()
      await expect(step(other, '浏览器')).toContainText('未开始')
    })
    await expect(page.getByRole('heading', { name: '演练通过' })).toBeFocused({ timeout: 60_000 })
    for (const name of STEPS) await expect(step(page, name)).toContainText('通过')
    await expect(page.getByText('未通过')).toHaveCount(0)
    await expect(step(page, '加密和自检')).toContainText('500 MB的投标文件约需')
    await expect(step(page, '上传')).toContainText('500 MB的投标文件约需')
    await expect(page.locator('.receipt')).toContainText(supplier!.organisation)
    await expect(page.locator('.receipt').getByText(/^Chrome \d+/)).toBeVisible()
    await expect(page.getByLabel('证书口令')).toHaveValue('')
    expect(await leftHere(page)).toEqual([])
    await sign(other, { file, act })
    await expect(other.getByRole('heading', { name: '演练通过' })).toBeFocused({ timeout: 60_000 })
    await expect(other.getByText('这台电脑的另一个窗口正在演练')).toHaveCount(0)
    await other.close()
  })

  await test.step('the card stands at home and on the bid page, which is no more than a hint', async () => {
    await visit(page, '/supplier')
    await expect(box.getByText('本机已演练通过')).toBeVisible()
    await visit(page, bidPage(tender))
    await expect(box.getByText('本机已演练通过')).toBeVisible()
    const other = await as(supplier!)
    await visit(other, bidPage(tender))
    await expect(other.getByText('本机没有演练')).toBeVisible()
    await expect(other.getByRole('link', { name: '开标一览表' })).toBeVisible()
  })

  await test.step('nobody else sees it', async () => {
    const stranger = await as(rival!)
    await visit(stranger, '/supplier')
    await expect(stranger.getByText('还没有演练')).toBeVisible()
    const supervisor = await as(world.city.supervisor)
    const answer = await supervisor.request.get(`${world.origin}/api/rehearsals`)
    expect(answer.status()).toBe(403)
  })

  await test.step('after 24 hours it has run out', async () => {
    const { http } = supplier!
    await walkTo(http, new Date((await clockOf(http)).getTime() + 24 * HOUR))
    await visit(page, '/supplier')
    await expect(box.getByText('还没有演练')).toBeVisible()
    await visit(page, '/supplier/rehearsal')
    await expect(page.getByText('已过期').first()).toBeVisible()
  })
})
