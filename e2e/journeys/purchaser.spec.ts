import { draftTender, makeTrusteeKey, nameTrustees } from '../../api/cli/demo/tender.ts'
import { beijingDate } from '../../api/law/beijing.ts'
import { BUDGET, expect, nextIntention, p12Of, sign, test, visit } from '../world.ts'

const APPROVAL = '云财预〔2026〕病理31号'

test('an intention is drafted by one person, checked by another, published and read by anybody', async ({
  world,
  as,
  page: visitor,
}) => {
  const name = '云城市第一人民医院病理切片扫描仪'
  const writer = await as(world.city.purchaser)
  const checker = await as(world.city.approver)

  const { http } = world.city.purchaser
  const clock = await http.json<{ now: string }>('GET', '/api/clock')

  await test.step('the budget’s approval is recorded: 60 days run from it', async () => {
    await visit(writer, '/purchaser/intentions')
    await writer.getByText('登记预算批复').click()
    await writer.getByLabel('批复文号').fill(APPROVAL)
    await writer.getByLabel('批复金额（元）').fill('1,200,000.00')
    await writer.getByRole('textbox', { name: '批复日期' }).fill(beijingDate(Date.parse(clock.now)))
    await writer.getByRole('button', { name: '登记这份批复' }).click()
    await expect(writer.getByRole('listitem').filter({ hasText: APPROVAL })).toBeVisible()
  })

  await test.step('drafted; what is missing is said beside the field', async () => {
    const { items } = await http.json<{ items: { id: string; documentNumber: string }[] }>(
      'GET',
      '/api/budget-approvals',
    )
    await visit(writer, '/purchaser/intentions/new')
    await writer
      .getByLabel('预算批复')
      .selectOption(items.find(({ documentNumber }) => documentNumber === APPROVAL)!.id)
    await writer.getByLabel('采购项目名称').fill(name)
    await writer.getByLabel('标的名称').fill('病理切片扫描仪')
    await writer.getByLabel('主要功能或目标').fill('数字病理诊断')
    await writer.getByLabel('数量').fill('1台')
    await writer.getByLabel('质量、服务、安全、时限等要求').fill('符合国家和行业标准，质保不少于三年')
    await writer.getByLabel('预算（元）').fill('1,200,000.00')
    await writer.getByLabel('预计采购时间（年-月）').fill(monthAhead(clock))
    await writer.getByRole('button', { name: '保存意向' }).click()
    await expect(writer.getByRole('heading', { level: 1 })).toHaveText(`「${name}」编制中，须另一人复核`)
    await expect(writer.getByRole('button', { name: '复核通过' })).toHaveCount(0)
  })

  await test.step('checked by another', async () => {
    await visit(checker, new URL(writer.url()).pathname)
    await expect(checker.getByText('1,200,000.00').first()).toBeVisible()
    await checker.getByRole('button', { name: '复核通过' }).click()
    await expect(checker.getByRole('heading', { level: 1 })).toHaveText(`「${name}」已复核，可以公开`)
  })

  await test.step('published, and open to anybody', async () => {
    await visit(writer, new URL(writer.url()).pathname)
    await writer.getByRole('button', { name: '公开这条意向' }).click()
    await expect(writer.getByRole('heading', { level: 1 })).toHaveText(`「${name}」已公开`)
    await visit(visitor, '/intentions?q=病理切片')
    await visitor.getByRole('link', { name }).click()
    await expect(visitor.getByText('数字病理诊断').first()).toBeVisible()
    for (const clock of ['不晚于采购开始前30日', '预算批复后60日内'])
      await expect(visitor.getByRole('row', { name: clock })).toBeVisible()
  })

  await test.step('changed with a reason: what is public stays until a second person has checked the new text', async () => {
    const address = new URL(writer.url()).pathname
    await writer.getByText('变更意向', { exact: true }).click()
    await writer.getByLabel('变更原因').fill('调整')
    await writer.getByLabel('预算（元）').fill('1,100,000.00')
    await writer.getByRole('button', { name: '保存变更，待复核' }).click()
    await expect(writer.getByText('请写明原因，不少于5个字')).toBeVisible()
    await writer.getByLabel('变更原因').fill('预算核减十万元')
    await writer.getByRole('button', { name: '保存变更，待复核' }).click()
    await expect(writer.getByText('正在变更，公开的内容在新内容发布前不变')).toBeVisible()
    await visitor.reload()
    await expect(visitor.getByText('1,200,000.00').first()).toBeVisible()
    await visit(checker, address)
    await checker.getByRole('button', { name: '复核通过' }).click()
    await expect(checker.getByRole('heading', { level: 1 })).toHaveText(`「${name}」已复核，可以公开`)
    await visit(writer, address)
    await writer.getByRole('button', { name: '公开这条意向' }).click()
    await expect(writer.getByRole('heading', { level: 1 })).toHaveText(`「${name}」已公开`)
    await visitor.reload()
    await expect(visitor.getByText('1,100,000.00').first()).toBeVisible()
    await expect(visitor.getByText('预算核减十万元')).toBeVisible()
  })

  await test.step('withdrawn with a reason; both texts stay to be read', async () => {
    await writer.getByText('撤回意向', { exact: true }).click()
    await writer.getByLabel('撤回原因').fill('改由省级集中采购')
    await writer.getByRole('button', { name: '撤回这条意向' }).click()
    await expect(writer.getByRole('heading', { level: 1 })).toHaveText(`「${name}」已撤回`)
    await visitor.reload()
    await expect(visitor.getByText('改由省级集中采购')).toBeVisible()
    await expect(visitor.getByRole('heading', { name: '历次版本（2）' })).toBeVisible()
  })
})

