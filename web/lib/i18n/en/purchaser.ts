import type { purchaser as source } from '../zh-CN/purchaser.ts'

export const purchaser: Record<keyof typeof source, string> = {
  'purchaser.nav.home': 'To do',
  'purchaser.nav.intentions': 'Intentions',
  'purchaser.nav.tenders': 'Tenders',
  'purchaser.nav.awards': 'Awards and contracts',
  'purchaser.nav.challenges': 'Challenges',
  'purchaser.nav.organisation': 'Organisation',
}
