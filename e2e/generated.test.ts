import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type TestPlatform, testPlatform } from './platform.ts'
import { rulesPage } from './rules/page.ts'

const root = resolve(import.meta.dirname, '..')

describe('what is generated and committed is what the code says now', () => {
  let platform: TestPlatform
  before(async () => {
    platform = await testPlatform()
  })
  after(() => platform.stop())

  test('api/openapi.gen.json (else: npm run openapi)', async () => {
    const answer = await platform.app.request('/api/openapi.json')
    assert.equal(answer.status, 200)
    const committed = JSON.parse(readFileSync(join(root, 'api/openapi.gen.json'), 'utf8'))
    assert.deepEqual(await answer.json(), committed)
  })

  test('each operation says who may call it, and that it may answer a problem', async () => {
    const { paths } = await (await platform.app.request('/api/openapi.json')).json()
    const operations = Object.entries(paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
      ([path, methods]) => Object.entries(methods).map(([method, one]) => ({ name: `${method} ${path}`, one })),
    )
    assert.ok(operations.length > 50)
    const silent = operations.filter(({ one }) => !one['x-who'] || !one.summary || !(one.responses as object))
    assert.deepEqual(silent, [])
    const unable = operations.filter(({ one }) => !('default' in (one.responses as object)))
    assert.deepEqual(unable, [])
  })

  test('the page for people takes everything from us', async () => {
    const page = await platform.app.request('/api/docs')
    assert.equal(page.status, 200)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(policy, /default-src 'none'/)
    assert.doesNotMatch(policy, /https?:/)
    const assets = [...(await page.text()).matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/g)].map(([, path]) => path!)
    assert.ok(assets.length >= 4)
    for (const path of assets) {
      const asset = await platform.app.request(path)
      assert.equal(asset.status, 200, path)
      assert.ok((await asset.arrayBuffer()).byteLength > 50, path)
    }
  })

  test('docs/rules.md (else: npm run rules)', () => {
    assert.equal(readFileSync(join(root, 'docs/rules.md'), 'utf8'), rulesPage())
  })

  test('api/kernel/schema.gen.ts (else: npm run schema)', () => {
    const { status, stderr } = spawnSync(process.execPath, ['api/cli/schema.ts', '--verify'], {
      cwd: root,
      encoding: 'utf8',
    })
    assert.equal(status, 0, stderr)
  })
})
