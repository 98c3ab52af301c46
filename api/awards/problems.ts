import type { ProblemRow } from '../kernel/problem.ts'

export const awardProblems: Record<string, ProblemRow> = {
  'not-a-candidate': {
    status: 422,
    title: { zh: '所选投标不是评标报告推荐的候选人', en: 'This bid is not a candidate of the report' },
    remedy: { zh: '请从评标报告的候选人中选择。', en: 'Choose among the candidates of the report.' },
    article: '政府采购货物和服务招标投标管理办法 第六十八条',
  },
  'award-order-wrong': {
    status: 422,
    title: { zh: '应当按候选人顺序确定中标人', en: 'The winner is taken in the order of the candidates' },
    remedy: {
      zh: '跳过排名在前的候选人须逐一说明法定理由。',
      en: 'Give the lawful ground for each better candidate passed over.',
    },
    article: '政府采购货物和服务招标投标管理办法 第六十八条',
  },
  'award-draw-needed': {
    status: 422,
    title: {
      zh: '候选人并列，须按招标文件规定的方法或者抽签确定',
      en: "Candidates are equal: the documents' method or a draw decides",
    },
    remedy: { zh: '请写明确定方法和结果。', en: 'Say how it was decided, and the result.' },
    article: '政府采购货物和服务招标投标管理办法 第六十八条',
  },
  'award-ground-wrong': {
    status: 422,
    title: { zh: '跳过候选人的理由不成立', en: 'The ground for passing over does not fit' },
    remedy: {
      zh: '理由不能为空，抽签只用于并列的候选人，每名候选人只写一次。',
      en: 'No empty reason; a draw is among equals only; name each candidate once.',
    },
    article: '政府采购法实施条例 第四十九条',
  },
  'award-decided-already': {
    status: 409,
    title: { zh: '中标人已经确定', en: 'The award is decided already' },
    remedy: { zh: '改变中标结果须依法定程序办理。', en: 'Changing it needs the procedure of the law.' },
  },
  'award-not-decided': {
    status: 409,
    title: { zh: '采购人尚未确定中标人', en: 'The purchaser has not decided yet' },
    remedy: { zh: '请先由采购人定标。', en: 'The purchaser decides first.' },
    article: '政府采购货物和服务招标投标管理办法 第六十八条',
  },
  'award-not-published': {
    status: 409,
    title: { zh: '中标结果尚未公告', en: 'The result is not published yet' },
    remedy: { zh: '请先发布结果公告和中标通知书。', en: 'Publish the result and the letter first.' },
  },
  'award-letter-unsigned': {
    status: 409,
    title: { zh: '中标通知书尚未签发', en: 'The award letter is not issued yet' },
    remedy: {
      zh: '请先由采购人或者采购代理机构签署中标通知书，再上传合同。',
      en: 'The purchaser or its agency signs the letter first; then hand in the contract.',
    },
    article: '政府采购法 第四十六条；招标投标法 第四十六条',
  },
  'result-notice-incomplete': {
    status: 422,
    title: { zh: '结果公告缺少法定内容', en: 'The result notice lacks what the law asks for' },
    remedy: { zh: '请补齐所列内容后发布。', en: 'Complete the fields listed.' },
    article: '政府采购货物和服务招标投标管理办法 第六十九条',
  },
  'result-not-out': {
    status: 409,
    title: { zh: '评审结果尚未公告', en: 'The result is not out yet' },
    remedy: {
      zh: '结果公告发布后可查看本单位的得分、排名或理由。',
      en: 'See your score, rank or reason once the result is published.',
    },
    article: '政府采购货物和服务招标投标管理办法 第六十九条',
  },
  'contract-amount-differs': {
    status: 422,
    title: { zh: '合同金额与中标金额不一致', en: 'The contract amount differs from the award' },
    remedy: {
      zh: '合同应当按照招标文件和投标文件订立，不得改变价格。',
      en: 'The contract follows documents and bid; the price stays.',
    },
    article: '政府采购货物和服务招标投标管理办法 第七十一条',
  },
  'contract-date-outside': {
    status: 422,
    title: { zh: '合同签订日期不在法定期限内', en: 'The date of signing lies outside the lawful days' },
    remedy: { zh: '应当在中标通知书发出之日起三十日内签订。', en: 'Sign within thirty days of the award letter.' },
    article: '政府采购法 第四十六条',
  },
  'contract-date-in-future': {
    status: 422,
    title: { zh: '合同签订日期晚于今天', en: 'The date of signing lies in the future' },
    remedy: { zh: '请填写实际签订日期。', en: 'Give the day on which it was signed.' },
  },
  'contract-kept-already': {
    status: 409,
    title: { zh: '该标包的合同已经公开', en: 'The contract of this lot is published already' },
    remedy: { zh: '变更合同须另行公告。', en: 'A change of contract has its own notice.' },
  },
}
