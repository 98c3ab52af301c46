import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { testDatabase } from '../kernel/testing.ts'

/** `npm run schema [-- --verify]`: the Kysely types of a freshly migrated database, committed so that review sees them. */
const OUT = new URL('../kernel/schema.gen.ts', import.meta.url).pathname

const generate = async (): Promise<string> => {
  const { url, close } = await testDatabase()
  const mapping = JSON.stringify({ int8: 'bigint', bytea: 'Uint8Array', uuid: 'string' })
  const options = ['--url', url, '--out-file', `${OUT}.tmp`, '--date-parser', 'string', '--type-mapping', mapping]
  const { status, stderr } = spawnSync(
    'node',
    ['node_modules/kysely-codegen/dist/cli/bin.js', ...options, '--dialect', 'postgres', '--default-schema', 'public'],
    { encoding: 'utf8' },
  )
  await close()
  if (status !== 0) throw new Error(stderr)
  const types = readFileSync(`${OUT}.tmp`, 'utf8')
  // Timestamps come and go as Date; strings are refused where a Date is meant.
  return types.replace(/export type Timestamp = .*/, 'export type Timestamp = ColumnType<Date, Date, Date>')
}

const types = await generate()
spawnSync('rm', ['-f', `${OUT}.tmp`])
if (process.argv.includes('--verify')) {
  if (readFileSync(OUT, 'utf8') !== types) {
    console.error('api/kernel/schema.gen.ts is older than the migrations: run "npm run schema"')
    process.exitCode = 1
  }
} else {
  writeFileSync(OUT, types)
}
process.exit()
