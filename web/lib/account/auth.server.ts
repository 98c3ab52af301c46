import type { Answer, Problem } from '../api.ts'
import { readProblem } from '../api.ts'
import type { Lang } from '../i18n/text.ts'
import { fieldErrors, problemText } from '../problems.ts'

/** A call to the accounts module, which is not part of the typed client. */
export const auth = async <T>(fetcher: typeof fetch, path: string, body: object): Promise<Answer<T>> => {
  try {
    const response = await fetcher(`/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) return { ok: false, problem: await readProblem(response) }
    return { ok: true, value: (await response.json()) as T }
  } catch {
    return { ok: false, problem: { status: 0, code: 'no-answer', title: '' } }
  }
}

/** What a form shows of a refusal: the whole problem in words, and the errors of its fields. */
export type Shown = { problem: Problem; errors: { id: string; message: string }[] }
export const shown = async (problem: Problem, lang: Lang): Promise<Shown> => {
  const title = await problemText(problem, lang)
  const errors = await fieldErrors(problem.errors ?? [], lang)
  // a refusal that is about one field stands beside it as well
  const about = errors.length === 0 && problem.field ? [{ id: problem.field, message: title }] : []
  return { problem: { ...problem, title }, errors: [...errors, ...about] }
}

/** The text fields of a form, trimmed; a file or a missing field is ''. Passwords keep their spaces. */
export const textOf = (form: FormData, name: string, keep = false): string => {
  const value = form.get(name)
  return typeof value === 'string' ? (keep ? value : value.trim()) : ''
}
export const textsOf = <N extends string>(form: FormData, names: readonly N[]): Record<N, string> =>
  Object.fromEntries(names.map((name) => [name, textOf(form, name)])) as Record<N, string>
