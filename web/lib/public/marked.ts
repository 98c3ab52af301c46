/** The words of a search, as the API splits them. */
export const searchWords = (q: string): string[] => q.trim().split(/\s+/).filter(Boolean)

/** A text cut where a searched word stands; case does not matter. */
export const markedParts = (text: string, words: readonly string[]): { text: string; hit: boolean }[] => {
  const plain = words.filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  if (plain.length === 0) return [{ text, hit: false }]
  return text
    .split(new RegExp(`(${plain.join('|')})`, 'gi'))
    .map((part, i) => ({ text: part, hit: i % 2 === 1 }))
    .filter((part) => part.text !== '')
}
