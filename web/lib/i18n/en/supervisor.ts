import type { supervisor as source } from '../zh-CN/supervisor.ts'

export const supervisor: Record<keyof typeof source, string> = {
  'supervisor.nav.home': 'Today',
  'supervisor.nav.tenders': 'Tenders',
  'supervisor.nav.alerts': 'Alerts',
  'supervisor.nav.cases': 'Complaints and cases',
  'supervisor.nav.duties': 'Duties',
  'supervisor.nav.proofs': 'Proofs',
}
