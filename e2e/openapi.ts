import { writeFileSync } from 'node:fs'
import { testPlatform } from './platform.ts'

/** `npm run openapi`: what a running platform answers at /api/openapi.json, committed so that review sees it. */
const OUT = new URL('../api/openapi.gen.json', import.meta.url).pathname

const platform = await testPlatform()
const document = await (await platform.app.request('/api/openapi.json')).json()
await platform.stop()
writeFileSync(OUT, `${JSON.stringify(document, null, 1)}\n`)
console.log(`${OUT}: ${Object.keys(document.paths).length} paths`)
process.exit()
