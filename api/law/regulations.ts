/** The texts the rows cite: full title, English title, and the day from which they hold (event date decides, not the newest). */
export type Regulation = { readonly zh: string; readonly en: string; readonly from: string; readonly to?: string }

export const regulations = {
  政采法: { zh: '中华人民共和国政府采购法', en: 'Government Procurement Law', from: '2003-01-01' },
  政采条例: {
    zh: '中华人民共和国政府采购法实施条例（国务院令第658号）',
    en: 'Implementing Regulations of the Government Procurement Law',
    from: '2015-03-01',
  },
  '87号令': {
    zh: '政府采购货物和服务招标投标管理办法（财政部令第87号）',
    en: 'Measures for Tendering of Goods and Services in Government Procurement (MOF Order 87)',
    from: '2017-10-01',
  },
  '74号令': {
    zh: '政府采购非招标采购方式管理办法（财政部令第74号）',
    en: 'Measures for Non-Tendering Procurement Methods (MOF Order 74)',
    from: '2014-02-01',
  },
  '94号令': {
    zh: '政府采购质疑和投诉办法（财政部令第94号）',
    en: 'Measures for Challenges and Complaints (MOF Order 94)',
    from: '2018-03-01',
  },
  '214号': {
    zh: '政府采购竞争性磋商采购方式管理暂行办法（财库〔2014〕214号）',
    en: 'Interim Measures for Competitive Consultation (Caiku [2014] 214)',
    from: '2014-12-31',
  },
  '124号': {
    zh: '关于政府采购竞争性磋商采购方式管理暂行办法有关问题的补充通知（财库〔2015〕124号）',
    en: 'Supplementary Notice on Competitive Consultation (Caiku [2015] 124)',
    from: '2015-06-30',
  },
  '69号': {
    zh: '地方预算单位政府集中采购目录及标准指引（2020年版）（财库〔2019〕69号）',
    en: 'Guidance on Local Catalogues and Thresholds (Caiku [2019] 69)',
    from: '2021-01-01',
  },
  '10号': {
    zh: '关于开展政府采购意向公开工作的通知（财库〔2020〕10号）',
    en: 'Notice on Disclosure of Procurement Intentions (Caiku [2020] 10)',
    from: '2020-07-01',
  },
  '50号': {
    zh: '政府采购公告和公示信息格式规范（2020年版）（财办库〔2020〕50号）',
    en: 'Formats of Procurement Notices (Caibanku [2020] 50)',
    from: '2020-07-01',
  },
  '46号': {
    zh: '政府采购促进中小企业发展管理办法（财库〔2020〕46号）',
    en: 'Measures for Promoting SMEs by Government Procurement (Caiku [2020] 46)',
    from: '2021-01-01',
  },
  '19号': {
    zh: '关于进一步加大政府采购支持中小企业力度的通知（财库〔2022〕19号）',
    en: 'Notice on Further Support for SMEs (Caiku [2022] 19)',
    from: '2022-07-01',
  },
  '243号': {
    zh: '关于进一步提高政府采购透明度和采购效率相关事项的通知（财办库〔2023〕243号）',
    en: 'Notice on Transparency and Efficiency of Procurement (Caibanku [2023] 243)',
    from: '2023-12-08',
  },
  '2号': {
    zh: '关于政府采购异常低价投标（响应）审查的通知（财库〔2026〕2号）',
    en: 'Notice on Abnormally Low Bids (Caiku [2026] 2)',
    from: '2026-02-01',
  },
  '34号': {
    zh: '关于在政府采购中实施本国产品标准及相关政策的通知（国办发〔2025〕34号）',
    en: 'Notice on the Domestic Product Standard (Guobanfa [2025] 34)',
    from: '2026-01-01',
  },
  招投法: { zh: '中华人民共和国招标投标法', en: 'Tendering and Bidding Law', from: '2000-01-01' },
  招投条例: {
    zh: '中华人民共和国招标投标法实施条例（国务院令第613号）',
    en: 'Implementing Regulations of the Tendering and Bidding Law',
    from: '2012-02-01',
  },
  '12号令': {
    zh: '评标委员会和评标方法暂行规定（七部委令第12号）',
    en: 'Provisions on Evaluation Committees and Methods (Order 12)',
    from: '2001-07-05',
  },
  '20号令': {
    zh: '电子招标投标办法（八部委令2013第20号）',
    en: 'Measures for Electronic Tendering (Order 20 of 2013)',
    from: '2013-05-01',
  },
  '30号令': {
    zh: '工程建设项目施工招标投标办法（七部委令第30号）',
    en: 'Measures for Tendering of Construction (Order 30)',
    from: '2013-05-01',
  },
  '27号令': {
    zh: '工程建设项目货物招标投标办法（七部委令第27号）',
    en: 'Measures for Tendering of Goods for Construction (Order 27)',
    from: '2013-05-01',
  },
  勘察设计2号令: {
    zh: '工程建设项目勘察设计招标投标办法（八部委令第2号）',
    en: 'Measures for Tendering of Survey and Design (Order 2)',
    from: '2013-05-01',
  },
  支付条例2020: {
    zh: '保障中小企业款项支付条例（国务院令第728号）',
    en: 'Regulations on Payments to SMEs (2020)',
    from: '2020-09-01',
    to: '2025-05-31',
  },
  支付条例: {
    zh: '保障中小企业款项支付条例（国务院令第802号）',
    en: 'Regulations on Payments to SMEs (2025)',
    from: '2025-06-01',
  },
  '27号': {
    zh: '关于完善招标投标交易担保制度进一步降低招标投标交易成本的通知（发改法规〔2023〕27号）',
    en: 'Notice on Guarantees in Tendering (NDRC [2023] 27)',
    from: '2023-01-06',
  },
  条例783: {
    zh: '公平竞争审查条例（国务院令第783号）',
    en: 'Regulations on Fair Competition Review (State Council Order 783)',
    from: '2024-08-01',
  },
  '2024规则': {
    zh: '招标投标领域公平竞争审查规则（八部委令2024年第16号）',
    en: 'Rules on Fair Competition Review in Tendering (Order 16 of 2024)',
    from: '2024-05-01',
  },
  土地39号令: {
    zh: '招标拍卖挂牌出让国有建设用地使用权规定（国土资源部令第39号）',
    en: 'Provisions on Granting Construction Land (MLR Order 39)',
    from: '2007-11-01',
  },
  民法典: { zh: '中华人民共和国民法典', en: 'Civil Code', from: '2021-01-01' },
  支付结算办法: {
    zh: '支付结算办法（银发〔1997〕393号）附一',
    en: 'Payment and Settlement Measures, annex 1',
    from: '1997-12-01',
  },
  GB32100: {
    zh: 'GB 32100-2015 法人和其他组织统一社会信用代码编码规则',
    en: 'GB 32100-2015 Unified Social Credit Identifier',
    from: '2015-10-01',
  },
  市实施方案: { zh: '市公共资源交易实施方案', en: 'Municipal implementation plan', from: '2022-01-01' },
  市标准: { zh: '本市采购限额与信用分级表', en: 'Municipal table of thresholds and credit grades', from: '2021-01-01' },
  重放规则: {
    zh: '历史拍卖重放规则（日本市町村公共工程）',
    en: 'Replay rules for recorded Japanese municipal auctions',
    from: '2000-01-01',
  },
} as const satisfies Record<string, Regulation>

export type RegulationKey = keyof typeof regulations

/** 'short title + article', the form used in a reason: '87号令 47'. */
export const citation = (row: { regulation: RegulationKey; document?: string; article: string }): string =>
  `${row.document ?? row.regulation} ${row.article}`.trim()

/** The full title of what a row rests on: the city's own document where the city changed it. */
export const regulationName = (row: { regulation: RegulationKey; document?: string }): string =>
  row.document ?? regulations[row.regulation].zh
