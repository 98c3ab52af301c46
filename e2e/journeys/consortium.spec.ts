import { handIn } from '../../api/cli/demo/bidding.ts'
import { formCommittee, membersOf } from '../../api/cli/demo/evaluation.ts'
import { openOwn } from '../../api/cli/demo/opening.ts'
import type { DemoPerson } from '../../api/cli/demo/people.ts'
import { walkTo } from '../../api/cli/demo/tender.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { verifyTenderPublic } from '../../api/client/verify.ts'
import { bidPage, commit, fillBid } from '../bidding.ts'
import { bidOf, DEMO_PIN, expect, hallOf, p12Of, publishedTender, sign, test, visit, walkPast } from '../world.ts'

test('a consortium bids: named without asking the platform, signed by each member in the browser, announced at the opening', async ({
  world,
  as,
  page: visitor,
}) => {
  const { city } = world
  const [leader, member, rival] = city.suppliers as [DemoPerson, DemoPerson, DemoPerson]
  const tender = await publishedTender(world, { deposit: 0n, consortium: true })
  const { tenderId, lotId } = tender
  const page = await as(leader)
  await leader.http.json('POST', `/api/tenders/${tenderId}/documents`)
  const code = await member.http.json<{ uscc: string }>('GET', `/api/organisations/${member.organisationId}`)

  await test.step('the member tells its number; what is typed wrongly is said beside the field', async () => {
    const own = await as(member)
    await visit(own, '/organisation')
    await expect(own.getByText(member.organisationId)).toBeVisible()
    await visit(page, bidPage(tender))
    await expect(page.getByRole('link', { name: '联合体' })).toBeVisible()
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.url()))
    const between = async () => {
      const next = page.getByRole('button', { name: '保存，下一项' })
      await page.getByRole('button', { name: '增加一家成员' }).click()
      await page.getByLabel('成员单位名称').fill(member.organisation)
      await page.getByLabel('成员统一社会信用代码').fill(`${code.uscc.slice(0, 17)}0`)
      await page.getByLabel('成员在本平台的单位编号').fill(member.organisationId)
      await page.getByLabel('成员企业规模').selectOption('small')
      await next.click()
      await expect(page.getByText(`${member.organisation}的统一社会信用代码不对`).first()).toBeVisible()
      await page.getByLabel('成员统一社会信用代码').fill(code.uscc)
      await next.click()
    }
    await fillBid(page, '7,000,000.00', { between })
    expect(asked.filter((url) => url.includes(member.organisationId) || url.includes(code.uscc))).toEqual([])
  })

  const recoveryFile =
    await test.step('both sign the exact header here; a certificate of somebody else is refused', async () => {
      await expect(page.getByText(member.organisation)).toBeVisible()
      await page.getByRole('button', { name: '内容无误，去加密签名' }).click()
      const seal = async (file: string) => {
        await page.getByLabel(`${member.organisation}的证书`).setInputFiles(file)
        await page.getByLabel(`${member.organisation}的口令`).fill(DEMO_PIN)
        await sign(page, { file: p12Of(world, leader), act: '加密、自检并签名' })
      }
      await seal(p12Of(world, rival))
      await expect(page.getByRole('alert').getByText('证书不是这家联合体成员的')).toBeVisible({ timeout: 20_000 })
      await seal(p12Of(world, member))
      await expect(page.getByRole('heading', { name: '已加密的信封' })).toBeVisible({ timeout: 30_000 })
      return (await commit(page)).recoveryFile
    })

  await test.step('before the opening nothing tells of the consortium', async () => {
    const supervisor = await as(city.supervisor)
    await visit(supervisor, `/supervisor/tenders/${tenderId}`)
    expect(await supervisor.content()).not.toContain(member.organisation)
  })

  await test.step('after it everybody reads who bids with whom', async () => {
    const others = []
    for (const [at, one] of [member, rival].entries()) {
      await one.http.json('POST', `/api/tenders/${tenderId}/documents`)
      others.push({ one, ...(await handIn(one, tenderId, lotId, bidOf(at + 1))) })
    }
    await walkTo(city.purchaser.http, new Date((await hallOf(world, tenderId)).deadline))
    const { windowEndsAt } = (await hallOf(world, tenderId)).lots[0]!
    await openOwn(leader, tenderId, lotId, recoveryFile)
    for (const { one, recoveryFile: own } of others) await openOwn(one, tenderId, lotId, own)
    await walkPast(world, windowEndsAt!)
    await visit(visitor, `/tenders/${tenderId}/opening`)
    const row = visitor.getByRole('row', { name: leader.organisation })
    await expect(row).toContainText(`联合体成员：${member.organisation}`)
    const { http } = city.purchaser
    const checks = await verifyTenderPublic(http, await loadTrust(http), tenderId)
    expect(checks.filter(({ ok }) => ok === false)).toEqual([])
    expect(checks.find(({ id }) => id === 'V-58')?.ok).toBe(true)
  })

  await test.step('the purchaser sees whose signatures the envelopes carry', async () => {
    await formCommittee(city, lotId, membersOf(city))
    const purchaser = await as(city.purchaser)
    await visit(purchaser, `/purchaser/tenders/${tenderId}/lots/${lotId}/qualification`)
    const consortium = purchaser.getByRole('region', { name: '联合体' })
    await expect(consortium).toContainText(member.organisation)
    await expect(consortium).toContainText('已签名')
    await expect(purchaser.getByText(`签名：${leader.organisation}、${member.organisation}`).first()).toBeVisible()
  })
})
