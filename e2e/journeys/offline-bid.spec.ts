import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import type { Page } from 'playwright/test'
import { DEMO_PIN } from '../../api/cli/demo/people.ts'
import { parseReceipt } from '../../api/seal/receipt.ts'
import { band, bidPage } from '../bidding.ts'
import { expect, p12Of, publishedTender, test, visit } from '../world.ts'

/** SEALING.md §3 Receipt; `timestamp.tsr` besides where an authority is configured. */
const RECEIPT = [
  ...['promise.json', 'promise.sig', 'manifest.json', 'manifest.p7s', 'event-outer.json', 'event-body.json'],
  ...['event-salts.json', 'log-proof.txt', 'trustees.json', 'trustees.p7s', 'crl-0.crl', 'receipt.pdf'],
]

const saved = async (page: Page, role: 'button' | 'link', name: string, file: string): Promise<string> => {
  const download = page.waitForEvent('download')
  await page.getByRole(role, { name }).click()
  await (await download).saveAs(file)
  return file
}

const answer = (line: string): string =>
  line
    .replace(/^(summary,price,.*),$/, '$1,7123456')
    .replace(/^(summary,delivery,.*),$/, '$1,45')
    .replace(/^(summary,size,.*),$/, '$1,small')
    .replace(/^(price-detail,.*),$/, '$1,7123456')

test('sealed by the downloaded packager without a network, brought back and handed in; refused elsewhere', async ({
  world,
  as,
}) => {
  const supplier = world.city.suppliers[0]!
  const [tender, other] = [await publishedTender(world), await publishedTender(world)]
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-laptop-'))
  const page = await as(supplier)
  for (const { tenderId } of [tender, other]) await supplier.http.json('POST', `/api/tenders/${tenderId}/documents`)

  const pack = await test.step('data file and packager are carried to a computer that has no network', async () => {
    await visit(page, bidPage(tender))
    await page.getByText('离线打包投标', { exact: true }).click()
    const data = await saved(page, 'button', '下载数据文件', join(folder, 'data.json'))
    const tool = await saved(page, 'link', '下载打包工具', join(folder, 'sunlit-seal.mjs'))
    const sha256 = createHash('sha256').update(readFileSync(tool)).digest('hex')
    await expect(page.getByText(sha256)).toBeVisible()
    const run = (...args: string[]) => {
      const fenced = ['--permission', '--allow-fs-read=*', '--allow-fs-write=*', tool, ...args, '--data', data]
      const env = { ...process.env, SUNLIT_PIN: DEMO_PIN }
      const done = spawnSync(process.execPath, fenced, { encoding: 'utf8', env })
      expect(done.status, done.stderr).toBe(0)
    }
    const bid = join(folder, 'bid')
    run('template', '--out', bid)
    const table = join(bid, 'answers.csv')
    writeFileSync(table, readFileSync(table, 'utf8').split('\r\n').map(answer).join('\r\n'))
    writeFileSync(join(bid, 'technical', '技术应答.pdf'), '%PDF-1.7\n逐项响应\n%%EOF\n')
    run('pack', '--from', bid, '--p12', p12Of(world, supplier), '--out', join(folder, 'out'))
    const name = readdirSync(join(folder, 'out')).find((file) => file.endsWith('.sunlit-bid.zip'))!
    return join(folder, 'out', name)
  })

  const bring = async (file: string) => {
    await page.getByLabel('离线标书包', { exact: true }).setInputFiles(file)
    await page.getByRole('button', { name: '上传离线标书包' }).click()
  }

  await test.step('for another tender it is refused in words, and so is what is no package', async () => {
    await visit(page, bidPage(other))
    await page.getByText('离线打包投标', { exact: true }).click()
    await bring(pack)
    await expect(page.getByText('这个标书包属于另一个项目')).toBeVisible()
    await bring(join(folder, 'data.json'))
    await expect(page.getByText('这不是离线标书包，或者文件不完整')).toBeVisible()
  })

  await test.step('here it is checked, uploaded and received like any other', async () => {
    await visit(page, bidPage(tender))
    await page.getByText('离线打包投标', { exact: true }).click()
    await bring(pack)
    await expect(page.getByText('标书包核对通过')).toBeVisible({ timeout: 30_000 })
    await page.reload()
    await expect(page.getByText('标书包核对通过')).toBeVisible({ timeout: 30_000 })
    await band(page, '未递交')
    await page.getByRole('button', { name: '上传并递交投标文件' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('投标文件已于', { timeout: 30_000 })
    await band(page, '已见证')
  })

  await test.step('the receipt is whole, and its manifest names the packager', async () => {
    const { bids } = await supplier.http.json<{ bids: { id: string }[] }>(
      'GET',
      `/api/bids?tenderId=${tender.tenderId}`,
    )
    const zip = (await supplier.http.bytes(`/api/bids/${bids[0]!.id}/receipt`))!
    expect(Object.keys(unzipSync(zip))).toEqual(expect.arrayContaining(RECEIPT))
    const { manifest } = parseReceipt(zip)!
    const { client } = JSON.parse(new TextDecoder().decode(manifest))
    const tool = createHash('sha256').update(readFileSync(join(folder, 'sunlit-seal.mjs')))
    const bundleSha256 = tool.digest('base64url')
    expect(client).toEqual({ bundleSha256 })
    type Published = { clients: { sha256: string; kind: string; files: number; leafIndex: number | null }[] }
    const { clients } = await supplier.http.json<Published>('GET', '/api/clients')
    const published = clients.find(({ sha256 }) => sha256 === bundleSha256)
    expect([published?.kind, published?.files, typeof published?.leafIndex]).toEqual(['offline', 1, 'number'])
  })
  rmSync(folder, { recursive: true })
})
