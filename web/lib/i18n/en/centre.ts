import type { centre as source } from '../zh-CN/centre.ts'

export const centre: Record<keyof typeof source, string> = {
  'centre.nav.home': 'Today',
  'centre.nav.rooms': 'Rooms',
  'centre.nav.openings': 'Openings',
  'centre.nav.draws': 'Expert draws',
  'centre.nav.deposits': 'Deposits',
  'centre.nav.accounts': 'Accounts',
  'centre.nav.incidents': 'Incidents',
}
