import { join } from 'node:path'
import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { build, defineConfig, type Plugin } from 'vite'
import { packager } from './packager.config.ts'

/** Floor of SEALING.md §6: what the build must still run on. */
const floor = ['chrome109', 'edge109', 'firefox115', 'safari16.4']

/** What every page of the frame loads, in one file: thirty of a few hundred octets each compress badly. */
const frame =
  /web[\\/]lib[\\/](?:ui[\\/](?:Banner|Brand|Clock|DemoBar|Foot|Hash|LanguageSwitch|Nav|PageFrame|Problem|SessionWatch|Status|Title)\.svelte|i18n[\\/](?:amount|instant|number|t|text)\.ts|(?:clock|nav|query)[.\w]*\.ts|session[\\/]return\.ts)/

/**
 * pkijs names each class in a static block, for which bundlers keep all of them, OCSP and time-stamps too: a good part of
 * what a bidder would download. Said to be pure, what nobody uses falls away; e2e/weight.test.ts would see it come back.
 */
const shakePkijs = (): Plugin => ({
  name: 'sunlit-shake-pkijs',
  transform: (code, id) =>
    /[\\/]pkijs[\\/]build[\\/]index\.js$/.test(id)
      ? {
          code: code.replace(
            /^var (\w+) = (class \1 [\s\S]*?^\});?$/gm,
            (_all, name: string, body: string) => `var ${name} = /* @__PURE__ */ (() => ${body})();`,
          ),
          map: null,
        }
      : undefined,
})

/** The script of pages that are only read, bundled by itself: nothing of it is shared with the framework's chunks. */
const lightScript = (): Plugin => ({
  name: 'sunlit-light',
  applyToEnvironment: ({ name }) => name === 'client',
  async generateBundle() {
    const entry = join(import.meta.dirname, 'lib', 'light', 'light.ts')
    const options = { rolldownOptions: { input: entry }, target: floor, write: false, modulePreload: false } as const
    const built = await build({ configFile: false, root: import.meta.dirname, logLevel: 'warn', build: options })
    const [chunk] = 'output' in built ? built.output : []
    if (chunk?.type !== 'chunk' || chunk.imports.length > 0) throw new Error('light.ts is not one file')
    this.emitFile({ type: 'asset', fileName: '_app/light.js', source: chunk.code })
  },
})

type Directives = NonNullable<NonNullable<NonNullable<Parameters<typeof sveltekit>[0]>['csp']>['directives']>

/** DESIGN.md §2: nothing that is not ours, no script without its nonce, no text made script. */
const directives = (built: boolean): Directives => ({
  'default-src': ['none'],
  'script-src': ['self'],
  'style-src': ['self'],
  'style-src-attr': ['unsafe-inline'],
  'img-src': ['self', 'data:', 'blob:'],
  // hooks.server.ts adds the object store's public address at run time
  'connect-src': ['self'],
  'worker-src': ['self'],
  'manifest-src': ['self'],
  'form-action': ['self'],
  'base-uri': ['none'],
  'frame-ancestors': ['none'],
  // Vite's own development client writes innerHTML; the built pages never do
  ...(built
    ? {
        'require-trusted-types-for': ['script'],
        'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'sunlit-worker'],
      }
    : {}),
})

/** What is ours besides the framework's. */
const own = (): Plugin[] => [shakePkijs(), lightScript(), packager(shakePkijs())]

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [
    ...own(),
    sveltekit({
      files: { src: '.', assets: 'static' },
      // adapter-node resolves `out` against the working directory, which is the repository root
      adapter: adapter({ out: 'web/build', envPrefix: 'SUNLIT_WEB_' }),
      // a route's style sheets are named to the browser before it navigates there: relative names would miss them
      paths: { relative: false },
      // set by prepare.mjs; a build by hand is nobody's but its maker's
      version: { name: process.env.SUNLIT_WEB_VERSION ?? 'dev' },
      // the table of routes stays on the server: a public page's script does not grow with the other roles' pages
      router: { resolution: 'server' },
      compilerOptions: { runes: true },
      csp: {
        mode: 'nonce',
        directives: directives(command === 'build'),
      },
    }),
  ],
  // pages carry pure modules of ../api into the browser; development serves those too
  server: { fs: { allow: ['..'] } },
  environments: {
    client: {
      build: { rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'frame', test: frame }] } } } },
    },
  },
  worker: { format: 'es', plugins: () => [shakePkijs()] },
  build: { target: floor, cssTarget: floor },
}))
