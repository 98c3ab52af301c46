import { fail } from '@sveltejs/kit'
import { answer, api } from '../api.ts'
import type { Lang } from '../i18n/text.ts'
import { problemText } from '../problems.ts'

/** Saves one verdict from a plain form; the refusal comes back beside its item. */
export const saveReview = async (fetcher: typeof fetch, lotId: string, form: FormData, lang: Lang) => {
  const text = (name: string) => String(form.get(name) ?? '')
  const [bidId, itemId] = [text('bidId'), text('itemId')]
  const stage = text('stage') === 'qualification' ? ('qualification' as const) : ('conformity' as const)
  const passed = text('passed') === 'yes'
  const saved = await answer(
    api(fetcher).api.lots[':id'].evaluation.reviews.$put({
      param: { id: lotId },
      json: { bidId, stage, itemId, passed, reason: text('reason') },
    }),
  )
  if (saved.ok) return { fault: null, problem: null }
  return fail(saved.problem.status || 503, {
    fault: { bidId, itemId, message: await problemText(saved.problem, lang) },
    problem: null,
  })
}
