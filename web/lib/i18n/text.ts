/** Languages of the house; zh-CN is the source, English is a complete translation. */
export const LANGS = ['zh-CN', 'en'] as const
export type Lang = (typeof LANGS)[number]
export const DEFAULT_LANG: Lang = 'zh-CN'

export const isLang = (value: unknown): value is Lang => LANGS.includes(value as Lang)

export type Params = Readonly<Record<string, string | number>>

/**
 * Fill `{name}`; `{n|task|tasks}` chooses by number (English needs it, Chinese never).
 * A name that is missing stays visible as written, so that a wrong call is seen in review.
 */
export const fill = (text: string, params: Params = {}): string =>
  text.replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g, (whole, name: string, one?: string, many?: string) => {
    const value = params[name]
    if (value === undefined) return whole
    if (one === undefined) return String(value)
    return Number(value) === 1 ? one : (many ?? '')
  })