/** A month that begins more than thirty days from now. */
const monthAhead = ({ now }: { now: string }): string =>
  new Date(Date.parse(now) + 70 * 86_400_000).toISOString().slice(0, 7)

test('a tender is begun from its intention and its draft is kept as one types', async ({ world, as }) => {
  const intention = nextIntention(world)
  const page = await as(world.city.purchaser)
  await visit(page, `/purchaser/intentions/${intention.id}`)
  await page.getByRole('link', { name: '按此意向编制采购项目' }).click()
  await expect(page.getByLabel('项目名称')).toHaveValue(intention.title)
  await page.getByRole('radio', { name: '货物' }).check()
  await page.getByRole('radio', { name: '综合评分法' }).check()
  await page.getByRole('button', { name: '开始编制采购项目' }).click()
  await expect(page.getByRole('list', { name: '采购文件任务清单' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1 })).toContainText('项未完成')
  await page.getByRole('link', { name: '标包、预算和保证金' }).click()
  await page.getByRole('button', { name: '增加一个包' }).click()
  await page.getByLabel('标的名称').fill('透析机')
  await page.getByLabel('预算（元）').fill('8,000,000')
  await expect(page.getByText('已保存')).toBeVisible()
  await page.reload()
  await expect(page.getByLabel('标的名称')).toHaveValue('透析机')
  await expect(page.getByLabel('预算（元）')).toHaveValue(/^8,?000,?000/)
})

test('a complete draft is signed, submitted, approved by a second person and published', async ({
  world,
  as,
  page: visitor,
}) => {
  const { city } = world
  const intention = nextIntention(world)
  const { tenderId } = await draftTender(city, { ...BUDGET, title: intention.title }, intention.id)
  await nameTrustees(city, tenderId)
  for (const i of [1, 2, 3]) await makeTrusteeKey(city, tenderId, i)
  const writer = await as(city.purchaser)
  const approver = await as(city.approver)
  const home = `/purchaser/tenders/${tenderId}`

  await test.step('the set of trustees is signed in the browser', async () => {
    await visit(writer, home)
    await writer.getByRole('link', { name: '密钥保管人' }).click()
    await sign(writer, { file: p12Of(world, city.purchaser), act: '签署密钥保管人名册' })
    await expect(writer.getByRole('heading', { level: 1 })).toHaveText('名册已签名，3名保管人中3名已演练')
  })

  await test.step('an unlawful ceiling is refused beside its field, and put right', async () => {
    await visit(writer, `${home}/draft/lots`)
    await writer.getByLabel('最高限价（元）').fill('9,000,000')
    await writer.getByRole('button', { name: '保存并继续' }).click()
    await expect(writer.getByRole('heading', { name: '包1：资格、符合性和报价表' })).toBeVisible()
    await visit(writer, `${home}/draft/check`)
    await expect(writer.getByRole('heading', { level: 1 })).toContainText('处要改')
    await visit(writer, `${home}/draft/lots`)
    await writer.getByLabel('最高限价（元）').fill('7,800,000')
    await writer.getByRole('button', { name: '保存并继续' }).click()
    await expect(writer.getByRole('heading', { name: '包1：资格、符合性和报价表' })).toBeVisible()
  })

  await test.step('checked and sent to a second person', async () => {
    await visit(writer, home)
    await expect(writer.getByRole('heading', { level: 1 })).toHaveText('内容齐全，可以核对并送审')
    await writer.getByRole('link', { name: '核对并送审' }).click()
    await writer.getByRole('button', { name: '送第二人审核' }).click()
    await expect(writer.getByText('您已送审。审核和发布由本单位另一名审核人办理。')).toBeVisible()
  })

  await test.step('approved and published', async () => {
    await visit(approver, home)
    await approver.getByRole('link', { name: '审核这个项目' }).click()
    await expect(approver.getByRole('heading', { level: 1 })).toHaveText('内容符合规定，可以发布')
    await approver.getByRole('button', { name: '审核通过并发布公告' }).click()
    await expect(approver.getByText('投标中').first()).toBeVisible({ timeout: 30_000 })
  })

  await test.step('anybody reads the notice, as a page and as a signed PDF', async () => {
    await visit(visitor, `/tenders/${tenderId}`)
    await expect(visitor.getByRole('heading', { level: 1 })).toContainText(intention.title)
    const address = await visitor.getByRole('link', { name: 'PDF' }).first().getAttribute('href')
    const pdf = await visitor.request.get(address!)
    expect(pdf.headers()['content-type']).toContain('application/pdf')
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
  })
})
