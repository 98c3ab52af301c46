import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'node:test'
import { allRows } from '../api/law/rows.ts'
import { faultOf, houseAt } from './rules/checks.ts'
import { RULE_IDS } from './rules/ids.ts'
import { LEFT_OUT } from './rules/left-out.ts'
import { rulesListed } from './rules/listed.ts'
import { PROOF } from './rules/proof.ts'

const root = resolve(import.meta.dirname, '..')
const RULES = resolve(root, '../shared/RULES.md')
const listed = Object.values(RULE_IDS).flat()
const inRows = new Set<string>(allRows.map((row) => row.id))
const steps = [...inRows].filter((id) => id.startsWith('TIM-')).map((id) => id.slice('TIM-'.length))

describe('every rule has its row and its test, or a reason', () => {
  const absent =
    !existsSync(RULES) && '../shared/RULES.md is not beside this repository: the committed list stands alone'
  test('the committed list is the one of RULES.md', { skip: absent }, () => {
    assert.deepEqual(RULE_IDS, rulesListed(readFileSync(RULES, 'utf8'), steps))
  })

  test('each listed rule has a row or a reason, and not both', () => {
    assert.ok(listed.length > 150)
    const wrong = listed.filter((id) => inRows.has(id) === Object.hasOwn(LEFT_OUT, id))
    assert.deepEqual(wrong, [])
    assert.deepEqual(
      Object.keys(LEFT_OUT).filter((id) => !listed.includes(id)),
      [],
    )
  })

  test('what stands as another rule names rows that are there', () => {
    const named = Object.values(LEFT_OUT).flatMap((reason) =>
      reason.startsWith('Stands as ') ? reason.slice('Stands as '.length, -1).split(', ') : [],
    )
    assert.ok(named.length > 5)
    assert.deepEqual(
      named.filter((id) => !inRows.has(id)),
      [],
    )
  })

  test('each row is proved by a test that exists, where it decides', () => {
    const house = houseAt(root)
    const faults = [...inRows].flatMap((id) => {
      const proof = PROOF[id as keyof typeof PROOF]
      return proof === undefined ? [`${id}: no proof`] : (faultOf(id, proof, house) ?? [])
    })
    assert.deepEqual(faults, [])
    assert.deepEqual(
      Object.keys(PROOF).filter((id) => !inRows.has(id)),
      [],
    )
  })

  test('a lost test, a lost file and a rule that nobody asks are seen', () => {
    const files: Record<string, string> = {
      'api/law/a.ts': "ruleFor('A-1', context)",
      'api/law/a.test.ts': `test('it holds', () => {})\nconst lines = ['A-1']\ntest(\`$\{line} holds\`, () => {})`,
    }
    const house = { has: (path: string) => path in files, read: (path: string) => files[path] ?? '' }
    const good = { decides: 'api/law/a.ts', file: 'api/law/a.test.ts', title: 'it holds' }
    assert.equal(faultOf('A-1', good, house), null)
    assert.equal(faultOf('A-1', { ...good, title: `$\{line} holds` }, house), null)
    assert.match(faultOf('A-2', good, house) ?? '', /not asked/)
    assert.match(faultOf('A-1', { ...good, decides: 'api/law/b.ts' }, house) ?? '', /no api\/law\/b/)
    assert.match(faultOf('A-1', { ...good, file: 'api/law/b.test.ts' }, house) ?? '', /no api\/law\/b/)
    assert.match(faultOf('A-1', { ...good, title: 'it hold' }, house) ?? '', /has no test/)
    assert.match(faultOf('A-1', { ...good, title: 'holds' }, house) ?? '', /has no test/)
  })

  test('names in a text of rules are found wherever they stand', () => {
    const text =
      '## 1. A\n| id | rule |\n|---|---|\n| INT-1 | x |\n| other | y |\n## 2. B\n\nIds of rows without one in §2.2: TIM-<calculator event>; OPN-1 opening; COM-1 size, COM-2 seven.\n## 6. C\n| 4a | z |\n## 7. D\n| X-1 | z |\n'
    const found = rulesListed(text, ['notice'])
    assert.deepEqual([found[1], found[2], found[6]], [['INT-1'], ['TIM-notice', 'OPN-1', 'COM-1', 'COM-2'], ['COL-4a']])
  })
})
