import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csv } from './csv.ts'

test('cells are quoted where they must be, and no cell is a formula', () => {
  assert.equal(csv([['a', 'b,"c"', '=1+1', '-5.20']]), '\uFEFFa,"b,""c""",\'=1+1,-5.20\r\n')
})
