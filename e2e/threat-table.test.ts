import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { logRows } from './threats/log.ts'
import { nameOf, type Row, readTable } from './threats/row.ts'
import { trusteeRows } from './threats/trustees.ts'

const ROWS: Row[] = [...logRows, ...trusteeRows]

for (const row of ROWS) test(`${nameOf(row)} — ${row.shows}`, row.act)
