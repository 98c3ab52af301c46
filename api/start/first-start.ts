import { bootstrapAdministrator } from '../identity/service.ts'
import { setClockBack } from '../kernel/clock.ts'
import type { Deps } from '../kernel/deps.ts'

/** The sign-ins of a rehearsal are written on the page: they protect nothing, and production has none. */
export const DEMO_PASSWORD = 'sunlit-demo-2026'
export const DEMO_ADMINISTRATOR = 'admin@sunlit.example'

export const DEMO_DAYS_BACK = 120

/** Demo and sandbox: an empty database gets its administrator, who enters everybody else. */
export const firstStart = async (deps: Deps): Promise<boolean> => {
  if (deps.settings.SUNLIT_MODE === 'production') return false
  const someone = await deps.db.selectFrom('person').select('id').limit(1).executeTakeFirst()
  if (someone) return false
  // The demo city's story begins 120 days ago and is walked up to today; before the first event the clock may be set back.
  if (deps.settings.SUNLIT_MODE === 'demo') await setClockBack(deps.db, DEMO_DAYS_BACK)
  const city = deps.settings.SUNLIT_CITY
  await bootstrapAdministrator(deps)({
    person: { name: '管理员', email: DEMO_ADMINISTRATOR, password: DEMO_PASSWORD },
    centre: {
      uscc: '12990000MB12345677',
      name: `${city}公共资源交易中心`,
      address: `${city}政务大道1号`,
      contactName: '服务台',
      contactPhone: '12345',
      contactEmail: 'service@sunlit.example',
      size: 'large',
    },
  })
  return true
}
