import { answer, api, type Problem } from '../api.ts'
import { type Asked, askedOf, readAct, reasonName, rewritten, type WordingHit } from './wording.ts'

/** A correction is no saved draft: what was asked about its words travels with its form until it is submitted. */

const textOf = (form: FormData, name: string): string => String(form.get(name) ?? '').trim()

const readHit = (text: string): WordingHit[] => {
  try {
    const hit = JSON.parse(text) as WordingHit
    return [hit.field, hit.text, hit.rule, hit.words, hit.offer.zh].every((one) => typeof one === 'string') ? [hit] : []
  } catch {
    return []
  }
}

/** What the form before had asked about. */
export const shownHits = (form: FormData): WordingHit[] =>
  form
    .getAll('_shown')
    .slice(0, 100)
    .flatMap((one) => readHit(String(one)))

/** The API keeps as changed those of them whose words are gone. */
export const settledHits = (form: FormData): Asked[] => shownHits(form).map(askedOf)

/** The hits of a refusal beside those asked about before, each once. */
export const withHits = (shown: readonly WordingHit[], params: Problem['params']): WordingHit[] => {
  const found = typeof params?.['hits'] === 'string' ? (JSON.parse(params['hits']) as WordingHit[]) : []
  const key = (hit: WordingHit) => JSON.stringify(askedOf(hit))
  const now = new Set(found.map(key))
  return [...shown.filter((hit) => !now.has(key(hit))), ...found]
}

export type Kept = { hits: WordingHit[]; refused: { name: string; typed: string; problem: Problem } | null }

/** Reasons typed below the words are kept, each for exactly the text it was asked about; one that is not taken is told. */
export const keepReasons = async (fetcher: typeof fetch, id: string, form: FormData): Promise<Kept> => {
  const hits: WordingHit[] = []
  let refused: Kept['refused'] = null
  for (const hit of shownHits(form)) {
    const [name, stands] = [reasonName(hit), textOf(form, hit.field) === hit.text]
    const reason = textOf(form, name)
    const act = readAct(String(form.get('op') ?? ''))
    const isMeant = act?.act === 'keep' && reasonName(act) === name
    if (!stands || hit.kept || (reason === '' && !isMeant)) {
      hits.push(hit)
      continue
    }
    const json = { ...askedOf(hit), place: 'correction' as const, reason }
    const got = await answer(api(fetcher).api.tenders[':id'].wording.$post({ param: { id }, json }))
    if (got.ok) hits.push({ ...hit, kept: { reason, by: got.value.by, at: got.value.at } })
    else {
      hits.push(hit)
      refused ??= { name, typed: reason, problem: got.problem }
    }
  }
  return { hits, refused }
}

/** 「采用这一写法」: the typed text with the offered sentence; null where another button was pressed. */
export const takenText = (form: FormData): { field: string; text: string } | null => {
  const act = readAct(String(form.get('op') ?? ''))
  if (act?.act !== 'take') return null
  const hit = shownHits(form).find((one) => reasonName(one) === reasonName(act))
  if (!hit || textOf(form, hit.field) !== hit.text) return null
  return { field: hit.field, text: rewritten(hit.text, hit, hit.offer.zh) }
}
