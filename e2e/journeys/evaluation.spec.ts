import { createHash } from 'node:crypto'
import type { Page } from 'playwright/test'
import {
  bidsOf,
  declareNone,
  formCommittee,
  membersOf,
  pointsOf,
  reviewConformity,
  roomOf,
  scoreBids,
  signReportAs,
} from '../../api/cli/demo/evaluation.ts'
import { scannedPaper } from '../../api/cli/demo/papers.ts'
import { type DemoPerson, joinOrganisation } from '../../api/cli/demo/people.ts'
import { clockOf } from '../../api/cli/demo/tender.ts'
import { verifyPdfSignatures } from '../../api/kernel/pdf/verify.ts'
import { beijingDate } from '../../api/law/beijing.ts'
import { expect, openedTender, p12Of, sign, test, visit } from '../world.ts'

/** One item after another on the page before us is found to meet what was asked. */
const passAll = async (page: Page, count: number) => {
  const items = page.getByRole('radio', { name: '符合', exact: true })
  await expect(items).toHaveCount(count)
  for (let at = 0; at < count; at++) {
    const saved = page.waitForResponse(
      (answer) => answer.request().method() === 'POST' && answer.url().includes('review'),
    )
    await items.nth(at).check()
    await saved
    await expect(items.nth(at)).toBeChecked()
  }
}

