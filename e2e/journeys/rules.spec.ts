import { addDays, beijingDate } from '../../api/law/beijing.ts'
import { statutoryDays } from '../../api/law/calendar.ts'
import { expect, test, visit } from '../world.ts'

test('a threshold is drafted by one administrator, approved by another, and read by anybody', async ({
  world,
  as,
  page: visitor,
}) => {
  const [one, other] = world.city.administrators
  const { now } = await one.http.json<{ now: string }>('GET', '/api/clock')
  const from = addDays(beijingDate(Date.parse(now)), 30)
  const drafter = await as(one)
  const approver = await as(other)

  await test.step('drafted; what is wrong is said beside the field', async () => {
    await visit(drafter, '/centre/rules')
    const row = drafter.getByRole('row', { name: /MET-1.*工程/ })
    await row.getByRole('link', { name: '起草修改' }).click()
    await drafter.getByLabel('公开招标数额标准').fill('五百万')
    await drafter.getByLabel('施行日期', { exact: true }).fill(from)
    await drafter.getByLabel('依据文件').fill('云财采〔2026〕8号')
    await drafter.getByLabel('条款').fill('二')
    await drafter.getByLabel('修改理由').fill('按省级标准调整')
    await drafter.getByRole('button', { name: '提交审批' }).click()
    await expect(drafter.locator('.field[data-s=stop]').getByLabel('公开招标数额标准')).toBeVisible()
    await drafter.getByLabel('公开招标数额标准').fill('5000000')
    await drafter.getByRole('button', { name: '提交审批' }).click()
    await expect(drafter.getByText('已提交，等待另一名管理员审批')).toBeVisible()
    await expect(drafter.getByText('由您起草，须由另一名管理员审批')).toBeVisible()
    await expect(drafter.getByRole('button', { name: '审批通过' })).toHaveCount(0)
  })

  await test.step('approved by the other', async () => {
    await visit(approver, '/centre/rules')
    await expect(approver.getByRole('heading', { level: 1 })).toHaveText('规则管理：待审批1项')
    await approver.getByRole('button', { name: '审批通过' }).click()
    await expect(approver.getByRole('heading', { level: 1 })).toHaveText('规则管理：没有待审批的修改')
  })

  await test.step('anybody reads which figure holds when', async () => {
    await visit(visitor, '/rules?q=MET-1')
    const works = visitor.getByRole('row', { name: /工程/ })
    await expect(works).toContainText('4,000,000元')
    await expect(works).toContainText(`至${addDays(from, -1)}止`)
    await visit(visitor, `/rules?q=MET-1&on=${from}`)
    await expect(works).toContainText('5,000,000元')
    await expect(works).toContainText('云财采〔2026〕8号二')
    await works.getByText('历次数值（2）').click()
    await expect(works).toContainText('4,000,000元')
  })
})

test('a holiday plan is handed in by one, approved by another, and stands in the calendar', async ({
  world,
  as,
  page: visitor,
}) => {
  const [one, other] = world.city.administrators
  const year =
    Number(beijingDate(Date.parse((await one.http.json<{ now: string }>('GET', '/api/clock')).now)).slice(0, 4)) + 3
  const drafter = await as(one)
  await visit(drafter, '/centre/rules/calendar')
  await drafter.getByLabel('年度').fill(String(year))
  await drafter.getByLabel('国务院办公厅文号').fill('国办发明电〔2028〕7号')
  await drafter.getByLabel('放假日').fill([...statutoryDays(year)].slice(1).join('\n'))
  await drafter.getByRole('button', { name: '提交审批' }).click()
  await expect(drafter.getByText('放假安排有误')).toBeVisible()
  await drafter.getByLabel('放假日').fill([...statutoryDays(year)].join('\n'))
  await drafter.getByRole('button', { name: '提交审批' }).click()
  await expect(drafter.getByRole('heading', { name: `${year}年放假安排` })).toBeVisible()
  const approver = await as(other)
  await visit(approver, '/centre/rules')
  await approver.getByRole('button', { name: '审批通过' }).click()
  await expect(approver.getByRole('heading', { level: 1 })).toHaveText('规则管理：没有待审批的修改')
  await visit(visitor, '/rules')
  await expect(visitor.getByRole('row', { name: new RegExp(`^${year}`) })).toContainText('国办发明电〔2028〕7号')
})
