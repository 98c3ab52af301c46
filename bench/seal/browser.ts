import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium } from 'playwright'
import { build } from 'vite'
import { chromiumFlags, findChromium } from '../../e2e/services/chromium.ts'
import type { Sealing } from './sealing.ts'

/** The same lines as a Worker of a page, bundled as the site is. */
const bundle = async (): Promise<string> => {
  const input = join(import.meta.dirname, 'sealing-worker.ts')
  const options = { rolldownOptions: { input }, target: 'chrome109', write: false, modulePreload: false } as const
  const built = await build({ configFile: false, logLevel: 'warn', build: options })
  const [chunk] = 'output' in built ? built.output : []
  if (chunk?.type !== 'chunk') throw new Error('the Worker is not one file')
  return chunk.code
}

/** Sealing in a Worker of headless Chromium; null where there is no Chromium. */
export const sealInChromium = async (times: number): Promise<Sealing | null> => {
  const executablePath = findChromium()
  if (executablePath === undefined) return null
  const code = await bundle()
  const server = createServer((req, res) => {
    const script = req.url === '/worker.js'
    res
      .writeHead(200, { 'content-type': script ? 'text/javascript' : 'text/html' })
      .end(script ? code : '<!doctype html>')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const browser = await chromium.launch({ executablePath, args: chromiumFlags() })
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
    return await page.evaluate(
      (count) =>
        new Promise<Sealing>((done, failed) => {
          const worker = new Worker('/worker.js', { type: 'module' })
          worker.onmessage = ({ data }) => done(data)
          worker.onerror = ({ message }) => failed(new Error(message))
          worker.postMessage(count)
        }),
      times,
    )
  } finally {
    await browser.close()
    server.close()
  }
}
