import { supplierBid } from './supplier-bid.ts'
import { supplierHome } from './supplier-home.ts'
import { supplierOffline } from './supplier-offline.ts'
import { supplierRehearsal } from './supplier-rehearsal.ts'

export const supplier = {
  ...supplierHome,
  ...supplierBid,
  ...supplierOffline,
  ...supplierRehearsal,
  'supplier.nav.home': '待办',
  'supplier.nav.find': '找项目',
  'supplier.nav.bids': '我的投标',
  'supplier.nav.organisation': '单位与证书',
}
