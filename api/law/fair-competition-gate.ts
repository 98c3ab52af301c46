/**
 * Most sentences of a document restrict nothing. One pass over their symbols tells which rules can say anything at all, so that
 * only those look closer: two bits for each rule, one for each group of words it needs.
 */
export type Gate = (text: string, from: number, to: number) => number

const SYMBOLS = 65_536

/** `needs[i]` are the groups of rule i, words parted by spaces; the answer has bit i when each group has a word in the text. */
export const gateOf = (needs: readonly (readonly string[])[]): Gate => {
  const slots = new Uint16Array(SYMBOLS)
  const entries: { rest: string; bits: number }[][] = [[]]
  const everyOther = needs.map((groups, i) => (groups.length < 2 ? 1 << (2 * i + 1) : 0)).reduce((a, b) => a | b, 0)
  for (const [i, groups] of needs.entries())
    for (const [group, words] of groups.entries())
      for (const word of words.split(' ')) {
        const code = word.charCodeAt(0)
        if (slots[code] === 0) slots[code] = entries.push([]) - 1
        const list = entries[slots[code] ?? 0] ?? []
        const known = list.find((entry) => entry.rest === word.slice(1))
        if (known) known.bits |= 1 << (2 * i + group)
        else list.push({ rest: word.slice(1), bits: 1 << (2 * i + group) })
      }
  return (text, from, to) => {
    let bits = everyOther
    for (let at = from; at < to; at++) {
      const slot = slots[text.charCodeAt(at)]
      if (slot === undefined || slot === 0) continue
      for (const entry of entries[slot] ?? [])
        if ((bits & entry.bits) !== entry.bits && (entry.rest === '' || text.startsWith(entry.rest, at + 1)))
          bits |= entry.bits
    }
    return bits & (bits >>> 1)
  }
}

/** Whether the gate lets rule i look. */
export const isOpen = (bits: number, i: number): boolean => (bits & (1 << (2 * i))) !== 0
