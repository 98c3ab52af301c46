import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { mountWeb, type WebHandler } from '../../web/mount.ts'
import { publishClients } from '../clients/service.ts'
import type { Settings } from '../kernel/settings.ts'
import type { Platform } from '../platform.ts'
import { servedSoftware } from './client-software.ts'

/** `/log` alone is a page about the log, and `__data.json` and the like below it are that page's own requests. */
const API = /^\/(api|log|objects)\/(?!__)/

/** One port: API, log and objects go to Hono, everything else to the pages; before both are ready a short 503. */
export const createFrontDoor = (settings: Settings) => {
  let api: ((req: IncomingMessage, res: ServerResponse) => void) | undefined
  let pages: WebHandler | undefined

  const handle = (req: IncomingMessage, res: ServerResponse): void => {
    const isApi = API.test(req.url ?? '')
    if (isApi && api) api(req, res)
    else if (!isApi && pages) pages(req, res)
    else
      res.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain; charset=utf-8' }).end('正在启动 starting\n')
  }

  const open = async (platform: Platform, options: { dev: boolean; server: Server }): Promise<void> => {
    api = getRequestListener(platform.app.fetch)
    await platform.start()
    // SEALING.md §5: in the log before anybody is served it.
    await publishClients(platform.deps)(servedSoftware(options.dev))
    const endpoint = settings.S3_PUBLIC_ENDPOINT ?? settings.S3_ENDPOINT
    pages = await mountWeb({
      ...options,
      trustProxy: settings.TRUST_PROXY === '1',
      host: {
        fetch: (request, remoteAddress) => platform.app.fetch(request, { incoming: { socket: { remoteAddress } } }),
        connectSources: endpoint ? [new URL(endpoint).origin] : [],
        site: { city: settings.SUNLIT_CITY, mode: settings.SUNLIT_MODE, phone: null },
      },
    })
  }
  return { handle, open }
}
