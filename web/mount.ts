import { readFileSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type Host, provideHost } from './host.ts'

export type WebHandler = (req: IncomingMessage, res: ServerResponse, next?: () => void) => void

export type MountOptions = {
  host: Host
  /** Build as you go, with hot reload on the given server's port. */
  dev?: boolean
  server?: Server
  /** Take X-Forwarded-Proto from the proxy in front; without one it is set from the socket. */
  trustProxy?: boolean
}

/**
 * The pages as a Node request handler, to be called for everything that is not `/api` or `/log`.
 * Throws when there is no build (run `npm run prepare`).
 */
export const mountWeb = async ({
  host,
  dev = false,
  server,
  trustProxy = false,
}: MountOptions): Promise<WebHandler> => {
  provideHost(host)
  const list = dev ? null : readFileSync(new URL(`./build/client${LIST}`, import.meta.url))
  const inner = dev ? await devHandler(server) : await builtHandler()
  return (req, res, next) => {
    // adapter-node believes in https unless told otherwise, and would refuse plain-http forms as cross-site
    if (!trustProxy || req.headers['x-forwarded-proto'] === undefined) {
      req.headers['x-forwarded-proto'] = 'encrypted' in (req.socket as Socket & { encrypted?: true }) ? 'https' : 'http'
    }
    if (req.url?.startsWith('/_app/')) {
      for (const [name, value] of assetHeaders(host, req.url)) res.setHeader(name, value)
    }
    if (list && req.url === LIST) return void res.writeHead(200, { 'content-type': 'text/plain' }).end(list)
    inner(req, res, next ?? (() => res.writeHead(404).end()))
  }
}

/** The build's list of its own files, written after the build and hence unknown to it. */
const LIST = '/_app/bundle.txt'

/** Where the build puts scripts that run in Workers. */
const isWorker = (url: string): boolean => url.includes('/workers/')

/**
 * A dedicated worker takes its policy from its own response, so scripts carry one (SEALING.md §6). The sealing Worker
 * may speak with nobody: what it holds cannot be carried off (§5).
 */
export const assetHeaders = (host: Pick<Host, 'connectSources'>, url: string): [string, string][] => [
  [
    'content-security-policy',
    `default-src 'none'; script-src 'self'; ${
      isWorker(url) ? '' : `connect-src ${["'self'", ...host.connectSources].join(' ')}; `
    }require-trusted-types-for 'script'; trusted-types sunlit-worker`,
  ],
  ['x-content-type-options', 'nosniff'],
  ['cross-origin-resource-policy', 'same-origin'],
]

const builtHandler = async (): Promise<WebHandler> => {
  // read by the handler when it loads (envPrefix in vite.config.ts)
  process.env['SUNLIT_WEB_PROTOCOL_HEADER'] = 'x-forwarded-proto'
  const address = new URL('./build/handler.js', import.meta.url).href
  const { handler } = (await import(address)) as { handler: WebHandler }
  return handler
}

const devHandler = async (server: Server | undefined): Promise<WebHandler> => {
  const { createServer } = await import('vite')
  const vite = await createServer({
    configFile: new URL('./vite.config.ts', import.meta.url).pathname,
    server: { middlewareMode: true, ...(server ? { hmr: { server } } : {}) },
  })
  return vite.middlewares as unknown as WebHandler
}
