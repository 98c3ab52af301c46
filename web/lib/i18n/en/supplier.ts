import type { supplier as source } from '../zh-CN/supplier.ts'
import { supplierBid } from './supplier-bid.ts'
import { supplierHome } from './supplier-home.ts'
import { supplierOffline } from './supplier-offline.ts'
import { supplierRehearsal } from './supplier-rehearsal.ts'

export const supplier: Record<keyof typeof source, string> = {
  ...supplierHome,
  ...supplierBid,
  ...supplierOffline,
  ...supplierRehearsal,
  'supplier.nav.home': 'To do',
  'supplier.nav.find': 'Find tenders',
  'supplier.nav.bids': 'My bids',
  'supplier.nav.organisation': 'Organisation and certificates',
}
