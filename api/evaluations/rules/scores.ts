import type { Refusal } from '../../kernel/problem.ts'
import {
  absolute,
  add,
  compare,
  decimal,
  divide,
  type Rational,
  rational,
  subtract,
  sum,
  zero,
} from '../../law/decimal.ts'
import type { NoticeLot } from '../../seal/notice.ts'

type Item = NoticeLot['scoring'][number]
export type Score = { bidId: string; itemId: string; personId: string; points: string; opinion: string }

const within = (points: Rational, from: string, to: string): boolean =>
  compare(points, decimal(from)) >= 0 && compare(points, decimal(to)) <= 0

/** 87号令 55: points lie within [0, max] and inside one of the item's intervals. */
export const mayGive = (item: Item | undefined, points: string): Refusal | null => {
  if (!item) return { code: 'scoring-item-unknown', field: 'itemId' }
  const given = decimal(points)
  if (!within(given, '0', item.max)) return { code: 'score-out-of-range', field: 'points', params: { max: item.max } }
  if (!item.intervals.some((interval) => within(given, interval.from, interval.to)))
    return { code: 'score-outside-intervals', field: 'points', params: { itemId: item.id } }
  return null
}

/** Cells of the matrix bid × item that this member left open. */
export const missingScores = (
  bidIds: readonly string[],
  items: readonly Pick<Item, 'id'>[],
  personId: string,
  scores: readonly Score[],
): { bidId: string; itemId: string }[] => {
  const given = new Set(scores.filter((s) => s.personId === personId).map((s) => `${s.bidId},${s.itemId}`))
  return bidIds.flatMap((bidId) =>
    items.filter((item) => !given.has(`${bidId},${item.id}`)).map((item) => ({ bidId, itemId: item.id })),
  )
}

const pointsOf = (scores: readonly Score[], bidId: string, itemId: string): Rational[] =>
  scores.filter((s) => s.bidId === bidId && s.itemId === itemId).map((s) => decimal(s.points))

/** 87号令 64: an objective factor has one true answer, so members who differ must correct before the report. */
export const objectiveDifferences = (
  bidIds: readonly string[],
  items: readonly Item[],
  scores: readonly Score[],
): { bidId: string; itemId: string }[] =>
  items
    .filter((item) => item.kind === 'objective')
    .flatMap((item) =>
      bidIds.flatMap((bidId) => {
        const [first, ...others] = pointsOf(scores, bidId, item.id)
        return first && others.some((points) => compare(points, first) !== 0) ? [{ bidId, itemId: item.id }] : []
      }),
    )

const mean = (values: readonly Rational[]): Rational =>
  values.length === 0 ? zero : divide(sum(values), rational(BigInt(values.length)))

/** RULES §2.5: |x − mean| above 30 % of the maximum is shown as 畸高畸低 for the committee to look at; it decides nothing. */
export const deviations = (
  bidIds: readonly string[],
  items: readonly Item[],
  scores: readonly Score[],
): { bidId: string; itemId: string; personId: string }[] =>
  items.flatMap((item) =>
    bidIds.flatMap((bidId) => {
      const middle = mean(pointsOf(scores, bidId, item.id))
      const limit = divide(decimal(item.max), rational(10n, 3n))
      return scores
        .filter((s) => s.bidId === bidId && s.itemId === item.id)
        .filter((s) => compare(absolute(subtract(decimal(s.points), middle)), limit) > 0)
        .map((s) => ({ bidId, itemId: item.id, personId: s.personId }))
    }),
  )

/** The mean of the members' sums, exact; rounded once, with the total. */
export const technicalMean = (
  bidId: string,
  items: readonly Pick<Item, 'id'>[],
  scores: readonly { bidId: string; itemId: string; points: string }[],
): Rational =>
  items
    .map((item) => mean(scores.filter((s) => s.bidId === bidId && s.itemId === item.id).map((s) => decimal(s.points))))
    .reduce(add, zero)
