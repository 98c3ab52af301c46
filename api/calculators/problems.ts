import type { ProblemRow } from '../kernel/problem.ts'

const row = (zh: string, en: string, remedyZh: string, remedyEn: string): ProblemRow => ({
  status: 422,
  title: { zh, en },
  remedy: { zh: remedyZh, en: remedyEn },
})

/** What the law answers where a question has no lawful answer; the article comes with the case. */
export const calculatorProblems: Record<string, ProblemRow> = {
  'missing-field': row('缺少必要的内容', 'Something is missing', '请补充下列内容', 'Add what is named below'),
  'rate-out-of-range': row(
    '比例超出规定幅度',
    'The rate lies outside the range of the law',
    '请在所列条款规定的幅度内填写',
    'Stay within the range of the article',
  ),
  'rate-not-allowed': row(
    '该情形不适用此项扣除',
    'The law gives no such deduction here',
    '请删除该比例，或核对采购标的与日期',
    'Leave the rate out, or check object and date',
  ),
  'out-of-range': row('数值超出范围', 'The number is out of range', '请按下列提示修改', 'Correct it as named below'),
  'no-statutory-period': row(
    '国家层面没有规定此期限',
    'No national period exists for this',
    '请核对适用的法律、采购方式与事项',
    'Check the law, the method and the event',
  ),
  'no-statutory-range': row(
    '该采购方式没有规定价格分权重',
    'No range of the price weight exists for this method',
    '请核对采购方式与采购标的',
    'Check the method and the object',
  ),
  'no-statutory-cap': row(
    '没有规定此项上限',
    'No statutory cap exists for this',
    '请核对适用的法律与款项种类',
    'Check the law and the kind of deposit',
  ),
  'no-committee': row(
    '该采购方式不设评审委员会',
    'This method has no evaluation committee',
    '请核对适用的法律与采购方式',
    'Check the law and the method',
  ),
  'more-than-size': row(
    '专家人数多于总人数',
    'More experts than members',
    '专家计入总人数，请核对人数',
    'Experts are part of the committee; check the numbers',
  ),
  'stage-not-in-method': row(
    '该采购方式没有此环节',
    'The method has no such stage',
    '请核对适用的法律、采购方式与环节',
    'Check the law, the method and the stage',
  ),
  'no-rule-in-force': row('该日期尚无有效规定', 'No rule was in force on that date', '请核对日期', 'Check the date'),
  'agreed-days-too-long': row(
    '约定的付款期限过长',
    'The agreed payment period is too long',
    '请约定不超过所列条款规定的期限',
    'Agree at most what the article allows',
  ),
  'trim-too-large': row(
    '去掉的报价过多，没有可平均的报价',
    'So many prices are dropped that none is left',
    '请减少去掉的报价个数',
    'Drop fewer prices',
  ),
  'base-not-positive': row(
    '评标基准价必须大于零',
    'The benchmark must be above zero',
    '请核对公式参数',
    'Check the parameters of the formula',
  ),
  'no-valid-bid': row(
    '所有报价均高于最高限价',
    'Every price is above the ceiling',
    '请核对报价与最高限价',
    'Check the prices and the ceiling',
  ),
  'steps-not-ascending': row(
    '分段界限须逐段增大',
    'Each step must end above the one before',
    '请按从小到大填写各段界限',
    'Order the steps by their ends',
  ),
  'not-an-amount': row(
    '不是中文大写金额',
    'Not an amount in Chinese capitals',
    '请填写如“壹仟元整”的大写金额',
    'Write it like 壹仟元整',
  ),
  'mixed-instants': row(
    '时刻的写法不一致',
    'Instants are written in two ways',
    '请统一用秒数或“时:分:秒”',
    'Use seconds or HH:MM:SS throughout',
  ),
  'before-start': row('时刻早于开始', 'Earlier than the start', '请核对开始时间', 'Check when it starts'),
}
