import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type TestPlatform, testPlatform } from '../../e2e/platform.ts'
import { now } from '../kernel/clock.ts'
import { type CalculatorName, calculatorNames, calculators } from '../law/index.ts'
import { bad } from './bad.fixture.ts'
import { answers } from './contract/answers.ts'
import { worked } from './worked.fixture.ts'

type Told = { status: number; type: string | null; body: Record<string, unknown> }

let platform: TestPlatform
before(async () => {
  platform = await testPlatform()
})
after(() => platform.stop())

/** As a script of anybody asks: no account, no cookie, no origin. */
const post = async (name: string, body: unknown, headers = { 'content-type': 'application/json' }): Promise<Told> => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const answer = await platform.app.request(`/api/calculators/${name}`, { method: 'POST', headers, body: text })
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: (await answer.json()) as Told['body'],
  }
}

describe('the worked examples of RULES §17 over HTTP', () => {
  for (const [example, name, body, expected] of worked)
    test(`${example}: ${name} ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const told = await post(name, body)
      assert.equal(told.status, 200, JSON.stringify(told.body))
      const { basis, ...rest } = answers[name].parse(told.body) as { basis: unknown[] }
      assert.ok(basis.length > 0)
      assert.partialDeepStrictEqual(rest, expected)
    })
})

describe('what has no lawful answer names field and article', () => {
  for (const [what, name, body, field, code] of bad)
    test(`${what}: ${name} ${field}`, async () => {
      const { status, type, body: told } = await post(name, body)
      assert.equal(status, 422, JSON.stringify(told))
      assert.match(type ?? '', /^application\/problem\+json/)
      assert.equal(told.type, `/problems/${told.code}`)
      assert.ok(told.title && told.status === 422)
      const errors = told.errors as { field: string; code: string; message: string }[]
      const found = errors.find((error) => error.field === field)
      assert.ok(found, JSON.stringify(errors))
      assert.equal(found.code, code)
      assert.ok(found.message.length > 3)
      assert.match(String(told.article), /\S/)
    })
})

describe('the door', () => {
  test('each calculator has its own question and answer in the document, and anyone may ask', async () => {
    const { paths } = (await (await platform.app.request('/api/openapi.json')).json()) as {
      paths: Record<string, { post?: Record<string, never> }>
    }
    const schemas = calculatorNames.map((name) => {
      const one = paths[`/api/calculators/${name}`]?.post as unknown as {
        'x-who': string
        requestBody: { content: Record<string, { schema: object }> }
        responses: Record<string, { content: Record<string, { schema: object }> }>
      }
      assert.equal(one['x-who'], 'anyone', name)
      const asked = one.requestBody.content['application/json']?.schema
      const told = one.responses['200']?.content['application/json']?.schema
      assert.ok(JSON.stringify(asked).length > 30 && JSON.stringify(told).includes('basis'), name)
      return JSON.stringify([asked, told])
    })
    assert.equal(new Set(schemas).size, calculatorNames.length)
  })

  test('an unknown name is not found', async () => {
    for (const name of ['nothing', '__proto__', 'constructor', 'toString']) {
      const told = await post(name, {})
      assert.deepEqual([told.status, told.body.code], [404, 'not-found'], name)
    }
  })

  test('a body that is no JSON, of another type or too large is refused by name', async () => {
    const broken = await post('period', '{"start":')
    assert.deepEqual([broken.status, broken.body.code], [422, 'invalid-input'])
    assert.equal((broken.body.errors as unknown[]).length, 1)
    const form = await post('period', 'start=2026-01-01', { 'content-type': 'application/x-www-form-urlencoded' })
    assert.deepEqual([form.status, form.body.code], [422, 'invalid-input'])
    const large = await post('capital-amount', { amount: '1'.repeat(1024 * 1024) })
    assert.deepEqual([large.status, large.body.code], [413, 'body-too-large'])
  })

  test('every calculator refuses an unknown key by its name', async () => {
    for (const name of calculatorNames) {
      const { status, body } = await post(name, { surprise: 1 })
      assert.deepEqual([status, body.code], [422, 'invalid-input'], name)
      const errors = body.errors as { field: string; code: string; message: string }[]
      assert.ok(
        errors.some((error) => error.field === 'surprise' && error.code === 'unknown-key' && error.message),
        name,
      )
    }
  })

  test('without a date the platform’s clock decides, as everywhere', async () => {
    const today = new Date((await now(platform.deps.db)).getTime() + 8 * 3_600_000).toISOString().slice(0, 10)
    const body = { regime: 'GP', method: 'lowest-price-first', object: 'goods', weight: '0.30', smeRate: '0.10' }
    const bids = [
      { id: 'A', price: '100', size: 'small' },
      { id: 'B', price: '100' },
    ]
    const dated = await post('price-score', { ...body, bids, date: today })
    assert.deepEqual((await post('price-score', { ...body, bids })).body, dated.body)
  })

  test('every calculator has an answer for its own schema', () => {
    assert.deepEqual(Object.keys(answers).sort(), [...calculatorNames].sort())
    for (const name of Object.keys(calculators) as CalculatorName[]) assert.ok(answers[name], name)
  })
})
