export const trustee = {
  'trustee.nav.home': '待办',
  'trustee.nav.keys': '项目密钥',
  'trustee.nav.drills': '演练',
  'trustee.nav.record': '使用记录',
}
