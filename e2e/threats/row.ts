/**
 * A row of SEALING.md §5, its first two cells word for word. `shows`: what the test plays, and what it cannot show. A row
 * may have several tests.
 */
export type Row = { who: string; tries: string; shows: string; act: () => Promise<void> }

export const nameOf = ({ who, tries }: Pick<Row, 'who' | 'tries'>): string => `${who}: ${tries}`

/** The table as the design has it: rows of | who | tries | stopped by | below its heading. */
export const readTable = (markdown: string): { who: string; tries: string }[] => {
  const section = markdown.split(/^## /m).find((one) => one.startsWith('5. Threats')) ?? ''
  return section
    .split('\n')
    .filter((line) => /^\|(?!---)/.test(line))
    .slice(1)
    .map((line) => {
      const [, who = '', tries = ''] = line.split('|').map((cell) => cell.trim())
      return { who, tries }
    })
}
