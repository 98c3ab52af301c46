import type { trustee as source } from '../zh-CN/trustee.ts'

export const trustee: Record<keyof typeof source, string> = {
  'trustee.nav.home': 'To do',
  'trustee.nav.keys': 'Tender keys',
  'trustee.nav.drills': 'Drills',
  'trustee.nav.record': 'Record of use',
}
