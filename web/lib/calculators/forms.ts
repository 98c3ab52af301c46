import { stages } from '../../../api/law/counting.ts'
import { methods, regimes } from '../../../api/law/rows/schema.ts'
import { timetableEvents } from '../../../api/law/timetable.ts'
import type { PageName } from './names.ts'

/** How a field is typed and read: `percent` is typed in per cent and asked as a fraction, `bool` also knows no answer. */
export type Kind =
  | 'text'
  | 'area'
  | 'money'
  | 'decimal'
  | 'percent'
  | 'fraction'
  | 'int'
  | 'seconds'
  | 'date'
  | 'instant'
  | 'select'
  | 'bool'
  | 'check'

/** A field's name is its place in the question (`formula.k1`), so a refusal finds it without a table. */
export type FieldSpec = {
  readonly name: string
  readonly kind: Kind
  readonly needed?: boolean
  readonly options?: readonly string[]
  /** Only asked where another field has this answer. */
  readonly when?: readonly [field: string, answer: string]
}
export type ListSpec = {
  readonly name: string
  readonly fields: readonly FieldSpec[]
  /** Rows shown to begin with. */
  readonly rows: number
  readonly when?: readonly [field: string, answer: string]
}
export type FormSpec = {
  readonly fields: readonly FieldSpec[]
  readonly lists: readonly ListSpec[]
  /** Part of every question, no choice. */
  readonly fixed?: Readonly<Record<string, string>>
}

type More = Omit<FieldSpec, 'name' | 'kind'>
const field = (name: string, kind: Kind, more: More = {}): FieldSpec => ({ name, kind, ...more })
const needed = (name: string, kind: Kind): FieldSpec => field(name, kind, { needed: true })
/** One of several; the first is chosen to begin with. */
const one = (name: string, options: readonly string[]): FieldSpec => field(name, 'select', { needed: true, options })
/** One of several or no answer. */
const some = (name: string, options: readonly string[]): FieldSpec => field(name, 'select', { options })

const regime = one('regime', regimes)
const method = one('method', methods)
const goods = ['goods', 'services', 'works']
const id = needed('id', 'text')
const price = needed('price', 'money')
const form = (fields: FieldSpec[], lists: ListSpec[] = []): FormSpec => ({ fields, lists })

const priceScore: FormSpec = {
  fixed: { method: 'lowest-price-first' },
  fields: [
    regime,
    one('object', goods),
    needed('weight', 'percent'),
    field('date', 'date'),
    field('smeRate', 'percent'),
    field('consortiumRate', 'percent'),
    field('domesticRate', 'percent'),
    field('reserved', 'check'),
  ],
  lists: [
    {
      name: 'bids',
      rows: 4,
      fields: [
        id,
        price,
        some('size', ['large', 'medium', 'small', 'micro']),
        some('sameAsSmall', ['prison', 'disabled-welfare']),
        field('consortiumSmallShare', 'percent'),
        field('domesticShare', 'percent'),
        field('controlledByLarge', 'check'),
      ],
    },
  ],
}

const benchmark = form(
  [
    one('formula.kind', ['average', 'average-down', 'composite', 'lowest']),
    some('formula.trim', ['standard', 'counted']),
    field('formula.trim.high', 'int', { when: ['formula.trim', 'counted'] }),
    field('formula.trim.low', 'int', { when: ['formula.trim', 'counted'] }),
    field('formula.delta', 'percent'),
    field('formula.k1', 'fraction'),
    field('formula.ceilingDelta', 'percent'),
    field('ceiling', 'money'),
    needed('full', 'decimal'),
    needed('up', 'decimal'),
    needed('down', 'decimal'),
    one('scoring.kind', ['linear', 'ratio', 'piece']),
  ],
  [
    { name: 'bids', rows: 5, fields: [id, price] },
    {
      name: 'scoring.steps',
      rows: 3,
      when: ['scoring.kind', 'piece'],
      fields: [needed('upTo', 'decimal'), needed('perPercent', 'decimal')],
    },
  ],
)

