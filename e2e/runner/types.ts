import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root, runProgram } from './shell.ts'
import { check, sum, type Totals } from './totals.ts'

// Seeded on purpose: a checker that does not see these sees nothing (a missing include, a skipped sync). The names stand
// in .gitignore, so that no commit takes one along.
const SEEDED = {
  api: { file: 'api/type-error.seeded.ts', text: "export const seeded: number = 'not a number'\n" },
  web: {
    file: 'web/lib/TypeError.seeded.svelte',
    text: '<script lang="ts">\n  const seeded: number = "not a number"\n</script>\n\n<p>{seeded}</p>\n',
  },
}

type Found = { file: string; text: string }

/**
 * Runs a checker while a seeded error lies in the tree: it must find that one and no other. One run proves both, that
 * the code is right and that the checker looks.
 */
const withSeeded = async (
  what: string,
  { file, text }: { file: string; text: string },
  find: () => Promise<{ found: Found[]; output: string }>,
): Promise<Totals> => {
  const path = join(root, file)
  const remove = () => rmSync(path, { force: true })
  process.once('exit', remove)
  writeFileSync(path, text)
  const { found, output } = await find().finally(() => {
    remove()
    process.removeListener('exit', remove)
  })
  const others = found.filter((one) => one.file !== file)
  const seen = found.length > others.length
  for (const one of others) console.log(`  ${one.file}${one.text}`)
  console.log(`  ${others.length === 0 ? '✔' : '✖'} ${what}: ${others.length} problems`)
  console.log(`  ${seen ? '✔' : '✖'} ${what}: the seeded error was ${seen ? 'found' : 'not found'}`)
  if (!seen) console.log(output.split('\n').slice(-30).join('\n'))
  return sum([check(others.length === 0), check(seen)])
}

const compiler = async () => {
  const { output } = await runProgram('tsc', ['-p', 'tsconfig.json', '--noEmit', '--pretty', 'false'], { quiet: true })
  const found = [...output.matchAll(/^(\S+?)(\(\d+,\d+\): error .*(?:\n {2}.*)*)/gm)]
  const general = [...output.matchAll(/^(error TS.*)$/gm)].map(([, text = '']) => ({ file: '', text }))
  return { output, found: [...found.map(([, file = '', text = '']) => ({ file, text })), ...general] }
}

const svelteCheck = async () => {
  const args = ['--workspace', 'web', '--tsconfig', 'tsconfig.json', '--output', 'machine-verbose']
  const { output } = await runProgram('svelte-check', args, { quiet: true })
  type Row = { type: string; filename: string; start: { line: number }; message: string }
  const rows = [...output.matchAll(/^\d+ (\{.*\})$/gm)].map(([, json = '{}']) => JSON.parse(json) as Row)
  // Build products lie below web/ too; they are nobody's source.
  const sources = rows.filter(({ filename }) => !/^(build|\.svelte-kit)\//.test(filename))
  const found = sources.map(({ type, filename, start, message }) => ({
    file: relative(root, join(root, 'web', filename)),
    text: `:${start.line + 1} ${type.toLowerCase()}: ${message}`,
  }))
  return { output, found }
}

/** svelte-check before a sync reports only a missing tsconfig (INFRA §7.2). */
const checkPages = async (): Promise<Totals> => {
  const sync = await runProgram('svelte-kit', ['sync', '-c', 'web/vite.config.ts'], { quiet: true })
  if (sync.code !== 0) console.log(`  ✖ svelte-kit sync\n${sync.output}`)
  return sum([check(sync.code === 0), await withSeeded('svelte-check', SEEDED.web, svelteCheck)])
}

/** Both at once: neither looks at the other's seeded file. */
export const checkTypes = async (): Promise<Totals> => {
  const pages = existsSync(join(root, 'web/vite.config.ts')) ? [checkPages()] : []
  return sum(await Promise.all([withSeeded('tsc', SEEDED.api, compiler), ...pages]))
}
