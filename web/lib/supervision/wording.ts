import { lang, t } from '../i18n/t.ts'

type Decided = {
  words: string
  decision: 'changed' | 'kept'
  reason: string | null
  regulation: string
  article: string
}

/** The body of a logged decision on words that may restrict competition; null for every other event. */
const bodyOf = (event: { type: string; body: string }): Decided | null => {
  if (event.type !== 'wording.decided/1') return null
  const bytes = Uint8Array.from(atob(event.body.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0),
  )
  return (JSON.parse(new TextDecoder().decode(bytes)) as { data: Decided }).data
}

/** What a person decided and why, in a line for the trail. */
export const wordingLine = (event: { type: string; body: string }): string | null => {
  const said = bodyOf(event)
  if (!said) return null
  const article = lang() === 'en' ? `${said.regulation} art. ${said.article}` : `${said.regulation} ${said.article}`
  return said.decision === 'kept'
    ? t('supervisor.wording.kept', { words: said.words, reason: said.reason ?? '', article })
    : t('supervisor.wording.changed', { words: said.words, article })
}