const ranking = form(
  [one('method', ['comprehensive', 'lowest-price']), field('minimum', 'int'), field('candidates', 'int')],
  [
    {
      name: 'bids',
      rows: 4,
      fields: [
        id,
        field('total', 'decimal'),
        field('price', 'money'),
        field('brand', 'text'),
        field('technical', 'decimal'),
      ],
    },
  ],
)

const timedBidding = form(
  [
    needed('startPrice', 'money'),
    needed('increment', 'money'),
    field('reserve', 'money'),
    field('current', 'money'),
    field('startAt', 'instant'),
    field('freeUntil', 'instant'),
    needed('window', 'seconds'),
  ],
  [{ name: 'bids', rows: 4, fields: [id, needed('at', 'instant'), price] }],
)

const minimumBidders = form([
  regime,
  method,
  one('stage', stages),
  needed('count', 'int'),
  field('documentSound', 'bool'),
  field('aboveOpenThreshold', 'check'),
  field('approvedFromFailedTender', 'check'),
  field('serviceOrPpp', 'check'),
  field('research', 'check'),
  field('smeReserved', 'check'),
])

const committee = form([
  regime,
  method,
  needed('size', 'int'),
  needed('experts', 'int'),
  field('budget', 'money'),
  field('agencyStaff', 'int'),
  some('chairIs', ['expert', 'purchaser']),
  field('complex', 'check'),
  field('aboveOpenThreshold', 'check'),
])

export const FORMS: Readonly<Record<PageName, FormSpec>> = {
  period: form([
    needed('start', 'date'),
    needed('n', 'int'),
    one('unit', ['working-day', 'day']),
    one('direction', ['after', 'before']),
    field('roll', 'bool'),
  ]),
  timetable: form([regime, method, one('event', timetableEvents), needed('date', 'date')]),
  'intention-due': form([needed('plannedStart', 'date'), field('budgetApprovedOn', 'date')]),
  'price-score': priceScore,
  benchmark,
  ranking,
  'arithmetic-correction': form(
    [needed('summary', 'money'), field('words', 'text')],
    [
      {
        name: 'items',
        rows: 3,
        fields: [needed('unit', 'decimal'), needed('quantity', 'decimal'), needed('total', 'money')],
      },
    ],
  ),
  'abnormally-low': form(
    [
      needed('ceiling', 'money'),
      field('averageRate', 'percent'),
      field('secondRate', 'percent'),
      field('ceilingRate', 'percent'),
    ],
    [{ name: 'prices', rows: 4, fields: [id, price] }],
  ),
  'price-weight': form([regime, method, one('object', goods), needed('weight', 'percent')]),
  'timed-bidding': timedBidding,
  committee,
  'minimum-bidders': minimumBidders,
  'decryption-failure': form([
    one('cause', ['bidder', 'escrow', 'platform', 'trustees', 'store']),
    one('fallback', ['opened', 'failed']),
  ]),
  'deposit-cap': form([
    one('kind', ['bid', 'performance', 'supplement']),
    regime,
    some('object', goods),
    needed('amount', 'money'),
    field('asked', 'money'),
    field('reductionRate', 'percent'),
  ]),
  'deposit-refund': form([
    regime,
    one('trigger', ['award-notice', 'withdrawn', 'contract', 'terminated']),
    needed('date', 'date'),
    field('refundedOn', 'date'),
    field('amount', 'money'),
    field('rate', 'decimal'),
  ]),
  'late-payment': form([
    one('buyer', ['state', 'large']),
    needed('delivered', 'date'),
    field('agreedDays', 'int'),
    field('paidOn', 'date'),
    field('amount', 'money'),
    field('agreedRate', 'decimal'),
  ]),
  'sme-reservation': form([
    field('suitableAmount', 'money'),
    some('object', goods),
    some('item.object', goods),
    field('item.amount', 'money'),
    field('date', 'date'),
  ]),
  'fair-competition': form([needed('text', 'area')]),
  'capital-amount': form([needed('amount', 'money')]),
  uscc: form([needed('code', 'text')]),
}
