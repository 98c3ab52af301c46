import { createHash } from 'node:crypto'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { build, type Plugin } from 'vite'

const NAME = 'sunlit-seal.mjs'
const ADDRESS = `/_app/${NAME}`
const MODULE = 'virtual:packager'

/** The offline packager with all that it needs, in one file: the modules of the page, for a Node of 2023. Not minified: it can be read. */
const bundle = async (shake: Plugin): Promise<string> => {
  const entry = join(import.meta.dirname, '..', 'api', 'cli', 'seal.ts')
  const built = await build({
    configFile: false,
    root: join(import.meta.dirname, '..'),
    logLevel: 'warn',
    plugins: [shake],
    define: { 'import.meta.main': 'true' },
    ssr: { noExternal: true, target: 'node' },
    build: {
      ssr: entry,
      target: 'node20',
      write: false,
      minify: false,
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const chunks = 'output' in built ? built.output : []
  const [chunk, ...more] = chunks
  const needs = chunk?.type === 'chunk' ? [...chunk.imports, ...chunk.dynamicImports] : []
  // what is imported on demand lies in the file as well, and is listed as the file itself
  const isWhole = needs.every((name) => isBuiltin(name) || name === chunk?.fileName)
  if (chunk?.type !== 'chunk' || more.length > 0 || !isWhole)
    throw new Error(`seal.ts is not one file: ${[...more.map(({ fileName }) => fileName), ...needs]}`)
  return chunk.code
}

/**
 * Serves the packager beside the pages, and tells them its address, size and SHA-256 (`virtual:packager`): what a manifest
 * made by it names.
 */
export const packager = (shake: Plugin): Plugin => {
  let made: Promise<string> | undefined
  const code = (): Promise<string> => {
    made ??= bundle(shake)
    return made
  }
  return {
    name: 'sunlit-packager',
    resolveId: (id) => (id === MODULE ? `\0${MODULE}` : undefined),
    load: async (id) => {
      if (id !== `\0${MODULE}`) return undefined
      const text = await code()
      const sha256 = createHash('sha256').update(text).digest('hex')
      return `export const packager = ${JSON.stringify({ address: ADDRESS, sha256, size: Buffer.byteLength(text) })}`
    },
    async generateBundle() {
      if (this.environment.name === 'client')
        this.emitFile({ type: 'asset', fileName: ADDRESS.slice(1), source: await code() })
    },
    configureServer: (server) => {
      server.middlewares.use(ADDRESS, (_request, response) => {
        code().then((text) => response.setHeader('content-type', 'text/javascript').end(text))
      })
    },
  }
}