test('evaluation: declared, reviewed, scored alone, the report signed; awarded, published, the letter signed; a loser sees its own', async ({
  world,
  as,
  page: visitor,
}) => {
  const { city } = world
  const tender = await openedTender(world)
  const { tenderId, lotId } = tender
  const members = membersOf(city)
  const [chair, ...others] = members
  await formCommittee(city, lotId, members)
  const centre = city.centre
  const spare = await joinOrganisation(
    world.stage,
    city.admin,
    { id: centre.organisationId, name: centre.organisation, uscc: '' },
    { name: '朱专家', email: 'expert5@sunlit.example', role: 'evaluator' },
  )
  const room = `/evaluator/reviews/${lotId}`
  const page = await as(chair!)

  await test.step('the chair signs in and declares no conflict', async () => {
    await visit(page, '/evaluator')
    await page.getByRole('link', { name: tender.title }).first().click()
    await page.getByRole('button', { name: '签到' }).click()
    await expect(page.getByRole('heading', { name: '本包有3家投标人，请先声明有无利害关系' })).toBeVisible()
    await expect(page.getByText(city.suppliers[0]!.organisation)).toBeVisible()
    await page.getByRole('radio', { name: /没有利害关系/ }).check()
    await page.getByRole('button', { name: '提交回避声明' }).click()
    await expect(page.getByText('等待开始，还有4人未就位')).toBeVisible()
  })

  await test.step('a member declares a conflict; the purchaser puts another in that seat', async () => {
    const [leaving] = others.splice(2, 1) as [DemoPerson]
    const seat = await as(leaving)
    await visit(seat, room)
    await seat.getByRole('button', { name: '签到' }).click()
    await seat.getByRole('radio', { name: /存在利害关系/ }).check()
    await seat.getByLabel('回避原因').fill('曾在其中一家任职')
    await seat.getByRole('button', { name: '提交回避声明' }).click()
    await expect(seat.getByText('您已申请回避')).toBeVisible()
    const purchaser = await as(city.purchaser)
    await visit(purchaser, `/purchaser/tenders/${tenderId}/lots/${lotId}/committee`)
    const row = purchaser.getByRole('row', { name: leaving.name })
    await expect(row).toContainText('申请回避')
    await purchaser
      .getByLabel(`以此人替换${leaving.name}`)
      .selectOption({ label: `${spare.name}　${centre.organisation}` })
    await purchaser.getByRole('button', { name: `更换 ${leaving.name}` }).click()
    await expect(row).toHaveCount(0)
    await expect(purchaser.getByRole('row', { name: spare.name })).toContainText('评审专家')
    await visit(seat, '/evaluator')
    await expect(seat.getByRole('link', { name: tender.title })).toHaveCount(0)
    others.unshift(spare)
  })

  await test.step('the purchaser reviews qualification, bidder by bidder', async () => {
    for (const member of others) await declareNone(member, lotId)
    const purchaser = await as(city.purchaser)
    await visit(purchaser, `/purchaser/tenders/${tenderId}/lots/${lotId}/qualification`)
    const { purchaser: items } = (await roomOf(city.purchaser.http, lotId)).reviewItems
    await passAll(purchaser, items.length * 3)
    await purchaser.getByRole('button', { name: '结束资格审查' }).click()
    await expect(purchaser.getByRole('heading', { level: 1 })).toHaveText(tender.title)
    await visit(purchaser, `/purchaser/tenders/${tenderId}/lots/${lotId}/qualification`)
    await expect(purchaser.getByRole('heading', { level: 1 })).toHaveText('资格审查已结束，3家中3家合格')
  })

  const bids = await bidsOf(chair!.http, lotId)
  await test.step('conformity: bids go by letters', async () => {
    for (const member of others) await reviewConformity(member, lotId)
    const { committee } = (await roomOf(chair!.http, lotId)).reviewItems
    for (const { letter } of bids) {
      await visit(page, `${room}?bid=${letter}`)
      for (const { organisation } of city.suppliers) await expect(page.getByText(organisation)).toHaveCount(0)
      await passAll(page, committee.length)
    }
    await page.getByRole('button', { name: '结束符合性审查' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toContainText('技术商务评分')
  })

  await test.step('scored alone; a figure outside its range is refused at once', async () => {
    const { scoringItems } = await roomOf(chair!.http, lotId)
    for (const [at, { letter }] of bids.entries()) {
      await visit(page, `${room}?bid=${letter}`)
      for (const item of scoringItems) {
        const input = page.locator(`#s-${item.id}`)
        if (at === 0) {
          await input.fill('77')
          await input.blur()
          await expect(page.getByText(`本项为0至${item.max}分`)).toBeVisible()
        }
        const saved = page.waitForResponse(
          (answer) => answer.request().method() === 'POST' && answer.url().includes('score'),
        )
        await input.fill(String(pointsOf(item, at, 0)))
        await input.blur()
        await saved
        await expect(page.getByRole('heading', { name: new RegExp(`评审表\\s+投标文件${letter}`) })).toBeVisible()
      }
      await expect(page.getByText(`已评${scoringItems.length}项，共${scoringItems.length}项`)).toBeVisible()
    }
    await page.getByRole('link', { name: '核对并确认评分' }).click()
    await page.getByRole('button', { name: '确认评分，以后不再修改' }).click()
    await expect(page.getByText('您已完成评分，等待其他委员').first()).toBeVisible()
    for (const [at, member] of others.entries()) await scoreBids(member, lotId, at + 1)
  })

  await test.step('the report is made and signed in the browser', async () => {
    await visit(page, room)
    await page.getByRole('button', { name: '汇总排序，生成评标报告' }).click()
    await sign(page, { file: p12Of(world, chair!), act: '签署评标报告' })
    await expect(page.getByText('5人中1人已签署').first()).toBeVisible({ timeout: 30_000 })
    for (const member of others) await signReportAs(member, lotId)
    await visit(page, room)
    await expect(page.getByText('评审已完成，全体委员已签署报告')).toBeVisible()
  })

  const issuer = `${city.approver.organisation} ${city.approver.name}`
  const winner = await test.step('awarded in ranked order, published, and the letter signed', async () => {
    const approver = await as(city.approver)
    await visit(approver, `/purchaser/tenders/${tenderId}/lots/${lotId}/award`)
    await expect(approver.getByRole('heading', { level: 1 })).toContainText('3名候选人，排序第一')
    const first = await approver.getByRole('rowheader').first().textContent()
    await approver.getByRole('button', { name: `确定${first}为中标供应商` }).click()
    await expect(approver.getByRole('heading', { level: 1 })).toContainText('待发布结果')
    await approver.getByLabel('规格型号').fill('128排')
    await approver.getByLabel('单价（元）').fill('6,980,000.00')
    await approver.getByLabel('服务要求或范围').fill('按采购文件')
    const sme = approver.getByLabel('中标人的中小企业声明函')
    if (await sme.isVisible()) await sme.selectOption({ index: 1 })
    await approver.getByLabel('我已核对以上公告内容').check()
    await approver.getByRole('button', { name: '发布中标结果并发出中标通知书' }).click()
    await expect(approver.getByRole('heading', { level: 1 })).toHaveText(`${first}中标，结果已发布`, {
      timeout: 30_000,
    })
    await expect(approver.getByText('通知书上目前只有平台的印章')).toBeVisible()
    await sign(approver, { file: p12Of(world, city.approver), act: '签署中标通知书' })
    await expect(approver.getByText('您已签署', { exact: true })).toBeVisible({ timeout: 30_000 })
    await expect(approver.getByRole('main').getByText(issuer)).toBeVisible()
    await visit(visitor, `/tenders/${tenderId}`)
    await expect(visitor.getByRole('heading', { name: '结果', exact: true })).toBeVisible()
    await expect(visitor.getByText(first!).first()).toBeVisible()
    return first!
  })

  await test.step('each bidder sees its own outcome', async () => {
    for (const supplier of city.suppliers.slice(0, 3)) {
      const own = await as(supplier)
      await visit(own, `/supplier/tenders/${tenderId}/lots/${lotId}/result`)
      const won = supplier.organisation === winner
      await expect(own.getByRole('heading', { level: 1 })).toHaveText(won ? '您中标了' : /您的投标排第[23]名，未中标/)
      await expect(own.getByText('总得分')).toBeVisible()
      await expect(own.getByRole('main').getByText(issuer)).toHaveCount(won ? 1 : 0)
      const letter = await own.request.get(`${world.origin}/api/lots/${lotId}/award/letter.pdf`)
      const signatures = won ? await verifyPdfSignatures(new Uint8Array(await letter.body())) : []
      expect([letter.status(), signatures.map(({ ok }) => ok)]).toEqual(won ? [200, [true, true]] : [404, []])
      for (const other of city.suppliers.filter(({ organisation }) => organisation !== supplier.organisation))
        await expect(own.getByRole('main').getByText(other.organisation)).toHaveCount(0)
    }
  })

  await test.step('the signed contract is handed in and public at once, with its hash; the deposits go back', async () => {
    const purchaser = await as(city.purchaser)
    const bytes = Buffer.from(await scannedPaper(1))
    const hash = createHash('sha256').update(bytes).digest('hex')
    await visit(purchaser, `/purchaser/tenders/${tenderId}/lots/${lotId}/contract`)
    await expect(purchaser.getByRole('heading', { level: 1 })).toContainText('前签订并上传合同')
    const today = beijingDate((await clockOf(city.purchaser.http)).getTime())
    await purchaser.getByRole('textbox', { name: '签订日期' }).fill(today)
    await purchaser
      .getByRole('button', { name: '已签字盖章的合同（PDF）' })
      .setInputFiles({ name: '合同.pdf', mimeType: 'application/pdf', buffer: bytes })
    await expect(purchaser.getByText(hash)).toBeVisible()
    await purchaser.getByRole('button', { name: '上传并公开合同' }).click()
    await expect(purchaser.getByRole('heading', { level: 1 })).toHaveText('合同已公开')
    await expect(purchaser.getByText(/应在.*前公开/)).toBeVisible()
    await visit(visitor, `/tenders/${tenderId}`)
    await expect(visitor.getByText(hash)).toBeVisible()
    const pdf = await visitor.request.get(`${world.origin}/api/lots/${lotId}/contract.pdf`)
    expect(
      createHash('sha256')
        .update(await pdf.body())
        .digest('hex'),
    ).toBe(hash)
    for (const supplier of city.suppliers.slice(0, 3)) {
      const own = await as(supplier)
      await visit(own, `/supplier/tenders/${tenderId}/lots/${lotId}/result`)
      await expect(own.getByRole('region', { name: '保证金' }).getByText(/150,000\.00/)).toBeVisible()
    }
  })
})
