import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One PUT as it came over the line; `origin` is the page's, none where no browser sent it. */
export type Put = { path: string; origin: string | undefined; headers: IncomingMessage['headers']; sha256: string }

const answerOf = (endpoint: URL, req: IncomingMessage, body: Buffer): Promise<{ res: IncomingMessage; body: Buffer }> =>
  new Promise((done, failed) => {
    const { method, url: path, headers } = req
    const { hostname, port } = endpoint
    // The Host stays the browser's: it is what the address was signed for.
    const out = send({ hostname, port, method, path, headers }, (res) => {
      bodyOf(res).then((answered) => done({ res, body: answered }), failed)
    })
    out.on('error', failed).end(body)
  })

const bodyOf = async (stream: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

/** Opens for all as soon as so many have come. */
const gathering = (wanted: number) => {
  let open = (): void => {}
  const all = new Promise<void>((opened) => {
    open = opened
  })
  return (count: number): Promise<void> => {
    if (count >= wanted) open()
    return all
  }
}

/**
 * An S3 server as browsers reach it: another port in front of `endpoint`, as a load balancer is, that tells what passes.
 * The first PUTs of a browser are held until `gathered` of them are under way, so that whoever sends fewer waits for
 * ever; `spoil` says which body loses a bit on its way.
 */
export const openS3Door = async (endpoint: string, options: { gathered: number; spoil: (put: Put) => boolean }) => {
  const puts: Put[] = []
  const preflights: { status: number; allowed: string | undefined }[] = []
  const under = { now: 0, most: 0 }
  const gathered = gathering(options.gathered)

  const putOf = async (req: IncomingMessage): Promise<Buffer> => {
    const body = await bodyOf(req)
    const { headers, url = '' } = req
    const sha256 = createHash('sha256').update(body).digest('base64')
    const put = { path: url.split('?')[0]!, origin: headers.origin, headers, sha256 }
    puts.push(put)
    if (headers.origin) await gathered(under.now)
    if (options.spoil(put)) body[0]! ^= 1
    return body
  }
  const serve = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const counts = req.method === 'PUT' && req.headers.origin !== undefined
    if (counts) under.most = Math.max(under.most, ++under.now)
    try {
      const body = req.method === 'PUT' ? await putOf(req) : await bodyOf(req)
      const answer = await answerOf(new URL(endpoint), req, body)
      const { statusCode: status = 0, headers } = answer.res
      if (req.method === 'OPTIONS') preflights.push({ status, allowed: headers['access-control-allow-origin'] })
      if (counts) under.now -= 1
      res.writeHead(status, headers).end(answer.body)
    } catch {
      res.destroy()
    }
  }
  const server = createServer((req, res) => void serve(req, res))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { origin, puts, preflights, most: () => under.most, close }
}
export type S3Door = Awaited<ReturnType<typeof openS3Door>>
