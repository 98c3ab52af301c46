import { add, compare, decimal, one, type Rational, subtract, sum, toShortest, zero } from './decimal.ts'

export const sizes = ['large', 'medium', 'small', 'micro'] as const
export type Size = (typeof sizes)[number]

/**
 * What a consortium's summary says of its members, the leader not among them, in the order of its header: the size of each
 * by the 《中小企业声明函》, and its share of the contract by the consortium's agreement. The leader carries the rest. No
 * names: the committee reads bids by letters.
 */
export type DeclaredMember = { size: Size; share?: string }

const SHARE = /^0\.\d{1,8}$/
const memberIn = (value: unknown): DeclaredMember[] => {
  const { size: told, share } = (value ?? {}) as Record<string, unknown>
  const size = sizes.find((one) => one === told)
  if (!size || (share !== undefined && (typeof share !== 'string' || !SHARE.test(share)))) return []
  return [{ size, ...(share === undefined ? {} : { share }) }]
}

/** The members that a bid's announced summary tells of; none where it does not read. */
export const membersIn = (form: Readonly<Record<string, unknown>> | null): DeclaredMember[] => {
  const told: unknown = form?.consortiumMembers
  if (!Array.isArray(told)) return []
  const members = told.flatMap(memberIn)
  return members.length === told.length ? members : []
}

const isSmall = (size: Size): boolean => size === 'small' || size === 'micro'

/** 46号 4: all small or micro count as small, all SMEs as an SME; with one large enterprise among them they are none. */
const sizeOfAll = (all: readonly Size[]): Size => {
  if (all.every((size) => size === 'micro')) return 'micro'
  if (all.every(isSmall)) return 'small'
  return all.includes('large') ? 'large' : 'medium'
}

const total = (members: readonly DeclaredMember[]): Rational => sum(members.map(({ share }) => decimal(share ?? '0')))

/** The share that the leader is left with; null unless every member has one and the leader keeps some of the contract. */
export const leaderShare = (members: readonly DeclaredMember[]): string | null => {
  if (members.some(({ share }) => share === undefined || compare(decimal(share), zero) === 0)) return null
  const rest = subtract(one, total(members))
  return compare(rest, zero) > 0 ? toShortest(rest) : null
}

/** As which size a bid is treated, and which share of the contract small and micro members of a consortium carry. */
export type Preference = { size: Size | null; smallShare: string | null }

/**
 * SME-3, SME-8: from a bid's announced summary and how many members it has besides the leader. A consortium that does not
 * say what each of its members is gets no deduction, for what would be deducted from is not known.
 * @param asked false under a notice that is older than the question: then the size of the leader stands for all
 */
export const preferenceOf = (
  form: Readonly<Record<string, unknown>> | null,
  members: number,
  asked: boolean,
): Preference => {
  const own = sizes.find((size) => size === form?.size) ?? null
  if (members === 0 || !asked) return { size: own, smallShare: null }
  const told = membersIn(form)
  if (!own || told.length !== members) return { size: null, smallShare: null }
  const size = sizeOfAll([own, ...told.map((member) => member.size)])
  const rest = leaderShare(told)
  if (rest === null) return { size, smallShare: null }
  const small = total(told.filter((member) => isSmall(member.size)))
  return { size, smallShare: toShortest(isSmall(own) ? add(small, decimal(rest)) : small) }
}
