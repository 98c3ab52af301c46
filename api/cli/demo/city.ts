import type { Http } from '../../client/http.ts'
import { DEMO_ADMINISTRATOR } from '../../start/first-start.ts'
import {
  type DemoPerson,
  enterOrganisation,
  joinOrganisation,
  registerSupplier,
  type Session,
  type Stage,
  signInByPassword,
} from './people.ts'

/** The people whom a tender needs, each with a sign-in, a certificate and an own session. */
export type City = {
  admin: Http
  purchaser: DemoPerson
  approver: DemoPerson
  representative: DemoPerson
  trustees: [DemoPerson, DemoPerson, DemoPerson]
  supervisor: DemoPerson
  experts: DemoPerson[]
  centre: DemoPerson
  /** Two, since a rule is drafted by one and approved by another. */
  administrators: [DemoPerson, DemoPerson]
  suppliers: DemoPerson[]
}

const ORGANISATIONS = {
  hospital: { uscc: '129900004001122338', name: '云城市第一人民医院', kinds: ['purchaser'] },
  notary: { uscc: '12990000400223344K', name: '云城市公证处', kinds: ['trustee-body'] },
  university: { uscc: '12990000400334455Y', name: '云城大学', kinds: ['trustee-body'] },
  finance: { uscc: '11990000001122334L', name: '云城市财政局', kinds: ['supervisor'] },
}

export const SUPPLIERS = [
  {
    uscc: '91990000MA0000001B',
    name: '晋南医疗器械有限公司',
    person: { name: '钱投标', email: 'supplier1@sunlit.example' },
  },
  {
    uscc: '91990000MA0000002E',
    name: '河东康健设备有限公司',
    person: { name: '孙投标', email: 'supplier2@sunlit.example' },
  },
  {
    uscc: '91990000MA0000003H',
    name: '盐湖影像技术有限公司',
    person: { name: '李投标', email: 'supplier3@sunlit.example' },
  },
]

/** Enter the city's organisations and people through the platform's own functions; one after another, each acknowledged. */
export const makeCity = async (stage: Stage, suppliers = SUPPLIERS): Promise<City> => {
  const admin = await signInByPassword(stage, DEMO_ADMINISTRATOR)
  const entered = async (facts: (typeof ORGANISATIONS)['hospital']) => ({
    ...facts,
    id: await enterOrganisation(admin, facts),
  })
  const hospital = await entered(ORGANISATIONS.hospital)
  const notary = await entered(ORGANISATIONS.notary)
  const university = await entered(ORGANISATIONS.university)
  const finance = await entered(ORGANISATIONS.finance)
  const { memberships } = await admin.json<Session>('GET', '/api/session')
  const centre = memberships[0]!.organisation
  const joins = (organisation: typeof centre, name: string, login: string, role: DemoPerson['role']) =>
    joinOrganisation(stage, admin, organisation, { name, email: `${login}@sunlit.example`, role })
  return {
    admin,
    purchaser: await joins(hospital, '王采购', 'purchaser', 'purchaser'),
    approver: await joins(hospital, '赵复核', 'approver', 'purchaser-approver'),
    representative: await joins(hospital, '吴代表', 'representative', 'evaluator'),
    trustees: [
      await joins(hospital, '郑保管', 'trustee1', 'trustee'),
      await joins(notary, '冯公证', 'trustee2', 'trustee'),
      await joins(university, '陈教授', 'trustee3', 'trustee'),
    ],
    supervisor: await joins(finance, '褚监督', 'supervisor', 'supervisor'),
    centre: await joins(centre, '卫主持', 'centre', 'centre'),
    administrators: [
      await joins(centre, '秦起草', 'rules1', 'administrator'),
      await joins(centre, '尤审批', 'rules2', 'administrator'),
    ],
    experts: await Promise.all(
      ['蒋专家', '沈专家', '韩专家', '杨专家'].map((name, at) => joins(centre, name, `expert${at + 1}`, 'evaluator')),
    ),
    suppliers: await Promise.all(suppliers.map(({ person, ...facts }) => registerSupplier(stage, facts, person))),
  }
}
