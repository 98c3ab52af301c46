export const supervisor = {
  'supervisor.nav.home': '今日监督',
  'supervisor.nav.tenders': '项目',
  'supervisor.nav.alerts': '预警',
  'supervisor.nav.cases': '投诉与案件',
  'supervisor.nav.duties': '职责清单',
  'supervisor.nav.proofs': '核验',
}
