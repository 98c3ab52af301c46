import { closedTender, expect, hallOf, p12Of, sign, test, visit, walkOn, walkPast } from '../world.ts'

test('opening: own keys, then the trustees, then the names to everybody at once', async ({ world, as, page }) => {
  const closed = await closedTender(world)
  const { tenderId, lotId } = closed
  const [first, second] = world.city.suppliers
  const hall = `/supplier/tenders/${tenderId}/opening`
  const names = world.city.suppliers.slice(0, 3).map(({ organisation }) => organisation)

  const blind = await page.context().newPage()
  let [looks, blindLooks, since] = [0, 0, 0]
  await test.step('a visitor’s page is told of changes; one that cannot be told looks by itself', async () => {
    const isLook = (url: string) => url.endsWith(`/api/tenders/${tenderId}/opening`)
    page.on('request', (request) => {
      if (isLook(request.url())) looks += 1
    })
    blind.on('request', (request) => {
      if (isLook(request.url())) blindLooks += 1
    })
    await blind.route('**/live', (route) => route.fulfill({ status: 404 }))
    const stream = page.waitForResponse((response) => response.url().endsWith(`/tenders/${tenderId}/live`))
    since = Date.now()
    for (const view of [page, blind]) await visit(view, `/tenders/${tenderId}/opening`)
    expect((await stream).headers()['content-type']).toBe('text/event-stream')
  })

  const bidder = await as(first!)
  await test.step('a bidder verifies and releases its own keys from its recovery file', async () => {
    await visit(bidder, hall)
    await expect(bidder.getByRole('heading', { level: 1 })).toContainText('前解密您的投标文件')
    await bidder.getByLabel('恢复文件').setInputFiles({
      name: 'sunlit-recovery.json',
      mimeType: 'application/json',
      buffer: Buffer.from(closed.handed[0]!.recoveryFile),
    })
    await sign(bidder, { file: p12Of(world, first!), act: '签名并交出本标段的解密密钥' })
    await expect(bidder.getByRole('heading', { level: 1 })).toContainText('您已全部解密', { timeout: 30_000 })
  })

  const other = await as(second!)
  await test.step('others see how many, never who', async () => {
    await visit(other, hall)
    await expect(other.getByText('已完成1份，共3份').first()).toBeVisible()
    const seen = await other.content()
    for (const name of names.filter((name) => name !== second!.organisation)) expect(seen).not.toContain(name)
    for (const view of [page, blind]) await expect(view.getByRole('heading', { level: 1 })).toContainText(/1.*3/)
    // once when the stream opened, once when the count moved; every twenty seconds to be sure
    expect(looks).toBeLessThanOrEqual(2 + Math.floor((Date.now() - since) / 20_000))
    expect(blindLooks).toBeGreaterThan(0)
    const publicly = await page.content()
    for (const name of names) expect(publicly).not.toContain(name)
    expect(publicly).not.toContain('7,200,000')
  })

  await test.step('after the window two trustees release their shares', async () => {
    await walkPast(world, closed.windowEndsAt)
    for (const trustee of world.city.trustees.slice(1)) {
      const seat = await as(trustee)
      await visit(seat, `/trustee/tenders/${tenderId}`)
      await seat.getByRole('button', { name: '核验开标' }).click()
      const release = seat.getByRole('region', { name: /备用解密/ })
      await sign(release, { file: p12Of(world, trustee), act: '签名并交出我的份额' })
      await expect(seat.getByText(/已交出\d+份密钥份额/)).toBeVisible({ timeout: 30_000 })
    }
    await walkOn(world)
  })

  await test.step('names, prices and how each was opened appear to everybody', async () => {
    await expect(other.getByRole('heading', { level: 1 })).toContainText('名称与报价已公布')
    await visit(page, `/tenders/${tenderId}/opening`)
    for (const view of [bidder, other, page]) {
      for (const name of names)
        await expect(view.getByRole('cell', { name }).or(view.getByRole('rowheader', { name })).first()).toBeVisible()
      await expect(view.getByText('7,200,000.00').first()).toBeVisible()
    }
    expect((await hallOf(world, tenderId)).lots[0]!.opened).toBe(3)
    expect(lotId).toBeTruthy()
  })
})
