import { type Row, rowsOf } from './schema.ts'

const row = rowsOf('national', 'national')

/** RULES §11: what a notice or a document must not say. How it is found in a text: ../fair-competition.ts. */
export const competition: readonly Row[] = [
  row({
    id: 'F1',
    title: { zh: '地域限制', en: 'Local registration, branch, tax or partner' },
    regulation: '2024规则',
    article: '6(2)',
    params: {
      why: {
        zh: '要求在本地注册、设立机构、纳税、缴纳社保或者与本地企业组成联合体，排斥外地经营者',
        en: 'shuts out bidders from elsewhere',
      },
      offer: {
        zh: '投标人须为依法设立、能够独立承担民事责任的法人或者其他组织，不限注册地；服务响应时间按合同约定执行。',
        en: 'Any lawfully established entity, wherever registered; response times are agreed in the contract.',
      },
    },
  }),
  row({
    id: 'F2',
    title: { zh: '特定行政区域或者特定行业的业绩、奖项', en: 'Local or sector-bound performance and awards' },
    regulation: '2024规则',
    article: '6(3), 7(1)',
    params: {
      why: {
        zh: '以特定行政区域、特定行业的业绩、奖项作为资格条件或者加分条件',
        en: 'performance or awards of one place or one sector decide',
      },
      offer: {
        zh: '投标人提供近三年与采购标的内容、规模相当的类似业绩，不限地域和行业。',
        en: 'Comparable performance of the last three years, in any place and sector.',
      },
    },
  }),
  row({
    id: 'F3',
    title: { zh: '所有制形式', en: 'Form of ownership' },
    regulation: '2024规则',
    article: '7(2)',
    params: {
      why: { zh: '按所有制形式、组织形式区别对待经营者', en: 'treats bidders by who owns them' },
      offer: {
        zh: '各类所有制的法人、其他组织均可参加，平等对待。',
        en: 'Entities of every form of ownership may take part on equal terms.',
      },
    },
  }),
  row({
    id: 'F4',
    title: { zh: '规模和财务条件', en: 'Size and finance' },
    regulation: '87号令',
    article: '17',
    params: {
      why: {
        zh: '以注册资本、资产总额、营业收入、从业人员、利润、纳税额、经营年限等规模条件限制经营者，排斥中小企业',
        en: 'conditions of size shut out small and new enterprises',
      },
      offer: {
        zh: '投标人具有良好的商业信誉和健全的财务会计制度，具备履行合同所必需的设备和专业技术能力。',
        en: 'Good standing, sound accounts, and the equipment and skill that the contract needs.',
      },
    },
  }),
  row({
    id: 'F5',
    title: { zh: '品牌、专利、原产地或者特定供应商', en: 'Brand, patent, origin or one supplier' },
    regulation: '政采条例',
    article: '20(3)(6)',
    params: {
      why: {
        zh: '限定或者指定特定的专利、商标、品牌、原产地、供应商，或者要求非进口货物的制造商授权',
        en: 'names a brand, a patent, an origin or a supplier',
      },
      offer: {
        zh: '以功能、性能、质量等可以验证的指标表述需求，满足或者优于该指标的产品均可参加。',
        en: 'State function, performance and quality; whatever meets or exceeds them may compete.',
      },
    },
  }),
]
