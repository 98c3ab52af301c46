import type { supplierRehearsal as source } from '../zh-CN/supplier-rehearsal.ts'

export const supplierRehearsal: Record<keyof typeof source, string> = {
  'supplier.nav.rehearsal': 'Rehearsal room',
  'rehearsed.title': 'Rehearsal',
  'rehearsed.here': 'Rehearsed on this device',
  'rehearsed.here.text': 'Passed {ago} ago with certificate {print}, valid until {until}.',
  'rehearsed.elsewhere': 'Not rehearsed on this device',
  'rehearsed.elsewhere.text':
    'Your organisation passed {ago} ago with certificate {print} in {browser}, valid until {until}; not yet in this browser.',
  'rehearsed.none': 'Not rehearsed',
  'rehearsed.none.text':
    'Try sealing, upload and decryption with your certificate on this computer: some minutes, good for 24 hours. Bidding does not need it.',
  'rehearsed.act': 'Rehearse now',
  'rehearsed.again': 'See the rehearsal room',
}
