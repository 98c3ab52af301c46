import type { Actor, Role } from '../kernel/actor.ts'
import type { Refusal } from '../kernel/problem.ts'

export const ORGANISATION_KINDS = [
  'purchaser',
  'agency',
  'supplier',
  'centre',
  'supervisor',
  'trustee-body',
  'bank',
] as const
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number]

/** 中小企业划型标准规定: what an enterprise declares itself to be. */
export const SIZES = ['large', 'medium', 'small', 'micro'] as const
export const STATUSES = ['active', 'suspended', 'closed'] as const

/** Roles that a membership can carry: all but those of nobody and of the platform itself. */
export type MemberRole = Exclude<Role, 'public' | 'system'>

/** In which kinds of organisation a role exists. The centre runs the platform: it is never a trustee (SEALING.md §2). */
export const ROLE_HOMES: Record<MemberRole, readonly OrganisationKind[]> = {
  'supplier-preparer': ['supplier'],
  'supplier-signer': ['supplier'],
  purchaser: ['purchaser'],
  'purchaser-approver': ['purchaser'],
  agency: ['agency'],
  // 87号令 第四十七条: experts of the pool, and the purchaser's representative.
  evaluator: ['centre', 'purchaser'],
  centre: ['centre'],
  supervisor: ['supervisor'],
  trustee: ['purchaser', 'trustee-body', 'supervisor'],
  bank: ['bank'],
  administrator: ['centre'],
}
export const MEMBER_ROLES = Object.keys(ROLE_HOMES) as [MemberRole, ...MemberRole[]]

/** Roles that decide over others' rights: in production a password alone does not let them act. */
const SELF_REGISTERED: readonly Role[] = ['supplier-preparer', 'supplier-signer']

/** Roles that may hold their organisation's electronic seal (电子签名法 第十三条: under the signer's sole control). */
const SEAL_ROLES: readonly MemberRole[] = [
  'supplier-signer',
  'purchaser',
  'purchaser-approver',
  'agency',
  'centre',
  'supervisor',
  'trustee',
  'bank',
  'administrator',
]

export const roleFits = (role: MemberRole, kinds: readonly string[]): Refusal | null =>
  ROLE_HOMES[role].some((kind) => kinds.includes(kind)) ? null : { code: 'role-not-in-organisation', field: 'role' }

/** True when this account must prove a second factor before it may act. A certificate with its PIN is one already. */
export const needsSecondFactor = (
  mode: 'demo' | 'sandbox' | 'production',
  session: { role: Role; via: Actor['via']; twoFactorEnabled: boolean },
): boolean =>
  mode === 'production' &&
  session.via === 'password' &&
  !session.twoFactorEnabled &&
  !SELF_REGISTERED.includes(session.role)

/** Who may bring people into an organisation: who manages it, or the platform's administrator. */
export const mayInvite = (actor: Actor, managesIt: boolean): Refusal | null =>
  managesIt || actor.role === 'administrator' ? null : { code: 'role-not-allowed' }

export const mayAcceptInvitation = (
  invitation: { used_at: Date | null; expires_at: Date; email: string },
  person: { email: string },
  now: Date,
): Refusal | null => {
  // One answer for a wrong, a used and an expired code: a guess learns nothing.
  const usable = invitation.used_at === null && invitation.expires_at > now && invitation.email === person.email
  return usable ? null : { code: 'invitation-not-valid' }
}

export const mayHoldCertificate = (actor: Actor, purpose: 'organisation' | 'personal'): Refusal | null => {
  if (actor.personId === null || actor.organisationId === null) return { code: 'membership-needed' }
  if (purpose === 'personal') return null
  return SEAL_ROLES.includes(actor.role as MemberRole) ? null : { code: 'role-may-not-seal' }
}

export type MandateStatement = { purchaserId: string; agencyId: string; scope: string; from: number; until: number }

const LONGEST_MANDATE = 3 * 366 * 86_400_000

/** 政府采购法 第二十条: a written mandate of this purchaser to this agency, with its scope and its term. */
export const mayMandate = (
  statement: MandateStatement,
  actor: Actor,
  agency: { id: string; kinds: readonly string[]; status: string } | undefined,
  now: Date,
): Refusal | null => {
  if (statement.purchaserId !== actor.organisationId)
    return { code: 'mandate-of-another', article: '政府采购法 第二十条' }
  if (agency === undefined || !agency.kinds.includes('agency') || agency.status !== 'active')
    return { code: 'mandate-agency-unknown', field: 'agencyId' }
  const lasts = statement.until - statement.from
  if (lasts <= 0 || lasts > LONGEST_MANDATE || statement.until <= now.getTime())
    return { code: 'mandate-term-wrong', field: 'until' }
  return null
}

export const mandateHolds = (
  mandate: { valid_from: Date; valid_until: Date; revoked_at: Date | null },
  at: Date,
): boolean =>
  mandate.valid_from <= at && at < mandate.valid_until && (mandate.revoked_at === null || at < mandate.revoked_at)

/** What everybody may see of an organisation; suppliers' particulars are for themselves, the centre and supervisors. */
export const seesWhole = (actor: Actor, organisationId: string): boolean =>
  actor.organisationId === organisationId || oversees(actor)

export const oversees = (actor: Actor): boolean => ['centre', 'supervisor', 'administrator'].includes(actor.role)

export const isListedPublicly = (kinds: readonly string[]): boolean => kinds.some((kind) => kind !== 'supplier')

/** 优化营商环境条例 第十九条: 告知承诺, in place of papers; the text that was shown is what binds. */
export const PROMISE = {
  version: '2026-1',
  text: [
    '本单位自愿通过本平台参加公共资源交易活动，并郑重承诺：',
    '一、所填报的主体信息真实、准确、完整，变更后十个工作日内更新；',
    '二、依法独立承担民事责任，具有良好的商业信誉和健全的财务会计制度，有依法缴纳税收和社会保障资金的良好记录；',
    '三、妥善保管账号、数字证书及其口令，使用本单位账号和证书所为的行为由本单位承担责任；',
    '四、不串通投标，不弄虚作假，不以他人名义投标，不向有关人员行贿；',
    '五、违反承诺的，自愿接受有关部门依法作出的处理和信用惩戒。',
  ].join('\n'),
} as const

/** A certificate serves whom it names: an organisation by its code (else its exact name), a person by name. */
export const namesHolder = (
  certificate: { organisation: { name: string | null; code: string | null }; subject: { commonName: string | null } },
  holder: { name: string; uscc: string | null },
): Refusal | null => {
  const { code, name } = certificate.organisation
  const fits =
    holder.uscc === null
      ? certificate.subject.commonName === holder.name
      : code === null
        ? name === holder.name
        : code === holder.uscc
  return fits ? null : { code: 'certificate-not-of-organisation' }
}
