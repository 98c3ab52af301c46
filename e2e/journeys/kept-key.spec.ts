import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { shows } from '../looking.ts'
import { certificateFile, closedTender, expect, hallOf, p12Of, sign, test, visit, type World } from '../world.ts'

// The platform answers 500 here because its store is taken away.
test.use({ provoked: /status of (4\d\d|500)/ })

/** Where the bids lie there is something else: the store can neither read them nor call them lost. What comes back puts it right. */
const breakStore = ({ stage: { folder } }: World): (() => void) => {
  const bids = join(folder!, '../data/store/objects/bids')
  renameSync(bids, `${bids}.away`)
  writeFileSync(bids, '')
  return () => {
    rmSync(bids)
    renameSync(`${bids}.away`, bids)
  }
}

test('the platform fails after it took the keys: its bidder reads that they are taken, and the bid opens by itself', async ({
  world,
  as,
  page: visitor,
}) => {
  const closed = await closedTender(world)
  const { tenderId } = closed
  const hall = `/tenders/${tenderId}/opening`
  const [first, second] = world.city.suppliers
  const bidder = await as(first!)
  await visit(bidder, `/supplier${hall}`)
  await bidder.getByLabel('恢复文件').setInputFiles({
    name: 'sunlit-recovery.json',
    mimeType: 'application/json',
    buffer: Buffer.from(closed.handed[0]!.recoveryFile),
  })
  const mend = breakStore(world)
  try {
    await test.step('the answer is an error; the page says all the same that the keys are taken', async () => {
      const answer = bidder.waitForResponse((response) => response.url().endsWith('/releases'))
      await sign(bidder, { file: p12Of(world, first!), act: '签名并交出本标段的解密密钥' })
      expect((await answer).status()).toBe(500)
      await expect(bidder.getByRole('heading', { level: 1 })).toContainText('您的密钥已收到')
      await expect(certificateFile(bidder)).toHaveCount(0)
      await shows(bidder, `/supplier${hall}`, {
        'zh-CN': [/平台已收到您交出的密钥，核对无误/, /由平台自行打开/, /密钥已收到，待打开/],
        en: [
          /The platform has taken your keys, and they fit/,
          /opened by the platform itself/,
          /Keys taken, to be opened/,
        ],
      })
      await visit(bidder, '/supplier')
      await expect(bidder.getByRole('listitem').filter({ hasText: closed.title })).toHaveCount(0)
      await visit(bidder, hall)
      await expect(bidder.getByText('密钥已收到，待打开')).toBeVisible()
    })

    await test.step('nobody else is told of it', async () => {
      const rival = await as(second!)
      await visit(rival, `/supplier${hall}`)
      await expect(rival.getByRole('heading', { level: 1 })).toContainText('前解密您的投标文件')
      await visit(visitor, hall)
      for (const view of [rival, visitor]) await expect(view.getByText('密钥已收到')).toHaveCount(0)
      expect((await hallOf(world, tenderId)).lots[0]!.opened).toBe(0)
    })
    await visit(bidder, `/supplier${hall}`)
  } finally {
    mend()
  }

  await test.step('the store is back: the bid opens and the page follows, nobody does anything', async () => {
    await expect(bidder.getByRole('heading', { level: 1 })).toContainText('您已全部解密', { timeout: 60_000 })
    expect((await hallOf(world, tenderId)).lots[0]!.opened).toBe(1)
  })
})
