import { expect, test, visit } from '../world.ts'

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a price score is worked out, refused, corrected and sent on as an address', async ({ page }) => {
    await test.step('found from the navigation, filled with an example', async () => {
      await page.goto('/')
      await page.getByRole('link', { name: '规则计算' }).first().click()
      await page.getByRole('link', { name: '这样报价，价格分能得多少？' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('这样报价，价格分能得多少？')
      await page.getByRole('link', { name: '填入一个例子' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('评标基准价855,000，B得30.00分')
      await expect(page.getByRole('cell', { name: '855,000 ÷ 1,000,000 × 30' })).toBeVisible()
      await expect(page.getByRole('listitem').filter({ hasText: '评标基准价取最低的评审价' })).toContainText(
        '87号令第55条',
      )
      await expect(page.getByText('政府采购货物和服务招标投标管理办法（财政部令第87号）第55条')).toBeVisible()
    })

    await test.step('a rate outside the law is refused beside its field, with range and article', async () => {
      await page.getByLabel('小微企业价格扣除（%）').fill('25')
      await page.getByRole('button', { name: '计算', exact: true }).click()
      await expect(page).toHaveTitle(/^有错误：/)
      const field = page.getByLabel('小微企业价格扣除（%）')
      await expect(field).toHaveAttribute('aria-invalid', 'true')
      await expect(field).toHaveValue('25')
      await expect(page.locator('#smeRate-error')).toHaveText('规定的幅度为10%至20%（财库〔2022〕19号）')
      await expect(page.getByRole('link', { name: /^小微企业价格扣除（%）：规定的幅度/ })).toHaveAttribute(
        'href',
        '#smeRate',
      )
    })

    await test.step('a row is added and one taken away; nothing else is lost', async () => {
      await page.getByRole('button', { name: '再加5行' }).click()
      await expect(page.getByLabel('第10行名称')).toBeVisible()
      await page.getByLabel('第4行名称').fill('D')
      await page.getByLabel('第4行报价').fill('1,800,000')
      await page.getByRole('button', { name: '删去第3行' }).click()
      await expect(page.getByLabel('第3行名称')).toHaveValue('D')
      await page.getByLabel('小微企业价格扣除（%）').fill('20')
      await page.getByRole('button', { name: '计算', exact: true }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('评标基准价760,000，B得30.00分')
      await expect(page.getByRole('row', { name: /^D 1,800,000/ })).toContainText('12.67')
    })

    await test.step('the language changes and keeps the question', async () => {
      await page.getByRole('link', { name: 'English' }).click()
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('The base is 760,000; B scores 30.00')
      await expect(page.getByLabel('Row 3, Price')).toHaveValue('1,800,000')
      await expect(page.getByText('MOF Order 87, art. 55').first()).toBeVisible()
      await page.getByRole('link', { name: '中文' }).click()
      await expect(page.getByLabel('第3行报价')).toHaveValue('1,800,000')
    })

    await test.step('Enter works the question out and takes no row away', async () => {
      await page.getByLabel('价格分权重（%）').press('Enter')
      await expect(page.getByLabel('第3行名称')).toHaveValue('D')
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('评标基准价760,000，B得30.00分')
    })
  })

  test('a whole timetable is drawn with its table; a day that does not exist is refused', async ({ page }) => {
    await page.goto('/calculators/timetable')
    await page.getByRole('link', { name: '推算整个项目的时间表' }).click()
    await page.getByLabel('公告发布日期').fill('2026-02-30')
    await page.getByRole('button', { name: '计算' }).click()
    await expect(page.locator('#noticeDate-error')).toContainText('没有这一天')
    await page.getByLabel('公告发布日期').fill('2026年9月11日')
    await page.getByRole('button', { name: '计算' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('提交截止日期最早定在2026年10月8日（星期四）')
    await expect(page.getByRole('img', { name: '公告期限：2026-09-11至2026-09-18' })).toBeVisible()
    await expect(page.getByRole('row', { name: /^文件发出至提交截止/ })).toContainText('中华人民共和国政府采购法第35条')
    const table = await page.request.get(
      (await page.getByRole('link', { name: '表格（CSV）' }).getAttribute('href')) ?? '',
    )
    expect((await table.text()).split('\r\n')[1]).toMatch(
      /^notice,2026-09-11,2026-10-08,文件发出至提交截止：.+,中华人民共和国政府采购法第35条$/,
    )
  })

  test('a whole document is screened without an address, a short text gets one', async ({ page }) => {
    await page.goto('/calculators/fair-competition')
    const text = page.getByLabel('要审查的文字')
    await text.fill(`${'本项目采购办公家具，按合同约定交货。\n'.repeat(900)}投标人须在本市注册。`)
    await page.getByRole('button', { name: '计算', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('发现1处可能违反公平竞争规定的表述')
    await expect(page).toHaveURL(/\/calculators\/fair-competition(#answer)?$/)
    await expect(text).toHaveValue(/投标人须在本市注册。$/)
    await expect(page.getByText('本页网址记录了所填内容')).toHaveCount(0)
    await text.fill('投标人须在本市注册。')
    await page.getByRole('button', { name: '计算', exact: true }).click()
    await expect(page).toHaveURL(/\?text=.+#answer$/)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('发现1处可能违反公平竞争规定的表述')
  })
})

test('a change of language keeps what is typed and not yet asked', async ({ page }) => {
  await visit(page, '/calculators/capital-amount')
  await page.getByLabel('金额（元）').fill('1234')
  await page.getByRole('link', { name: 'English' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('How is this amount written in Chinese capitals?')
  await expect(page.getByLabel('Amount (yuan)')).toHaveValue('1234')
  await page.getByRole('button', { name: 'Work it out' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('壹仟贰佰叁拾肆元整')

  await visit(page, '/calculators/price-score')
  await page.getByLabel('Object').selectOption('Services')
  await page.getByRole('checkbox', { name: 'Reserved for SMEs' }).check()
  await page.getByRole('link', { name: '中文' }).click()
  await expect(page.getByLabel('采购标的')).toHaveValue('services')
  await expect(page.getByRole('checkbox', { name: '专门面向中小企业采购' })).toBeChecked()
})
