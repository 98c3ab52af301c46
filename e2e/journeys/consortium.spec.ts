import type { Page } from 'playwright/test'
import { handIn } from '../../api/cli/demo/bidding.ts'
import { formCommittee, membersOf } from '../../api/cli/demo/evaluation.ts'
import { openOwn } from '../../api/cli/demo/opening.ts'
import type { DemoPerson } from '../../api/cli/demo/people.ts'
import { prepareTender, walkTo } from '../../api/cli/demo/tender.ts'
import { loadTrust } from '../../api/client/trust.ts'
import { verifyTenderPublic } from '../../api/client/verify.ts'
import { band, bidPage, commit, fillBid } from '../bidding.ts'
import { fits, shows, WIDTHS } from '../looking.ts'
import {
  BUDGET,
  bidOf,
  DEMO_PIN,
  expect,
  hallOf,
  nextIntention,
  p12Of,
  publishedTender,
  sign,
  test,
  visit,
  type World,
  walkPast,
} from '../world.ts'

/** The leader seals; each member's certificate is picked beside its name, `holder` being whose it really is. */
const signTogether = async (
  page: Page,
  world: World,
  leader: DemoPerson,
  members: readonly { member: DemoPerson; holder: DemoPerson }[],
) => {
  for (const { member, holder } of members) {
    await page.getByLabel(`${member.organisation}的证书`).setInputFiles(p12Of(world, holder))
    await page.getByLabel(`${member.organisation}的口令`).fill(DEMO_PIN)
  }
  await sign(page, { file: p12Of(world, leader), act: '加密、自检并签名' })
}

