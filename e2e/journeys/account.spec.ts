import type { Page } from 'playwright/test'
import { enterOrganisation, joinOrganisation } from '../../api/cli/demo/people.ts'
import { totp } from '../../api/identity/world.testing.ts'
import { usccCheckDigit } from '../../api/law/uscc.ts'
import { obtain } from '../bidding.ts'
import { DEMO_PASSWORD, expect, p12Of, publishedTender, sign, test, visit } from '../world.ts'

const withPassword = async (page: Page, email: string) => {
  await visit(page, '/sign-in')
  await page.getByLabel('电子邮箱').fill(email)
  await page.getByRole('textbox', { name: '密码' }).fill(DEMO_PASSWORD)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}
const code = async (page: Page, typed: string, act: RegExp | string) => {
  await page.getByLabel('6位验证码').fill(typed)
  await page.getByRole('button', { name: act }).click()
}

test('a colleague joins to prepare and may not sign; its account takes a second factor, uses it and gives it up', async ({
  world,
  as,
  page,
}) => {
  const manager = await as(world.city.suppliers[1]!)
  const tender = await publishedTender(world)
  const email = 'preparer@sunlit.example'

  const invitation = await test.step('the manager makes a code for one address and one role', async () => {
    await visit(manager, '/organisation')
    await manager.getByText('邀请成员', { exact: true }).click()
    await manager.getByLabel('电子邮箱').fill(email)
    await manager.getByLabel('身份').selectOption('supplier-preparer')
    await manager.getByRole('button', { name: '产生邀请码' }).click()
    return (await manager.locator('.banner code').textContent())!
  })

  await test.step('joined with it, from then on acting for the supplier', async () => {
    await visit(page, '/register')
    await page.getByLabel('姓名').fill('何编制')
    await page.getByLabel('电子邮箱').fill(email)
    await page.getByLabel('密码').fill(DEMO_PASSWORD)
    await page.getByRole('button', { name: '建立账号' }).click()
    await expect(page.getByLabel('统一社会信用代码')).toBeVisible()
    await visit(page, '/account')
    await page.getByText('凭邀请码加入单位', { exact: true }).click()
    await page.getByLabel('邀请码').fill(invitation)
    await page.getByRole('button', { name: '加入单位' }).click()
    await expect(page.getByText('已加入，当前身份为新单位。')).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toContainText(world.city.suppliers[1]!.organisation)
  })

  await test.step('prepares; sealing is the signer’s, and the page says so', async () => {
    await obtain(page, tender)
    const bid = `/supplier/tenders/${tender.tenderId}/lots/${tender.lotId}/bid`
    await visit(page, `${bid}?step=summary`)
    await page.getByLabel('投标总价').fill('7,000,000.00')
    await visit(page, `${bid}?step=seal`)
    await expect(page.getByText('只有投标签字人可以加密签名和递交')).toBeVisible()
    await expect(page.getByRole('button', { name: '加密、自检并签名' })).toBeDisabled()
  })

  const { key, spare } =
    await test.step('the second factor: a picture, its key, spare codes; a wrong code enrols nothing', async () => {
      await visit(page, '/account')
      const factor = page.getByRole('region', { name: '动态验证码' })
      await factor.getByLabel('当前密码').fill(DEMO_PASSWORD)
      await factor.getByRole('button', { name: '启用动态验证码' }).click()
      await expect(factor.getByAltText('验证器二维码')).toBeVisible()
      const codes = await factor.locator('code').allTextContents()
      const uri = `otpauth://totp/x?secret=${codes[0]}`
      expect(codes.length).toBeGreaterThan(5)
      await code(page, totp(uri) === '000000' ? '000001' : '000000', '核对验证码并启用')
      await expect(factor.getByLabel('6位验证码')).toHaveAttribute('aria-invalid', 'true')
      expect(await factor.locator('code').allTextContents()).toEqual(codes)
      await code(page, totp(uri), '核对验证码并启用')
      await expect(page.getByText('动态验证码已启用。')).toBeVisible()
      return { key: uri, spare: codes[1]! }
    })

  await test.step('signed in with password and code, then once with a spare code', async () => {
    for (const typed of [() => totp(key), () => spare]) {
      await page.getByRole('button', { name: '退出', exact: true }).click()
      await withPassword(page, email)
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('输入动态验证码')
      await code(page, typed(), '验证并登录')
      await expect(page).toHaveURL(/\/supplier$/)
    }
  })

  await test.step('given up with the password; the role is taken back by the manager', async () => {
    await visit(page, '/account')
    const factor = page.getByRole('region', { name: '动态验证码' })
    await factor.getByLabel('当前密码').fill(DEMO_PASSWORD)
    await factor.getByRole('button', { name: '停用动态验证码' }).click()
    await expect(page.getByText('动态验证码已停用。')).toBeVisible()
    await visit(manager, '/organisation')
    await manager.getByRole('button', { name: '收回身份 何编制' }).click()
    await expect(manager.getByText('身份已收回。')).toBeVisible()
  })
})

