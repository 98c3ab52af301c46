import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import { defineConfig } from 'vite'

/** Floor of SEALING.md §6: what the build must still run on. */
const floor = ['chrome109', 'edge109', 'firefox115', 'safari16.4']

/** What every page of the frame loads, in one file: thirty of a few hundred octets each compress badly. */
const frame =
  /web[\\/]lib[\\/](?:ui[\\/](?:Banner|Brand|Clock|DemoBar|Foot|Hash|LanguageSwitch|Nav|PageFrame|Problem|SessionWatch|Status|Title)\.svelte|i18n[\\/](?:amount|instant|number|t|text)\.ts|(?:clock|nav|query)[.\w]*\.ts|session[\\/]return\.ts)/

export default defineConfig(({ command }) => ({
  root: import.meta.dirname,
  plugins: [
    sveltekit({
      files: { src: '.', assets: 'static' },
      // adapter-node resolves `out` against the working directory, which is the repository root
      adapter: adapter({ out: 'web/build', envPrefix: 'SUNLIT_WEB_' }),
      // a route's style sheets are named to the browser before it navigates there: relative names would miss them
      paths: { relative: false },
      // the table of routes stays on the server: a public page's script does not grow with the other roles' pages
      router: { resolution: 'server' },
      compilerOptions: { runes: true },
      csp: {
        mode: 'nonce',
        directives: {
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
          ...(command === 'build'
            ? {
                'require-trusted-types-for': ['script'] as ['script'],
                'trusted-types': ['svelte-trusted-html', 'sveltekit-trusted-url', 'sunlit-worker'],
              }
            : {}),
        },
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
  worker: { format: 'es' },
  build: { target: floor, cssTarget: floor },
}))
