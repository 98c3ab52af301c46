import { breakLines, type Line } from './lines.ts'
import {
  contentWidth,
  ink,
  makeRoom,
  margin,
  measureOf,
  newPage,
  type Paper,
  putLine,
  roomLeft,
  roomOfPage,
} from './paper.ts'

export type ColumnAlign = 'left' | 'center' | 'right'
/** `width` is relative to the other columns'. Money columns are `right`: digits of the font have one width. */
export type Column = { title: string; width: number; align?: ColumnAlign }
export type Table = {
  columns: Column[]
  rows: string[][]
  /** Repeat the head on each page the table reaches; default true. */
  headRepeat?: boolean
  /** The last row is a total: printed bold. */
  totalRow?: boolean
}

type Cell = { lines: Line[]; align: ColumnAlign }
type Row = { cells: Cell[]; face: 'regular' | 'bold'; shaded: (column: number) => boolean }
export type Grid = { widths: number[]; head: Row | null; headRepeat: boolean; rows: Row[] }

const size = 9.5
const leading = 15
const padX = 6
const padY = 4
const heightOf = (row: Row) => Math.max(1, ...row.cells.map((cell) => cell.lines.length)) * leading + padY * 2

const layRow = (
  paper: Paper,
  texts: string[],
  widths: number[],
  aligns: ColumnAlign[],
  faces: ('regular' | 'bold')[],
): Cell[] =>
  widths.map((width, index) => {
    const measure = measureOf(paper, { size, leading, face: faces[index] ?? 'regular' })
    return { lines: breakLines(texts[index] ?? '', measure, width - padX * 2), align: aligns[index] ?? 'left' }
  })

const putRow = (paper: Paper, row: Row, widths: number[], height: number): void => {
  let x = margin.left
  row.cells.forEach((cell, index) => {
    const width = widths[index]!
    const fill = row.shaded(index) ? { color: ink.panel } : {}
    const frame = { x, y: paper.y - height, width, height, borderColor: ink.line, borderWidth: 0.5 }
    paper.page.drawRectangle({ ...frame, ...fill })
    const face = row.face === 'bold' || row.shaded(index) ? 'bold' : 'regular'
    let top = paper.y - (height - cell.lines.length * leading) / 2
    for (const line of cell.lines) {
      putLine(paper, line, { x: x + padX, width: width - padX * 2, top }, { size, leading, face }, cell.align)
      top -= leading
    }
    x += width
  })
  paper.y -= height
}

/** A row taller than the room is cut between lines: what fits is printed, the rest goes on. */
const splitRow = (row: Row, room: number): [Row, Row] => {
  const count = Math.max(1, Math.floor((room - padY * 2) / leading))
  const part = (from: number, to?: number): Row => ({
    ...row,
    cells: row.cells.map((cell) => ({ ...cell, lines: cell.lines.slice(from, to) })),
  })
  return [part(0, count), part(count)]
}

/** Prints a grid; rows stay whole unless one is taller than a page, heads repeat. */
export const putGrid = (paper: Paper, grid: Grid): void => {
  const { head, widths } = grid
  const headHeight = head ? heightOf(head) : 0
  const putHead = () => head && putRow(paper, head, widths, headHeight)
  const turn = () => {
    newPage(paper)
    if (grid.headRepeat) putHead()
  }
  paper.y -= 3
  makeRoom(paper, headHeight + Math.min(grid.rows[0] ? heightOf(grid.rows[0]) : 0, roomOfPage - headHeight))
  putHead()
  for (const whole of grid.rows) {
    let row = whole
    if (heightOf(row) > roomLeft(paper) && heightOf(row) <= roomOfPage - headHeight) turn()
    while (heightOf(row) > roomLeft(paper) + 0.01) {
      if (roomLeft(paper) >= leading * 3 + padY * 2) {
        const [now, rest] = splitRow(row, roomLeft(paper))
        putRow(paper, now, widths, heightOf(now))
        row = rest
      }
      turn()
    }
    putRow(paper, row, widths, heightOf(row))
  }
  paper.y -= 8
}

/** Relative widths in points; a figure is never broken, so right-aligned columns take what their widest one needs. */
const columnWidths = (paper: Paper, { columns, rows }: Table): number[] => {
  const whole = columns.reduce((sum, column) => sum + column.width, 0)
  const wished = columns.map((column) => (column.width / whole) * contentWidth)
  const measure = measureOf(paper, { size, leading, face: 'bold' })
  const least = columns.map((column, index) =>
    column.align === 'right' ? Math.max(0, ...rows.map((row) => measure(row[index] ?? ''))) + padX * 2 + 0.1 : 0,
  )
  const isTight = (index: number) => least[index]! > wished[index]!
  const sum = (values: number[], tight: boolean) =>
    values.reduce((all, v, i) => all + (isTight(i) === tight ? v : 0), 0)
  const room = contentWidth - sum(least, true)
  // Figures that would leave the words less than a third of the line are broken after all.
  if (room < contentWidth / 3) return wished
  return wished.map((width, index) => (isTight(index) ? least[index]! : (width * room) / sum(wished, false)))
}

export const putTable = (paper: Paper, table: Table): void => {
  const widths = columnWidths(paper, table)
  const aligns = table.columns.map((column) => column.align ?? 'left')
  const bold = table.columns.map(() => 'bold' as const)
  const titles = table.columns.map((column) => column.title)
  // A head stands over its figures: right over right, centred otherwise.
  const headAligns = aligns.map((align) => (align === 'right' ? align : 'center'))
  const last = table.totalRow ? table.rows.length - 1 : -1
  putGrid(paper, {
    widths,
    headRepeat: table.headRepeat ?? true,
    head: { cells: layRow(paper, titles, widths, headAligns, bold), face: 'bold', shaded: () => true },
    rows: table.rows.map((texts, index) => ({
      cells: layRow(paper, texts, widths, aligns, index === last ? bold : []),
      face: index === last ? 'bold' : 'regular',
      shaded: () => false,
    })),
  })
}

/** Label and value, one fact a row: the 公告概要 of a notice. */
export const putFacts = (paper: Paper, facts: [string, string][]): void => {
  const widths = [contentWidth * 0.26, contentWidth * 0.74]
  putGrid(paper, {
    widths,
    head: null,
    headRepeat: false,
    rows: facts.map((fact) => ({
      cells: layRow(paper, fact, widths, ['left', 'left'], ['bold', 'regular']),
      face: 'regular',
      shaded: (column) => column === 0,
    })),
  })
}