test('a purchaser mandates an agency by its signature; the agency acts, and everybody on its side sees for whom', async ({
  world,
  as,
}, info) => {
  const { city, stage } = world
  const body = `91990000MA00A${String(info.workerIndex).padStart(2, '0')}`.padEnd(17, '5')
  const agency = { uscc: body + usccCheckDigit(body), name: '云城市阳光招标代理有限公司' }
  const id = await enterOrganisation(city.admin, { ...agency, kinds: ['agency'] })
  const agent = await joinOrganisation(
    stage,
    city.admin,
    { id, ...agency },
    { name: '秦代理', email: 'agent@sunlit.example', role: 'agency' },
  )
  const purchaser = await as(city.purchaser)
  const page = await as(agent)

  await test.step('signed in with a certificate; once unbound it opens nothing any more', async () => {
    const file = p12Of(world, agent)
    await page.goto('/')
    await page.getByRole('button', { name: '退出', exact: true }).click()
    await visit(page, '/sign-in')
    await sign(page, { file, act: '用证书签名并登录' })
    await expect(page).toHaveURL(/\/purchaser$/)
    await visit(page, '/account')
    await page.getByText('解除绑定', { exact: true }).click()
    await page.getByRole('button', { name: '确认解除绑定' }).click()
    await expect(page.getByText('已解除绑定，今后不再接受此证书。')).toBeVisible()
    await page.getByText('绑定已有证书', { exact: true }).click()
    await sign(page.getByRole('region', { name: '数字证书' }), { file, act: '签名并绑定证书' })
    await expect(page.getByText('这张证书已解除绑定，不能再次绑定')).toBeVisible()
  })

  await test.step('without a mandate nothing can be begun', async () => {
    await visit(page, '/purchaser/tenders/new')
    await expect(page.getByText('还没有采购人的有效委托协议').first()).toBeVisible()
    await expect(page.getByRole('button', { name: '开始编制采购项目' })).toBeDisabled()
  })

  await test.step('signed in the browser, with scope and term', async () => {
    await visit(purchaser, '/organisation')
    await purchaser.getByText('签订委托协议', { exact: true }).click()
    const making = purchaser.getByRole('region', { name: '委托协议' })
    await making.getByLabel('代理机构').selectOption(id)
    await making.getByLabel('范围').fill('2026年度医疗设备采购')
    const { now } = await city.purchaser.http.json<{ now: string }>('GET', '/api/clock')
    const day = (ahead: number) => new Date(Date.parse(now) + (8 + ahead * 24) * 3_600_000).toISOString().slice(0, 10)
    await making.getByRole('textbox', { name: '自', exact: true }).fill(day(0))
    await making.getByRole('textbox', { name: '至', exact: true }).fill(day(200))
    await sign(making, { file: p12Of(world, city.purchaser), act: '签名并签订委托协议' })
    await expect(making.getByText('委托协议已签订。')).toBeVisible({ timeout: 20_000 })
    await expect(making.getByText('有效', { exact: true })).toBeVisible()
  })

  const tender = await test.step('the agency begins a tender for the purchaser; its pages name both', async () => {
    await visit(page, '/purchaser/tenders/new')
    await expect(page.getByLabel('采购人')).toHaveValue(city.purchaser.organisationId)
    await page.getByLabel('项目名称').fill('云城市第一人民医院洁净手术部改造')
    await page.getByRole('radio', { name: '货物' }).check()
    await page.getByRole('radio', { name: '综合评分法' }).check()
    await page.getByRole('button', { name: '开始编制采购项目' }).click()
    const line = `${agency.name}受${city.purchaser.organisation}委托办理`
    await expect(page.getByText(line)).toBeVisible()
    const address = new URL(page.url()).pathname
    await visit(page, `${address}/draft/facts`)
    await expect(page.getByText(line)).toBeVisible()
    await visit(purchaser, address)
    await expect(purchaser.getByText(line)).toBeVisible()
    return address
  })

  await test.step('ended before its term: at once the agency acts for nobody', async () => {
    await visit(purchaser, '/organisation')
    await purchaser.getByText('终止委托', { exact: true }).first().click()
    await purchaser.getByLabel('终止原因').fill('委托事项调整')
    await purchaser.getByRole('button', { name: '终止委托' }).click()
    await expect(purchaser.getByText('委托已终止。')).toBeVisible()
    await expect(purchaser.getByText('已失效')).toBeVisible()
    await visit(page, tender)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('没有找到')
    await visit(page, '/purchaser/tenders/new')
    await expect(page.getByText('还没有采购人的有效委托协议').first()).toBeVisible()
  })
})
