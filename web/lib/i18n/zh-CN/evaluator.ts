export const evaluator = {
  'evaluator.nav.home': '我的场次',
  'evaluator.nav.reviews': '评审',
  'evaluator.nav.recusal': '回避与承诺',
  'evaluator.nav.fees': '劳务报酬',
  'evaluator.nav.profile': '个人信息',
}
