export const centre = {
  'centre.nav.home': '今日安排',
  'centre.nav.rooms': '场地日历',
  'centre.nav.openings': '开标',
  'centre.nav.draws': '专家抽取',
  'centre.nav.deposits': '保证金',
  'centre.nav.accounts': '账号',
  'centre.nav.incidents': '异常记录',
}
