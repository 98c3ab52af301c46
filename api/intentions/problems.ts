import type { ProblemRow } from '../kernel/problem.ts'

const row = (
  status: ProblemRow['status'],
  zh: string,
  en: string,
  remedyZh: string,
  remedyEn: string,
  article?: string,
): ProblemRow => ({
  status,
  title: { zh, en },
  remedy: { zh: remedyZh, en: remedyEn },
  ...(article ? { article } : {}),
})

export const intentionProblems: Record<string, ProblemRow> = {
  'intention-changed': row(
    409,
    '采购意向已被他人修改',
    'Somebody else has changed the intention',
    '请比较已保存的版本后再保存',
    'Compare with the saved version and save again',
  ),
  'intention-not-draft': row(
    409,
    '采购意向已公开或撤回，不能直接修改',
    'A published or withdrawn intention is not edited',
    '已公开的请办理变更并说明理由',
    'Begin a change and say why',
  ),
  'intention-status-conflict': row(
    409,
    '采购意向的状态不允许此操作',
    'The intention cannot move there from where it stands',
    '请刷新后再看当前状态',
    'Reload and see where it stands',
  ),
  'same-checker': row(
    403,
    '编制人不能审核自己编制的采购意向',
    'Whoever wrote it may not check it',
    '请由本单位另一人审核',
    'Let a second person check it',
    '政府采购法 第六十一条',
  ),
  'intention-incomplete': row(
    422,
    '采购意向内容不全',
    'The intention is not complete',
    '请补齐采购项目名称、需求概况、预算金额和预计采购时间',
    'Name, outline, budget and month are needed',
    '财库〔2020〕10号 三',
  ),
  'intention-late-unexplained': row(
    422,
    '公开时间晚于规定，须说明理由',
    'It comes late: a reason is needed',
    '请填写理由，理由随意向公开',
    'State the reason; it is published too',
    '财库〔2020〕10号 四',
  ),
  'budget-approval-exists': row(
    409,
    '该批复文号已登记',
    'This approval is recorded already',
    '请核对批复文号',
    'Check the document number',
  ),
  'budget-approval-unknown': row(
    422,
    '没有找到该预算批复',
    'No such budget approval',
    '请先登记预算批复',
    'Record the approval first',
  ),
  'budget-approval-in-future': row(
    422,
    '批复日期晚于今天',
    'The approval lies in the future',
    '请核对批复日期',
    'Check the date',
  ),
  'purchaser-unknown': row(
    422,
    '采购人不存在或已停用',
    'The purchaser is unknown or not active',
    '请选择已登记的采购人',
    'Choose a registered purchaser',
  ),
  'mandate-missing': row(
    403,
    '没有该采购人的有效委托协议',
    'No valid mandate of this purchaser',
    '请先由采购人签署委托协议',
    'Let the purchaser sign a mandate first',
    '政府采购法 第二十条',
  ),
}
