import type { FieldSpec, FormSpec, ListSpec } from './forms.ts'
import type { Typed } from './read.ts'
import type { FieldView, FormView, ListView, Option, RowView } from './view.ts'

type Texts = Readonly<Record<string, string>>
const MORE = 5

/** A page's own words come before those that several pages share. */
const own = (texts: Texts, page: string, kind: 'f' | 'h' | 'o', path: string): string | undefined =>
  texts[`calc.${page}.${kind}.${path}`] ?? texts[`calc.${kind}.${path}`]

export const labelOf = (texts: Texts, page: string, path: string): string =>
  own(texts, page, 'f', path.replace(/\.\d+(?=\.|$)/g, '')) ?? path

const optionsOf = (texts: Texts, page: string, path: string, { kind, options, needed }: FieldSpec) => {
  const none: Option[] = needed ? [] : [{ value: '', label: texts['calc.ui.none'] ?? '' }]
  if (kind === 'bool')
    return [
      ...none,
      { value: 'true', label: texts['calc.ui.yes'] ?? '' },
      { value: 'false', label: texts['calc.ui.no'] ?? '' },
    ]
  return (
    options && [
      ...none,
      ...options.map((value) => ({ value, label: own(texts, page, 'o', `${path}.${value}`) ?? value })),
    ]
  )
}

const fieldView = (
  texts: Texts,
  page: string,
  field: FieldSpec,
  value: string,
  error: string | undefined,
): FieldView => {
  const hint = own(texts, page, 'h', field.name)
  // a field that stands beside its label says itself what may be left out
  const optional = field.needed || field.kind === 'check' ? '' : (texts['calc.ui.optional'] ?? '')
  return {
    name: field.name,
    kind: field.kind,
    label: labelOf(texts, page, field.name),
    hint: `${optional}${hint ?? ''}`.trim() || undefined,
    value,
    options: optionsOf(texts, page, field.name, field),
    error,
  }
}

const listView = (texts: Texts, page: string, list: ListSpec, typed: Typed, errors: Texts): ListView => {
  const rows = typed.rows[list.name] ?? []
  const columns = list.fields.map((field) => ({
    label: labelOf(texts, page, `${list.name}.${field.name}`),
    kind: field.kind,
  }))
  const rowView = (row: Readonly<Record<string, string>>, i: number): RowView => ({
    spare: Object.values(row).every((text) => text.trim() === ''),
    cells: list.fields.map((field, j) => ({
      name: `${list.name}.${i}.${field.name}`,
      kind: field.kind,
      label: (texts['calc.ui.row'] ?? '').replace('{n}', String(i + 1)).replace('{label}', columns[j]?.label ?? ''),
      value: row[field.name] ?? '',
      options: optionsOf(texts, page, `${list.name}.${field.name}`, field),
      error: errors[`${list.name}.${i}.${field.name}`],
    })),
  })
  return {
    name: list.name,
    label: labelOf(texts, page, list.name),
    hint: own(texts, page, 'h', list.name) ?? '',
    columns,
    rows: rows.map(rowView),
    grown: typed.reshaped,
    more: {
      value: `${list.name}.${rows.length + MORE}`,
      label: (texts['calc.ui.more'] ?? '').replace('{n}', String(MORE)),
    },
  }
}

/** The form with what was typed and what is wrong with it, in the words of a page. */
export const formView = (page: string, form: FormSpec, typed: Typed, errors: Texts, texts: Texts): FormView => ({
  fields: form.fields.map((field) => fieldView(texts, page, field, typed.texts[field.name] ?? '', errors[field.name])),
  lists: form.lists.map((list) => listView(texts, page, list, typed, errors)),
})
