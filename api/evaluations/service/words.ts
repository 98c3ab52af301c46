/** Why a bid is out, as papers and pages print it; the code stands in the data. */
export const REASONS: Record<string, { zh: string; en: string }> = {
  'deposit-not-paid': { zh: '未按招标文件要求提交投标保证金', en: 'The bid deposit was not paid as required' },
  'price-missing': { zh: '未报价或报价无法识别', en: 'No price that can be read' },
  'above-ceiling': { zh: '报价超过最高限价', en: 'The price is above the ceiling' },
  'above-budget': { zh: '报价超过采购预算', en: 'The price is above the budget' },
  'below-floor': { zh: '报价低于最低限价', en: 'The price is below the floor' },
  'consortium-not-accepted': { zh: '招标文件不接受联合体投标', en: 'The documents accept no consortium' },
  'consortium-unsigned': {
    zh: '联合体成员未按招标文件要求签名',
    en: 'A member of the consortium did not sign as required',
  },
  'consortium-member-twice': {
    zh: '联合体成员又单独或与他人组成联合体参加本标包',
    en: 'A member of the consortium bids a second time in this lot',
  },
  'qualification-failed': { zh: '不具备招标文件规定的资格', en: 'Not qualified as the documents require' },
  'conformity-failed': { zh: '未实质性响应招标文件', en: 'Not substantially responsive' },
  'same-brand': { zh: '同一品牌，不作为候选人', en: 'Same brand: not a candidate' },
  'too-few': { zh: '有效投标不足法定数量', en: 'Fewer valid bids than the law asks for' },
  revoked: { zh: '因投标人原因未能解密，视为撤销投标', en: "Not opened through the bidder's own cause: revoked" },
  withdrawn: { zh: '非因投标人原因未能解密，视为撤回投标', en: "Not opened through others' cause: withdrawn" },
}
