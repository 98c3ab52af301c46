import { readFileSync } from 'node:fs'
import { strFromU8, unzipSync, zipSync } from 'fflate'
import type { Page } from 'playwright/test'
import { startTsa } from '../../api/bids/tsa.testing.ts'
import { parseProof } from '../../api/log/proof.ts'
import { checkpointImprint, timestampQuery } from '../../api/seal/timestamp.ts'
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

/** A receipt as a platform with a time-stamp authority completes it: the token over the checkpoint of its own proof. */
const stamped = async (zip: Uint8Array, reply: (query: Buffer) => Buffer): Promise<Buffer> => {
  const files = unzipSync(zip)
  const proof = files['log-proof.txt']!
  const { query } = timestampQuery(await checkpointImprint(parseProof(strFromU8(proof)).checkpoint))
  const more = { 'timestamp.tsr': new Uint8Array(reply(Buffer.from(query))), 'timestamp-proof.txt': proof }
  return Buffer.from(zipSync({ ...files, ...more }))
}

const stampOf = (page: Page) => page.getByRole('listitem').filter({ hasText: 'V-29' })

test('whoever pins a time-stamp authority checks the stamp of a receipt in the page', async ({ world, page }) => {
  const { tenderId, handed } = await anyOpened(world)
  const tsa = await startTsa()
  try {
    const receipt = { name: 'receipt.zip', mimeType: 'application/zip' }
    const zip = await stamped(handed[0]!.receipt!.zip, tsa.reply)
    const ca = readFileSync(tsa.caFile)
    const pin = async (buffer: Buffer) => {
      await page
        .getByLabel('时间戳机构证书（PEM或DER）')
        .setInputFiles({ name: 'ca.pem', mimeType: 'text/plain', buffer })
      await page.getByRole('button', { name: /在浏览器中验证|再验证一次/ }).click()
    }
    await visit(page, `/tenders/${tenderId}/verify`)
    await page.getByLabel('核验已下载的文件').setInputFiles({ ...receipt, buffer: zip })

    await test.step('without a pin it is not judged, and the page says what is missing', async () => {
      await page.getByRole('button', { name: '在浏览器中验证' }).click()
      await expect(page.getByText('须先指定您信任的时间戳机构')).toBeVisible()
      await expect(stampOf(page)).toContainText('未核验')
    })

    await test.step('chosen: the instant and the authority that says so', async () => {
      await page.getByText('指定您信任的时间戳机构（可不填）').click()
      await pin(ca)
      await expect(stampOf(page)).toContainText(/通过.*CN=tsa/s)
      await expect(page.getByText('须先指定您信任的时间戳机构')).toHaveCount(0)
    })

    await test.step('another authority’s certificate proves nothing; what is none is named', async () => {
      tsa.enrol('stranger', 'stamping')
      await pin(readFileSync(tsa.path('stranger.pem')))
      await expect(stampOf(page)).toContainText(/未通过.*timestamp-not-trusted/s)
      await pin(Buffer.from('PK'))
      await expect(page.getByText('所选或粘贴的时间戳机构证书读不出来')).toBeVisible()
    })

    await test.step('pasted, in English', async () => {
      await visit(page, `/tenders/${tenderId}/verify?lang=en`)
      await page.getByLabel('A downloaded file to verify').setInputFiles({ ...receipt, buffer: zip })
      await page.getByText('Name the time-stamp authority you trust (optional)').click()
      await page.getByLabel('Or paste it here (PEM)').fill(ca.toString())
      await page.getByRole('button', { name: 'Verify in the browser' }).click()
      await expect(stampOf(page)).toContainText(/CN=tsa/)
    })
  } finally {
    await tsa.stop()
  }
})
