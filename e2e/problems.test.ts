import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { before, describe, test } from 'node:test'
import ts from 'typescript'
import { problems } from '../api/problems.ts'
import { lineOf, parse, readHouse, type Source, walk } from './house/source.ts'
import { placeOf } from './house/zones.ts'

type Use = { code: string; where: string }

/** Where a refusal's code stands as a literal: `refuse('x')`, `new Refused('x')`, `found(row, 'x')`. */
const ARGUMENT: Record<string, number> = { refuse: 0, Refused: 0, found: 1 }

const literals = (node: ts.Expression | undefined): string[] => {
  if (node === undefined) return []
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)]
  return []
}

const usesOf = ({ path, ast }: Source): Use[] => {
  const found: Use[] = []
  walk(ast, (node) => {
    if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return
    const at = ARGUMENT[node.expression.getText(ast)]
    if (at === undefined) return
    const where = `${path}:${lineOf(ast, node)}`
    found.push(...literals(node.arguments?.[at]).map((code) => ({ code, where })))
  })
  return found
}

/** A field's own code inside `errors` is no refusal. */
const isBelow = (node: ts.Node, name: string): boolean =>
  node.parent !== undefined &&
  ((ts.isPropertyAssignment(node.parent) && node.parent.name.getText() === name) || isBelow(node.parent, name))

/** A rule's refusal is an object; findings of the law have a code and a severity, and are no refusals. */
const refusalsOf = ({ path, ast }: Source): Use[] => {
  const found: Use[] = []
  walk(ast, (node) => {
    const isRule = ts.isFunctionLike(node) && node.type?.getText(ast).replace(/\s/g, '') === 'Refusal|null'
    if (!isRule) return
    walk(node, (inner) => {
      if (!ts.isPropertyAssignment(inner) || inner.name.getText(ast) !== 'code') return
      if (isBelow(inner, 'errors')) return
      const where = `${path}:${lineOf(ast, inner)}`
      found.push(...literals(inner.initializer).map((code) => ({ code, where })))
    })
  })
  return found
}

const without = (uses: Use[]): string[] =>
  uses.filter(({ code }) => !Object.hasOwn(problems, code)).map(({ code, where }) => `${where} ${code}`)

describe('the problem table', () => {
  let uses: Use[]
  before(() => {
    const sources = readHouse(resolve(import.meta.dirname, '..')).filter(
      // The law answers with values of its own, which services turn into refusals.
      ({ path }) => /^(api|storage)\//.test(path) && !['test', 'law'].includes(placeOf(path)?.zone ?? ''),
    )
    uses = sources.flatMap((source) => [...usesOf(source), ...refusalsOf(source)])
  })

  test('has a row for every refusal in the code', () => {
    assert.ok(uses.length > 150, `${uses.length} refusals seen`)
    assert.deepEqual(without(uses), [])
  })

  test('says each fact and its remedy in both languages', () => {
    const mute = Object.entries(problems).filter(([, { title, remedy }]) =>
      [title.zh, title.en, remedy.zh, remedy.en].some((text) => text.trim().length < 3),
    )
    assert.deepEqual(mute, [])
  })

  test('misses are seen', () => {
    const source = parse(
      'api/x/rules.ts',
      "const a = (): Refusal | null => ({ code: 'b-c' })\nrefuse(d ? 'not-found' : 'e-f')",
    )
    assert.deepEqual(without([...usesOf(source), ...refusalsOf(source)]), [
      'api/x/rules.ts:2 e-f',
      'api/x/rules.ts:1 b-c',
    ])
  })
})
