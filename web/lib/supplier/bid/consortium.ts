import { isUscc } from '../../../../api/law/uscc.ts'
import type { FieldFault, Member } from './draft.ts'

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** As it is compared and sealed: what people copy carries spaces and capitals. */
export const tidied = ({ organisationId, name, uscc }: Member): Member => ({
  organisationId: organisationId.trim().toLowerCase(),
  name: name.trim(),
  uscc: uscc.normalize('NFKC').trim().toUpperCase(),
})

/**
 * What can be checked of a consortium without asking anybody: a question to the platform would tell, before the opening,
 * who bids with whom.
 */
export const consortiumFaults = (
  members: readonly Member[],
  own: { organisationId: string; uscc: string },
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
    ]
  })
