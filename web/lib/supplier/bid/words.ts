import { toCapitals } from '../../../../api/law/capitals.ts'
import { t } from '../../i18n/t.ts'
import type { FieldFault } from './draft.ts'

/** 分 → 人民币大写; bids are read in both (支付结算办法). */
export const capitals = (fen: string | bigint): string => {
  const digits = BigInt(fen).toString().padStart(3, '0')
  return toCapitals(`${digits.slice(0, -2)}.${digits.slice(-2)}`)
}

/** What a member is called as long as it has no name. */
const memberText = (id: string): string => {
  const [, no, field] = /^member-(\d+)-(\w+)$/.exec(id) ?? []
  if (field === 'name') return t('bid.consortium.name')
  return t(field === 'size' ? 'bid.consortium.size.of' : 'bid.consortium.member', { n: Number(no) + 1 })
}

/** The sentence of a fault: the same beside the field and in the summary of errors. */
export const faultText = ({ id, label, fault }: FieldFault): string =>
  t(`bid.fault.${fault}`, {
    label: id === 'summary-size' ? t('bid.size') : label || memberText(id),
  })