const codeOf = async ({ http, organisationId }: DemoPerson) =>
  (await http.json<{ uscc: string }>('GET', `/api/organisations/${organisationId}`)).uscc

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
  const code = await codeOf(member)

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
      await page.getByLabel('成员统一社会信用代码').fill(`${code.slice(0, 17)}0`)
      await page.getByLabel('成员在本平台的单位编号').fill(member.organisationId)
      await page.getByLabel('成员企业规模').selectOption('small')
      await next.click()
      await expect(page.getByText(`${member.organisation}的统一社会信用代码不对`).first()).toBeVisible()
      await page.getByLabel('成员统一社会信用代码').fill(code)
      await next.click()
    }
    await fillBid(page, '7,000,000.00', { between })
    expect(asked.filter((url) => url.includes(member.organisationId) || url.includes(code))).toEqual([])
  })

  const recoveryFile =
    await test.step('both sign the exact header here; a certificate of somebody else is refused', async () => {
      await expect(page.getByText(member.organisation)).toBeVisible()
      await page.getByRole('button', { name: '内容无误，去加密签名' }).click()
      const seal = (holder: DemoPerson) => signTogether(page, world, leader, [{ member, holder }])
      await seal(rival)
      await expect(page.getByRole('alert').getByText('证书不是这家联合体成员的')).toBeVisible({ timeout: 20_000 })
      await seal(member)
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

/** One member, without a mouse: the act, then each field in turn; the size is the third of the list. */
const typeMember = async (page: Page, n: number, member: DemoPerson, share: string) => {
  const uscc = await codeOf(member)
  await page.getByRole('button', { name: '增加一家成员' }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('group', { name: `成员${n}` }).getByLabel('成员单位名称')).toBeFocused()
  for (const words of [member.organisation, uscc, member.organisationId]) {
    await page.keyboard.type(words)
    await page.keyboard.press('Tab')
  }
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.type(share)
}

test('a price deduction for consortia: its rate in the draft and the notice, the members’ shares in the sealed bid', async ({
  world,
  as,
  page: visitor,
}) => {
  const { city } = world
  const [leader, first, second] = city.suppliers as [DemoPerson, DemoPerson, DemoPerson]
  const { id, title } = nextIntention(world)
  const tender = await prepareTender(city, { ...BUDGET, deposit: 0n, title }, id)
  const { tenderId } = tender
  const home = `/purchaser/tenders/${tenderId}`
  const writer = await as(city.purchaser)

  await test.step('the draft takes consortia; a rate outside the law is refused beside its field, in both languages', async () => {
    const saved = async (heading: string) => {
      await writer.getByRole('button', { name: '保存并继续' }).click()
      await expect(writer.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
    }
    const rate = writer.getByLabel('联合体价格扣除（%，选填）')
    await visit(writer, `${home}/draft/facts`)
    await writer.getByLabel('接受联合体投标').check()
    await saved('时间安排')
    await visit(writer, `${home}/draft/lots`)
    await rate.fill('9')
    await saved('包1：资格、符合性和报价表')
    await shows(writer, `${home}/draft/lots`, {
      'zh-CN': [/扣除比例超出规定范围；4%至6%/],
      en: [/the rate lies outside the lawful range; 4% to 6%/],
    })
    await expect(rate).toHaveAccessibleDescription(/；4%至6%（.*财库〔2022〕19号）*$/)
    await rate.fill('5')
    await saved('包1：资格、符合性和报价表')
  })

  await test.step('sent, approved and published: everybody reads the rate', async () => {
    await shows(writer, `${home}/draft/check`, { 'zh-CN': [/联合体价格扣除5%/], en: [/deduction of 5% for consortia/] })
    await writer.getByRole('button', { name: '送第二人审核' }).click()
    await expect(writer.getByText('您已送审')).toBeVisible()
    const approver = await as(city.approver)
    await visit(approver, home)
    await approver.getByRole('link', { name: '审核这个项目' }).click()
    await approver.getByRole('button', { name: '审核通过并发布公告' }).click()
    await expect(approver.getByText('投标中').first()).toBeVisible({ timeout: 30_000 })
    await shows(visitor, `/tenders/${tenderId}`, {
      'zh-CN': [/小微企业价格扣除10%/, /小微企业合同份额达到规定比例的联合体，价格扣除5%/],
      en: [/price deduction of 10% for small and micro firms/, /price deduction of 5% for consortia/],
    })
  })

  const page = await as(leader)
  const step = (name: string) => `${bidPage(tender)}?step=${name}`
  const share = (n: number) =>
    page
      .getByRole('group', { name: new RegExp(`^(成员|Member )${n}$`) })
      .getByRole('textbox')
      .last()

  await test.step('members are typed without a mouse; shares that leave the leader nothing are refused beside the field', async () => {
    await leader.http.json('POST', `/api/tenders/${tenderId}/documents`)
    await visit(page, step('consortium'))
    await typeMember(page, 1, first, '60')
    await typeMember(page, 2, second, '40')
    await page.keyboard.press('Enter')
    await expect(share(2)).toHaveAccessibleDescription(/各成员的合同份额之和应小于100%/)
    await expect(page.getByRole('alert')).toBeFocused()
    await fits(page, WIDTHS, 'shares refused')
  })

  await test.step('the draft survives a reload, and is refused in English as well', async () => {
    await visit(page, `${step('consortium')}&lang=en`)
    await expect(share(1)).toHaveValue('60')
    await expect(share(2)).toHaveValue('40')
    await share(2).press('Enter')
    await expect(share(2)).toHaveAccessibleDescription(/shares must come to less than 100%/)
    await fits(page, WIDTHS, 'shares refused, in English')
    await visit(page, `${step('consortium')}&lang=zh-CN`)
  })

  await test.step('a member too many goes, and nobody is left on what has gone', async () => {
    await typeMember(page, 3, first, '')
    await page.getByRole('button', { name: '移除成员3' }).press('Enter')
    await expect(page.getByRole('group', { name: '成员3' })).toHaveCount(0)
    await expect(page.getByRole('button', { name: '增加一家成员' })).toBeFocused()
    await share(2).fill('25.5')
    await share(2).press('Enter')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('资格文件')
  })

  await test.step('the rest is filled in, checked and sealed by all three', async () => {
    await visit(page, bidPage(tender))
    await fillBid(page, '7,000,000.00', { between: () => page.getByRole('button', { name: '保存，下一项' }).click() })
    await shows(page, step('check'), {
      'zh-CN': [/小型企业，合同份额60%/, /小型企业，合同份额25.5%/],
      en: [/Small, 60% of the contract/, /Small, 25.5% of the contract/],
    })
    await page.getByRole('button', { name: '内容无误，去加密签名' }).click()
    await expect(page.getByLabel(`${second.organisation}的证书`)).toBeVisible()
    await fits(page, WIDTHS, 'certificates of three')
    const members = [first, second].map((member) => ({ member, holder: member }))
    await signTogether(page, world, leader, members)
    await expect(page.getByRole('heading', { name: '已加密的信封' })).toBeVisible({ timeout: 30_000 })
    await commit(page)
    await band(page, '已见证')
  })
})
