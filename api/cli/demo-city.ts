/**
 * Fills an empty demo platform: organisations, people and certificates, then the last 120 days of the city. Started by
 * the platform itself, in the background; what it has done stands in city.json beside the certificates.
 *   node api/cli/demo-city.ts --origin http://127.0.0.1:3000 --folder .data/demo [--only-clock]
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createHttp } from '../client/http.ts'
import { DEMO_ADMINISTRATOR, DEMO_PASSWORD } from '../start/first-start.ts'
import { type City, makeCity } from './demo/city.ts'
import { tellHistory } from './demo/history.ts'
import { DEMO_PIN } from './demo/people.ts'
import { clockOf, walkTo } from './demo/tender.ts'
import { endWithParent } from './tied.ts'

const text = { type: 'string' } as const
const { values } = parseArgs({ options: { origin: text, folder: text, 'only-clock': { type: 'boolean' } } })
const { origin, folder, 'only-clock': onlyClock } = values
if (!origin || !folder) {
  console.error('usage: node api/cli/demo-city.ts --origin URL --folder FOLDER [--only-clock]')
  process.exit(2)
}
endWithParent()

type Sheet = { done: boolean; steps: string[]; people: object[] }
const file = join(folder, 'city.json')
const sheet: Sheet = onlyClock ? JSON.parse(readFileSync(file, 'utf8')) : { done: false, steps: [], people: [] }
const keep = (): void => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${file}.new`, JSON.stringify(sheet, null, 2))
  renameSync(`${file}.new`, file)
}
const tell = (step: string): void => {
  sheet.steps.push(step)
  keep()
  console.log(`demo city: ${step}`)
}

const peopleOf = (city: City): object[] => {
  const all = [city.purchaser, city.approver, city.representative, ...city.trustees, city.supervisor, city.centre]
  const rows = [...all, ...city.administrators, ...city.experts, ...city.suppliers].map(
    ({ name, email, role, organisation }) => ({
      name,
      email,
      password: DEMO_PASSWORD,
      role,
      organisation,
      p12: `/api/demo/people/${email.split('@')[0]}.p12`,
      pin: DEMO_PIN,
    }),
  )
  const centre = city.centre.organisation
  const administrator = { name: '管理员', email: DEMO_ADMINISTRATOR, password: DEMO_PASSWORD, role: 'administrator' }
  return [...rows, { ...administrator, organisation: centre, p12: null, pin: null }]
}

keep()
if (!onlyClock) {
  const city = await makeCity({ origin, folder: join(folder, 'certificates') })
  sheet.people = peopleOf(city)
  tell(`单位和人员已就绪，证书在 ${join(folder, 'certificates')}，口令 ${DEMO_PIN}`)
  await tellHistory(city, tell)
}
// The rehearsal's clock meets the real one, and goes on with it; somebody may have walked it ahead already.
const anybody = createHttp({ origin, cookies: new Map() })
const today = new Date()
if (today > (await clockOf(anybody))) await walkTo(anybody, today)
sheet.done = true
tell('演示城市已就绪')
process.exit(0)
