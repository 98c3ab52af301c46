import { readFileSync } from 'node:fs'
import { expect, type Page } from 'playwright/test'
import type { Tender } from './world.ts'

export type Paper = string | { name: string; mimeType: string; buffer: Buffer }

export const bidPage = ({ tenderId, lotId }: Tender) => `/supplier/tenders/${tenderId}/lots/${lotId}/bid`

/** The four parts of a bid, in the order in which 「保存，下一项」 leads through them. */
export const fillBid = async (page: Page, price: string, paper: Paper) => {
  await page.getByRole('link', { name: '开标一览表' }).click()
  await page.getByLabel('投标总价').fill(price)
  await page.getByLabel('交货期（日）').fill('45')
  await page.getByLabel('企业规模').selectOption('small')
  const next = page.getByRole('button', { name: '保存，下一项' })
  await next.click()
  await page.getByLabel('具有独立承担民事责任的能力').fill('营业执照，第1页')
  await next.click()
  await page.getByLabel('投标文件签署、盖章符合要求').fill('已签章')
  await page.locator('#files-technical').setInputFiles(paper as string)
  await expect(page.getByRole('button', { name: /移除\s*技术应答/ })).toBeVisible({ timeout: 60_000 })
  await next.click()
  await page.getByLabel(/主机.*单价/).fill(price)
  await next.click()
}

/** What every bidder keeps before anything leaves the device. */
export const keepRecovery = async (page: Page) => {
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: '下载恢复文件' }).click()
  const recovery = JSON.parse(readFileSync(await (await download).path(), 'utf8'))
  expect(Object.keys(recovery).length).toBeGreaterThan(0)
}

/** The word that says where a bid stands: 未递交, 已收到, 已见证. */
export const band = (page: Page, word: string) => expect(page.getByText(word, { exact: true }).first()).toBeVisible()
