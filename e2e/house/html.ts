import type { Source, Violation } from './source.ts'

const RULE = 'pages make no HTML of texts and load nothing from elsewhere'

/** Ways by which a text becomes markup or script; Trusted Types stops most of them, this stops them before. */
const MARKUP =
  /\{@html\b|\.(?:inner|outer)HTML\b|insertAdjacentHTML|document\.write|new DOMParser|srcdoc=|createContextualFragment|\beval\(|new Function\(/
/** A picture, script, style or frame of another origin; links that a person follows are none. */
const FOREIGN =
  /<(?:script|img|iframe|source|video|audio|object|embed)\b[^>]*\b(?:src|srcset|data)=["'{`]*(?:https?:)?\/\/|<link\b[^>]*href=["'{`]*(?:https?:)?\/\//

const SEEN = /^web\/(?:routes|lib)\//

/** SEALING.md §5: what a third party wrote is shown as text, everywhere, hence on the pages that seal and open too. */
export const noMarkup = (sources: Source[]): Violation[] =>
  sources
    .filter(({ path }) => SEEN.test(path) && !/\.test\.ts$/.test(path))
    .flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, at) => {
        const found = MARKUP.exec(line) ?? FOREIGN.exec(line)
        return found ? [{ rule: RULE, path, line: at + 1, says: found[0] }] : []
      }),
    )
