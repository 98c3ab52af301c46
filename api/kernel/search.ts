/** Plain search over a normalised text column: every word must occur somewhere; Chinese needs no word borders. */

/** What is stored and what is asked, spelled alike: full-width digits, case and compatibility forms count as equal. */
export const normalised = (...texts: readonly string[]): string =>
  texts.join(' ').normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()

/** The words of a question as LIKE patterns, at most eight. */
export const searchPatterns = (question: string): string[] =>
  normalised(question)
    .split(' ')
    .filter((word) => word !== '')
    .slice(0, 8)
    .map((word) => `%${word.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`)
