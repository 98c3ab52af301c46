export const purchaser = {
  'purchaser.nav.home': '待办',
  'purchaser.nav.intentions': '采购意向',
  'purchaser.nav.tenders': '采购项目',
  'purchaser.nav.awards': '定标与合同',
  'purchaser.nav.challenges': '质疑答复',
  'purchaser.nav.organisation': '单位与授权',
}
