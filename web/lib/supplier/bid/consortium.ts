import { type DeclaredMember, leaderShare, sizes } from '../../../../api/law/consortium.ts'
import { isUscc } from '../../../../api/law/uscc.ts'
import type { NoticeLot } from '../../../../api/seal/notice.ts'
import type { FieldFault, Member } from './draft.ts'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As it is compared and sealed: what people copy carries spaces and capitals. */
export const tidied = ({ organisationId, name, uscc, ...more }: Member): Member => ({
  ...more,
  organisationId: organisationId.trim().toLowerCase(),
  name: name.trim(),
  uscc: uscc.normalize('NFKC').trim().toUpperCase(),
})

/** '35' or '３５.5%' → '0.355'; null when it is no share of a whole. */
export const shareOf = (text: string): string | null => {
  const match = /^(\d{1,2})(?:\.(\d{1,2}))?$/.exec(text.normalize('NFKC').replace(/[\s%]/g, ''))
  return match ? `0.${(match[1] ?? '').padStart(2, '0')}${match[2] ?? ''}` : null
}

/** The members as the summary announces them; shares only where the notice grants something for them. */
export const declaredMembers = (members: readonly Member[], lot: Pick<NoticeLot, 'consortiumRate'>): DeclaredMember[] =>
  members.map((member) => {
    const share = lot.consortiumRate ? shareOf(member.share) : null
    return { size: sizes.find((size) => size === member.size) ?? 'large', ...(share === null ? {} : { share }) }
  })

/**
 * What can be checked of a consortium without asking anybody: a question to the platform would tell, before the opening,
 * who bids with whom.
 */
export const consortiumFaults = (
  members: readonly Member[],
  own: { organisationId: string; uscc: string },
  lot: Pick<NoticeLot, 'consortiumRate'>,
): FieldFault[] =>
  members.map(tidied).flatMap((member, i, all): FieldFault[] => {
    const before = [own, ...all.slice(0, i)]
    const at = (field: string) => `member-${i}-${field}`
    const idFault = !ID.test(member.organisationId)
      ? 'org-id'
      : before.some((one) => one.organisationId === member.organisationId)
        ? 'twice'
        : null
    const codeFault = !isUscc(member.uscc) ? 'uscc' : before.some((one) => one.uscc === member.uscc) ? 'twice' : null
    return [
      ...(member.name === '' ? [{ id: at('name'), label: '', fault: 'missing' as const }] : []),
      ...(codeFault ? [{ id: at('uscc'), label: member.name, fault: codeFault } as FieldFault] : []),
      ...(idFault ? [{ id: at('id'), label: member.name, fault: idFault } as FieldFault] : []),
      ...(sizes.some((size) => size === member.size) ? [] : [{ id: at('size'), label: '', fault: 'missing' as const }]),
      ...shareFaults(i, all, lot),
    ]
  })

/** The leader carries what the members leave of the contract, and that is something. */
const shareFaults = (i: number, members: readonly Member[], lot: Pick<NoticeLot, 'consortiumRate'>): FieldFault[] => {
  if (!lot.consortiumRate) return []
  const [id, label] = [`member-${i}-share`, members[i]?.name ?? '']
  const share = shareOf(members[i]?.share ?? '')
  if (share === null || Number(share) === 0) return [{ id, label, fault: 'share' }]
  const whole = members.every((member) => shareOf(member.share) !== null)
  const isLast = i === members.length - 1
  return whole && isLast && leaderShare(declaredMembers(members, lot)) === null ? [{ id, label, fault: 'shares' }] : []
}
