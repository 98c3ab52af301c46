import { readFileSync } from 'node:fs'
import type { Page } from 'playwright/test'
import { expect, p12Of, sign, type Tender, visit, type World } from './world.ts'

/** How a bidder goes through the desk of one lot, for every journey that needs a bid made in the browser. */

/** A file as the browser is given it: by its path, or here. */
export type Paper = string | { name: string; mimeType: string; buffer: Buffer }

export const PAPER = {
  name: '技术应答.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from('%PDF-1.7\n逐项响应\n%%EOF\n'),
}

/**
 * Up to the platform's answer, which takes the button away. The list of documents is there before, and a bid page that
 * is asked before the answer has no bid yet: a journey went there too early and waited for one for ever.
 */
export const obtain = async (page: Page, { tenderId }: Tender) => {
  await visit(page, `/supplier/tenders/${tenderId}`)
  const button = page.getByRole('button', { name: '获取采购文件' })
  await button.click()
  await expect(button).toHaveCount(0)
}

/** The four parts of a bid, in the order in which 「保存，下一项」 leads through them. */
export const fillBid = async (
  page: Page,
  price: string,
  { paper = PAPER as Paper, between = async () => {}, patience = 60_000 } = {},
) => {
  await page.getByRole('link', { name: '开标一览表' }).click()
  await page.getByLabel('投标总价').fill(price)
  await page.getByLabel('交货期（日）').fill('45')
  await page.getByLabel('企业规模').selectOption('small')
  const next = page.getByRole('button', { name: '保存，下一项' })
  await next.click()
  await between()
  await page.getByLabel('具有独立承担民事责任的能力').fill('营业执照，第1页')
  await next.click()
  await page.getByLabel('投标文件签署、盖章符合要求').fill('已签章')
  await page.locator('#files-technical').setInputFiles(paper as string)
  await expect(page.getByRole('button', { name: /移除\s*技术应答/ })).toBeVisible({ timeout: patience })
  await next.click()
  await page.getByLabel(/主机.*单价/).fill(price)
  await next.click()
}

/** What every bidder keeps before anything leaves the device. */
export const keepRecovery = async (page: Page): Promise<Uint8Array> => {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载恢复文件' }).click()
  const recoveryFile = new Uint8Array(readFileSync(await (await download).path()))
  expect(Object.keys(JSON.parse(new TextDecoder().decode(recoveryFile))).length).toBeGreaterThan(0)
  return recoveryFile
}

export const commit = async (page: Page): Promise<{ address: string; recoveryFile: Uint8Array }> => {
  const recoveryFile = await keepRecovery(page)
  await page.getByRole('button', { name: '上传并递交投标文件' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('投标文件已于', { timeout: 30_000 })
  return { address: page.url(), recoveryFile }
}

/** The word that says where a bid stands: 未递交, 已收到, 已见证. */
export const band = (page: Page, word: string) => expect(page.getByText(word, { exact: true }).first()).toBeVisible()
export const bidPage = ({ tenderId, lotId }: Pick<Tender, 'tenderId' | 'lotId'>) =>
  `/supplier/tenders/${tenderId}/lots/${lotId}/bid`

export const sealed = async (page: Page, world: World, act = '内容无误，去加密签名') => {
  await page.getByRole('button', { name: act }).click()
  await sign(page, { file: p12Of(world, world.city.suppliers[0]!), act: '加密、自检并签名' })
  await expect(page.getByRole('heading', { name: '已加密的信封' })).toBeVisible({ timeout: 30_000 })
}
