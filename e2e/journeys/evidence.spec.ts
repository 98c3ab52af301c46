import { readFileSync } from 'node:fs'
import { unzipSync, zipSync } from 'fflate'
import { anyOpened, expect, test, visit } from '../world.ts'

test('a citizen takes the bundle home and the page verifies the file, altered or not', async ({ world, page, as }) => {
  const { tenderId } = await anyOpened(world)
  const verify = async (name: string, buffer: Buffer) => {
    await page.getByLabel('核验已下载的文件').setInputFiles({ name, mimeType: 'application/zip', buffer })
    await page.getByRole('button', { name: /在浏览器中验证|再验证一次/ }).click()
    await expect(page.getByText(`核验的文件：${name}`)).toBeVisible({ timeout: 60_000 })
  }
  await visit(page, `/tenders/${tenderId}/verify`)
  const downloads = page.waitForEvent('download')
  await page.getByRole('link', { name: '下载证据包' }).click()
  const download = await downloads
  expect(download.suggestedFilename()).toMatch(/^evidence-.+\.zip$/)
  const zip = readFileSync(await download.path())
  console.log(`  bundle of three bids: ${zip.length} octets`)

  await test.step('as it was served', async () => {
    await verify('served.zip', zip)
    await expect(page.getByText('没有不通过的')).toBeVisible()
  })

  await test.step('with one octet of the opening record changed', async () => {
    const files = unzipSync(new Uint8Array(zip))
    const record = Object.keys(files).find((name) => name.endsWith('/opening-record.json'))!
    files[record]![20]! ^= 1
    await verify('altered.zip', Buffer.from(zipSync(files)))
    await expect(page.getByText(/有\d+项检查未通过/)).toBeVisible()
    await expect(page.getByText(/opening-record: altered/)).toBeVisible()
  })

  await test.step('a file that is neither bundle nor receipt', async () => {
    await verify('other.zip', Buffer.from('PK'))
    await expect(page.getByText('有1项检查未通过')).toBeVisible()
  })

  await test.step('the supervisor finds it beside the trail, in both languages', async () => {
    const desk = await as(world.city.supervisor)
    await visit(desk, `/supervisor/tenders/${tenderId}`)
    const link = desk.getByRole('link', { name: '下载证据包' })
    await expect(link).toHaveAttribute('href', `/api/tenders/${tenderId}/evidence.zip`)
    await visit(desk, `/supervisor/tenders/${tenderId}?lang=en`)
    await expect(desk.getByRole('link', { name: 'Download the evidence bundle' })).toBeVisible()
  })
})
