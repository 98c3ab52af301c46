import { type Row, rowsOf } from './schema.ts'

const row = rowsOf('national', 'national')

/** RULES §11, F6 to F14: certificates, credit, presence, deposits, lists, lots, information, and policy measures. */
export const conduct: readonly Row[] = [
  row({
    id: 'F6',
    title: { zh: '非强制证书、协会会员、特定培训', en: 'Voluntary certificates, memberships, trainings' },
    regulation: '2024规则',
    article: '6(4)(5)',
    params: {
      why: {
        zh: '以没有法律、行政法规依据的证书、会员资格、培训证明作为门槛或者加分条件',
        en: 'asks for papers that no law requires',
      },
      offer: {
        zh: '只要求法律、行政法规规定的资质、许可和人员资格；质量能力以方案和承诺评审。',
        en: 'Ask only for what the law requires; judge quality by the proposal.',
      },
    },
  }),
  row({
    id: 'F7',
    title: { zh: '按产地区别计分', en: 'Scores by where a product was made' },
    regulation: '2024规则',
    article: '7(3)',
    params: {
      why: { zh: '对不同产地的产品设置不同的评审标准', en: 'products score by their place of origin' },
      offer: {
        zh: '产品按质量、性能、价格评审，不区分产地；本国产品政策依国家规定执行。',
        en: 'Products are judged by quality, performance and price; the national policy on domestic products applies.',
      },
    },
  }),
  row({
    id: 'F8',
    title: { zh: '信用评价差别对待', en: 'Credit that differs by place or owner' },
    regulation: '2024规则',
    article: '9',
    params: {
      why: {
        zh: '对不同地区、不同所有制的经营者采用不同的信用评价标准',
        en: 'credit is measured by place or ownership',
      },
      offer: {
        zh: '信用评价对所有经营者采用同一标准、同一来源的信息。',
        en: 'One standard of credit and one source of data for all.',
      },
    },
  }),
  row({
    id: 'F9',
    title: { zh: '报名、到场、原件等前置条件', en: 'Sign-up, presence and originals' },
    regulation: '20号令',
    article: '20',
    params: {
      why: {
        zh: '设置报名、备案、审批等前置条件，或者要求法定代表人、项目经理到场、提交原件',
        en: 'demands sign-up, permission, presence or originals before one may bid',
      },
      offer: {
        zh: '潜在投标人登录平台免费获取文件；开标远程进行，可不到场；证明材料以扫描件和承诺为准。',
        en: 'Documents are free on the platform, the opening is remote, scans and promises suffice.',
      },
    },
  }),
  row({
    id: 'F10',
    title: { zh: '保证金和保函的限制', en: 'Limits on deposits and guarantees' },
    regulation: '2024规则',
    article: '11',
    params: {
      why: {
        zh: '限定保证金形式、金融机构，收取没有依据的保证金，或者在退还上另设条件',
        en: 'limits the form or issuer of a deposit, asks for others, or delays refunds',
      },
      offer: {
        zh: '投标人可以自主选择支票、汇票、本票、保函、保证保险等形式提交，任何合格金融机构、担保机构均可出具。',
        en: 'The bidder chooses the form and the issuer.',
      },
    },
  }),
  row({
    id: 'F11',
    title: { zh: '强制代理、工具、名录', en: 'Forced agents, tools and lists' },
    regulation: '2024规则',
    article: '5(1)(6)–(10)',
    params: {
      why: {
        zh: '指定代理机构、交易系统、数字证书、软件，或者以名录库、备选库、创新产品名单限制经营者',
        en: 'forces an agent, a tool or a list on people',
      },
      offer: {
        zh: '采购人自主选择代理机构；投标人可以使用任何符合公开接口规范的工具和互认的数字证书。',
        en: 'Agents are chosen freely; any tool that keeps to the open interface and any recognised certificate will do.',
      },
    },
  }),
  row({
    id: 'F12',
    title: { zh: '以抽签、摇号决定中标', en: 'Lots decide who wins' },
    regulation: '2024规则',
    article: '8(4)',
    params: {
      why: { zh: '以抽签、摇号、抓阄等方式限制竞争或者确定中标人', en: 'chance, not merit, decides' },
      offer: {
        zh: '按照招标文件规定的评审标准和方法评审并排序；得分与报价均相同的，按文件规定处理。',
        en: 'Evaluate and rank by the stated criteria; only full ties may be drawn.',
      },
    },
  }),
  row({
    id: 'F13',
    title: { zh: '差别信息、差别标准、时间过短', en: 'Unequal information or standards, too little time' },
    regulation: '招投条例',
    article: '32(1)(4)',
    params: {
      why: {
        zh: '向不同投标人提供有差别的信息，采用不同的审查或者评审标准，或者编制时间过短',
        en: 'bidders get different information, standards or too little time',
      },
      offer: {
        zh: '同一文件同时向所有潜在投标人公开；审查和评审标准一致；自文件发出至投标截止不少于法定期限。',
        en: 'The same documents for all at the same time, one standard, and at least the statutory period.',
      },
    },
  }),
  row({
    id: 'F14',
    title: { zh: '政策措施妨碍市场', en: 'Policy measures that distort the market' },
    regulation: '条例783',
    article: '8–11',
    params: {
      why: {
        zh: '设置负面清单以外的准入条件，授予排他权利，给予选择性财税优惠，或者限定购买本地商品、服务',
        en: 'approvals outside the negative list, exclusive rights, selective subsidies, local purchase orders',
      },
      offer: {
        zh: '政策对各类经营者统一适用；确需适用例外规定的，写明依据、期限和审查结论（条例第十二条）。',
        en: 'One policy for all; an exception needs its ground, its term and the review (article 12).',
      },
    },
  }),
]
