import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { bidRows } from './threats/bids.ts'
import { logRows } from './threats/log.ts'
import { platformRows, type Stage, setStage } from './threats/platform.ts'
import { nameOf, type Row, readTable } from './threats/row.ts'
import { trusteeRows } from './threats/trustees.ts'

/*
 * The threat table of SEALING.md §5, row by row: the attacker is played with what the row gives it. A title says first the
 * row, then what the test shows of it and what it cannot.
 */
let stage: Stage

before(async () => {
  stage = await setStage()
})
after(() => stage.world.close())

const ROWS: Row[] = [...platformRows(() => stage), ...logRows, ...trusteeRows, ...bidRows]

for (const row of ROWS) test(`${nameOf(row)} — ${row.shows}`, row.act)

/** The design lies beside the repository, not in it. */
const DESIGN = new URL('../../shared/SEALING.md', import.meta.url)

test('every row of the table has a test, and every test a row', (t) => {
  if (!existsSync(DESIGN))
    return t.skip('SEALING.md does not lie beside the repository: the list of rows is not compared')
  const table = readTable(readFileSync(DESIGN, 'utf8')).map(nameOf)
  assert.equal(table.length, 17)
  assert.deepEqual([...new Set(ROWS.map(nameOf))].toSorted(), table.toSorted())
})
