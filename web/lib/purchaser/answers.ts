import { money } from '../i18n/amount.ts'
import { dateWords } from '../i18n/date.ts'
import { instant } from '../i18n/instant.ts'
import { lang, t } from '../i18n/t.ts'
import type { SummaryRow } from '../ui/SummaryList.svelte'
import { type DraftLot, percentField, type TenderDraft } from './draft.ts'

type Answers = { title: string; rows: SummaryRow[] }

const fen = (text: string | null | undefined) => (text && /^\d+$/.test(text) ? money(text, lang()) : (text ?? null))
const day = (text: string | undefined) =>
  text && /^\d{4}-\d{2}-\d{2}$/.test(text) ? dateWords(text, lang()) : (text ?? null)
const at = (text: string | undefined) => (text && /Z$/.test(text) ? instant(text, lang()) : (text ?? null))
const minutes = (n: number | null | undefined) => (n ? t('purchaser.minutes', { n }) : null)
const list = (items: readonly { title: string }[] | undefined) =>
  items && items.length > 0 ? items.map(({ title }, i) => `${i + 1}. ${title}`).join('　') : null

type Change = (section: string) => { change: string } | object

const lotAnswers = (lot: DraftLot, no: number, change: Change): Answers => ({
  title: `${t('purchaser.lot', { n: no + 1 })}　${lot.title ?? ''}`,
  rows: [
    { term: t('purchaser.f.lot.quantity'), value: lot.quantity ?? null, ...change('lots') },
    { term: t('purchaser.a.budget'), value: fen(lot.budget), ...change('lots') },
    { term: t('purchaser.a.ceiling'), value: fen(lot.ceiling), ...change('lots') },
    { term: t('purchaser.a.deposit'), value: fen(lot.deposit), ...change('lots') },
    {
      term: t('purchaser.f.lot.minimum'),
      value: lot.minimumBidders ? `${lot.minimumBidders}` : null,
      ...change('lots'),
    },
    {
      term: t('purchaser.f.lot.sme'),
      value: lot.smeReserved
        ? t('purchaser.f.lot.sme.yes')
        : [
            t('purchaser.a.sme.rate', { n: percentField(lot.smeRate) }),
            ...(lot.consortiumRate ? [t('purchaser.a.sme.consortium', { n: percentField(lot.consortiumRate) })] : []),
          ].join(t('comma')),
      ...(lot.industry ? { note: lot.industry } : {}),
      ...change('lots'),
    },
    { term: t('purchaser.r.qualification'), value: list(lot.qualification), ...change(`requirements-${no + 1}`) },
    { term: t('purchaser.r.conformity'), value: list(lot.conformity), ...change(`requirements-${no + 1}`) },
    {
      term: t('purchaser.r.summary'),
      value: (lot.summaryFields ?? []).map(({ label }) => label).join(t('comma')) || null,
      ...change(`requirements-${no + 1}`),
    },
    {
      term: t('purchaser.s.items'),
      value: t('purchaser.a.price', { n: percentField(lot.priceWeight) }),
      note: (lot.scoring ?? []).map(({ title, max }) => t('purchaser.a.points', { title, max })).join(t('comma')),
      ...change(`scoring-${no + 1}`),
    },
  ],
})

const factAnswers = (draft: TenderDraft, change: Change): Answers['rows'] => [
  { term: t('purchaser.f.title'), value: draft.title ?? null, ...change('facts') },
  {
    term: t('purchaser.f.object'),
    value: draft.object ? t(`purchaser.object.${draft.object}`) : null,
    ...change('facts'),
  },
  {
    term: t('purchaser.f.method'),
    value: draft.evaluationMethod ? t(`purchaser.evaluation.${draft.evaluationMethod}`) : null,
    ...change('facts'),
  },
  {
    term: t('purchaser.f.committee'),
    value: draft.committee?.size
      ? t('purchaser.a.committee', { size: draft.committee.size, experts: draft.committee.experts ?? 0 })
      : null,
    ...change('facts'),
  },
  {
    term: t('purchaser.f.validity'),
    value: draft.validityDays ? t('purchaser.days', { n: draft.validityDays }) : null,
    ...change('facts'),
  },
  {
    term: t('purchaser.f.consortium'),
    value: t(draft.consortium ? 'purchaser.yes' : 'purchaser.no'),
    ...change('facts'),
  },
]

/** All answers of a draft by section; `base` gives 「改」 its way back, null where nothing may be changed. */
export const draftAnswers = (draft: TenderDraft, base: string | null): Answers[] => {
  const change = (section: string) => (base ? { change: `${base}/draft/${section}` } : {})
  return [
    {
      title: t('purchaser.section.facts'),
      rows: factAnswers(draft, change),
    },
    {
      title: t('purchaser.section.timetable'),
      rows: [
        ...(['noticeEnds', 'documentsFrom', 'documentsTo', 'lastClarification'] as const).map((name) => ({
          term: t(`purchaser.f.${name}`),
          value: day(draft[name]),
          ...change('timetable'),
        })),
        { term: t('purchaser.f.deadline'), value: at(draft.deadline), ...change('timetable') },
        { term: t('purchaser.f.place'), value: draft.place ?? null, ...change('timetable') },
        { term: t('purchaser.f.window.bidder'), value: minutes(draft.bidderWindowMinutes), ...change('timetable') },
        { term: t('purchaser.f.window.trustee'), value: minutes(draft.trusteeWindowMinutes), ...change('timetable') },
      ],
    },
    ...(draft.lots ?? []).map((lot, no) => lotAnswers(lot, no, change)),
  ]
}
