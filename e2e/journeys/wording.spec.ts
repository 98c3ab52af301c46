import { draftTender } from '../../api/cli/demo/tender.ts'
import { BUDGET, expect, publishedTender, signInAs, test, visit, type World } from '../world.ts'

const LOCAL = '投标人须在本市设有分公司。'
const REASON = '应急抢修须两小时内到场，经会议研究确有必要'

/** A draft whose first condition shuts out bidders from elsewhere; a purchaser without an intention gives its reason. */
const unfairDraft = async ({ city }: World): Promise<string> => {
  const { tenderId } = await draftTender(city, { ...BUDGET, title: '云城市第一人民医院输液泵' }, null)
  return tenderId
}

test('while one writes: the words, the article and a lawful wording; a person changes or keeps them', async ({
  world,
  as,
}) => {
  const tenderId = await unfairDraft(world)
  const page = await as(world.city.purchaser)
  const section = `/purchaser/tenders/${tenderId}/draft/requirements-1`
  const field = page.locator('[name="lots.0.qualification.0.title"]')
  const note = page.locator('[id="lots.0.qualification.0.title-wording"]')

  await test.step('typed, saved and asked about, without leaving the field', async () => {
    await visit(page, section)
    await field.fill(LOCAL)
    await expect(note).toContainText('可能违反公平竞争规定')
    await expect(note).toContainText('公平竞争审查规则')
    await expect(note).toContainText('不限注册地')
    await expect(field).toHaveAttribute('aria-describedby', /title-wording/)
    await expect(page.getByText('1处表述待处理')).toBeVisible()
  })

  await test.step('nobody decided: the check says so and leads to the field', async () => {
    await visit(page, `/purchaser/tenders/${tenderId}/draft/check`)
    await expect(page.getByRole('alert')).toContainText('可能限制竞争；修改，或者写明保留的理由')
    await page
      .getByRole('alert')
      .getByRole('link', { name: /可能限制竞争/ })
      .click()
    await expect(note).toBeVisible()
  })

  await test.step('kept with a reason that says something', async () => {
    await note.getByText('保留原文，写明理由').click()
    await note.getByLabel(/的理由$/).fill('需要')
    await note.getByRole('button', { name: '保留并记录理由' }).click()
    await expect(note).toContainText('请写明理由，10字以上')
    await note.getByLabel(/的理由$/).fill(REASON)
    await note.getByRole('button', { name: '保留并记录理由' }).click()
    await expect(note).toContainText(`决定保留：${REASON}`)
    await expect(page.getByText('处表述待处理')).toHaveCount(0)
  })

  await test.step('another text is asked about again, and the lawful wording is taken over', async () => {
    await field.fill(`${LOCAL}另须提供场所证明。`)
    await note.getByRole('button', { name: '采用这一写法' }).first().click()
    await expect(field).toHaveValue(/^投标人须为依法设立.+不限注册地；.+。另须提供场所证明。$/)
    await expect(note).toHaveCount(0)
  })

  await test.step('the second person reads what was decided', async () => {
    await visit(page, `/purchaser/tenders/${tenderId}/draft/check`)
    const list = page.getByRole('region', { name: /^公平竞争审查的处理记录/ })
    await expect(list.getByRole('row', { name: REASON })).toContainText('保留')
    await expect(list.getByRole('row', { name: /已修改为/ }).first()).toContainText('不限注册地')
  })
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('a draft is screened after saving: kept with a reason, taken over, or written otherwise', async ({
    world,
    context,
    page,
  }) => {
    const tenderId = await unfairDraft(world)
    await signInAs(context, world.city.purchaser)
    await page.goto(`/purchaser/tenders/${tenderId}/draft/requirements-1`)
    const field = page.locator('[name="lots.0.qualification.0.title"]')
    const note = page.locator('[id="lots.0.qualification.0.title-wording"]')
    const save = page.getByRole('button', { name: '保存并继续' })

    await field.fill(LOCAL)
    await save.click()
    await expect(page).toHaveURL(/requirements-1#lots\.0\.qualification\.0\.title-wording$/)
    await note.getByText('保留原文，写明理由').click()
    await note.getByLabel(/的理由$/).fill('短')
    await note.getByRole('button', { name: '保留并记录理由' }).click()
    await expect(note).toContainText('请写明理由，10字以上')
    await expect(note.getByLabel(/的理由$/)).toHaveValue('短')
    await note.getByLabel(/的理由$/).fill(REASON)
    await note.getByRole('button', { name: '保留并记录理由' }).click()
    await expect(note).toContainText(`决定保留：${REASON}`)

    await field.fill(`${LOCAL}须提供场所证明。`)
    await save.click()
    await note.getByRole('button', { name: '采用这一写法' }).click()
    await expect(field).toHaveValue(/^投标人须为依法设立/)
    await field.fill(LOCAL.replace('分公司', '办事处'))
    await save.click()
    await field.fill('投标人须具有履约能力')
    await save.click()
    await expect(page).toHaveURL(/scoring-1(#|$)/)
    await page.goto(`/purchaser/tenders/${tenderId}/draft/check`)
    await expect(page.getByRole('row', { name: /已修改为/ })).toHaveCount(2)
  })

  test('a correction that shuts bidders out waits for its decision', async ({ world, context, page }) => {
    const { tenderId } = await publishedTender(world)
    await signInAs(context, world.city.purchaser)
    await page.goto(`/purchaser/tenders/${tenderId}/correction`)
    const field = page.locator('[name="reason"]')
    const note = page.locator('[id="reason-wording"]')
    const later = await page.locator('[name="place"]').inputValue()
    await page.locator('[name="place"]').fill(`${later}二层`)
    await field.fill(`补充说明。${LOCAL}`)
    await page.getByRole('radio', { name: '不影响' }).check()
    await page.getByRole('button', { name: '送第二人审核更正' }).click()
    await note.getByRole('button', { name: '采用这一写法' }).click()
    await expect(field).toHaveValue(/^补充说明。投标人须为依法设立/)
    await field.fill(`补充说明。${LOCAL}`)
    await page.getByRole('button', { name: '送第二人审核更正' }).click()
    await note.getByText('保留原文，写明理由').click()
    await note.getByLabel(/的理由$/).fill(REASON)
    await page.getByRole('button', { name: '送第二人审核更正' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('一份更正等待审核发布')
    await expect(page.getByRole('row', { name: REASON })).toContainText('保留')
  })
})
