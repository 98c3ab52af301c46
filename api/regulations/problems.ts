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

export const regulationProblems: Record<string, ProblemRow> = {
  'rule-not-of-city': row(
    422,
    '该规则不是本市可以调整的规则',
    'The city has no such rule of its own',
    '只能调整本市规则；国家规则随法律、法规修改',
    'Only city rules are amended here; national rules change with the law',
  ),
  'amendment-params': row(
    422,
    '参数不符合该规则的要求',
    'The figures do not fit the rule',
    '请按各栏提示修改参数',
    'Correct the figures named below',
  ),
  'amendment-before-rule': row(
    422,
    '施行日期早于该规则最初施行的日期',
    'The rule did not exist on that day',
    '请填写该规则施行之后的日期',
    'Choose a day on which the rule existed',
  ),
  'amendment-changes-nothing': row(
    422,
    '参数与当日施行的相同',
    'These figures hold on that day already',
    '请核对参数和施行日期',
    'Check the figures and the date',
  ),
  'amendment-in-past': row(
    422,
    '施行日期已经过去',
    'The effective date lies in the past',
    '请填写今日或以后的日期；确需溯及既往的，请注明并说明理由，已发布的公告不受影响',
    'Choose today or later; to reach back, say so and why. What is published stays as it was',
    '立法法 第一百零四条',
  ),
  'change-already-decided': row(
    409,
    '该修改已经办结',
    'This change is decided already',
    '请刷新后查看办理结果',
    'Reload to see the decision',
  ),
  'same-approver': row(
    403,
    '起草人不能审批自己起草的修改',
    'Whoever drafted it may not approve it',
    '请由另一名管理员审批',
    'Let a second administrator approve it',
    '政府采购法 第六十一条',
  ),
  'calendar-plan-invalid': row(
    422,
    '放假安排有误',
    'This cannot be a holiday plan',
    '调休上班日应为周六、周日，法定节假日应放假，日期应属于该年度',
    'Make-up days are weekend days, statutory days are free, every date is of that year',
    '全国年节及纪念日放假办法 第二条',
  ),
  'calendar-plan-known': row(
    409,
    '该年度的放假安排与现行的相同',
    'This plan is in use already',
    '无需再次导入',
    'There is nothing to import',
  ),
}
