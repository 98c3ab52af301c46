import { IncomingMessage } from 'node:http'
import { type Context, Hono } from 'hono'
import { Refused, refuse } from '../api/kernel/problem.ts'
import { assertRange, type FilesystemStore, type Grant } from './filesystem.ts'
import { attachment, type ByteRange, chunksOf, type ObjectBody, STORAGE_PROBLEMS } from './port.ts'

/**
 * PUT and GET of signed addresses, to be mounted at `/objects`. Needs no session: the address is the permission, for
 * one object and some minutes. Refusals are problem+json (RFC 9457).
 */
export const filesystemRoutes = (store: FilesystemStore) =>
  new Hono()
    .put('/*', async (context) => {
      const grant = grantOf(store, context, 'PUT')
      if (context.req.header('content-type') !== grant.contentType) refuse('content-type-mismatch')
      const announced = Number(context.req.header('content-length') ?? grant.size)
      if (announced > grant.size) refuse('object-too-large')
      const { key, size, contentType, sha256 } = grant
      const body = limited(bodyOf(context), size)
      await store.put(key, body, { contentType, size, ...(sha256 === '' ? {} : { sha256 }) })
      return context.body(null, 201)
    })
    .get('/*', async (context) => {
      const grant = grantOf(store, context, 'GET')
      const head = (await store.head(grant.key)) ?? refuse('object-not-found')
      const range = rangeOf(context.req.header('range'), head.size)
      const last = range?.end ?? head.size - 1
      const headers = {
        ...fixedHeaders,
        'content-type': head.contentType,
        'content-length': String(range ? last - range.start + 1 : head.size),
        'content-disposition': attachment(grant.fileName === '' ? undefined : grant.fileName),
        ...(range ? { 'content-range': `bytes ${range.start}-${last}/${head.size}` } : {}),
      }
      if (context.req.method === 'HEAD') return context.body(null, 200, headers)
      return context.body(await store.get(grant.key, range ? { range } : {}), range ? 206 : 200, headers)
    })
    .onError((error, context) => problem(error, context))

/** Somebody's file comes from our own origin: it must neither be sniffed, nor shown, nor run a script. */
const fixedHeaders = {
  'accept-ranges': 'bytes',
  'cache-control': 'private, no-store',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
}

const grantOf = <Method extends Grant['method']>(
  store: FilesystemStore,
  context: Context,
  method: Method,
): Extract<Grant, { method: Method }> => {
  const { pathname, searchParams } = new URL(context.req.url)
  const text = (name: string) => searchParams.get(name) ?? ''
  const key = pathname.slice(pathname.indexOf('/objects/') + '/objects/'.length)
  const shared = { key, expires: Number(text('expires')) }
  const grant: Grant =
    method === 'PUT'
      ? {
          ...shared,
          method: 'PUT',
          size: Number(text('size')),
          contentType: text('contentType'),
          sha256: text('sha256'),
        }
      : { ...shared, method: 'GET', fileName: text('fileName') }
  if (!store.isSigned(grant, text('signature'))) refuse('object-address-invalid')
  if (!(grant.expires * 1000 > Date.now())) refuse('object-address-expired')
  return grant as Extract<Grant, { method: Method }>
}

/** From Node's own request where there is one: what a web stream puts around each 64 KiB costs more than their hash. */
const bodyOf = (context: Context): ObjectBody => {
  const { incoming } = (context.env ?? {}) as { incoming?: unknown }
  return incoming instanceof IncomingMessage ? incoming : (context.req.raw.body ?? new Uint8Array())
}

/** A body sent in chunks announces no length: it is cut off as soon as it is too long. */
const limited = async function* (body: ObjectBody, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of chunksOf(body)) {
    seen += chunk.byteLength
    if (seen > size) refuse('object-too-large')
    yield chunk
  }
}

/** One `bytes=a-b`, `bytes=a-` or `bytes=-n`; anything else is answered with the whole object (RFC 9110 §14.2). */
const rangeOf = (header: string | undefined, size: number): { start: number; end: number } | null => {
  const match = /^bytes=(\d{1,15})?-(\d{1,15})?$/.exec(header ?? '')
  if (!match || (match[1] === undefined && match[2] === undefined)) return null
  const [first, last] = [match[1], match[2]].map((text) => (text === undefined ? undefined : Number(text)))
  const range: ByteRange =
    first === undefined
      ? { start: Math.max(0, size - (last ?? 0)) }
      : { start: first, ...(last === undefined ? {} : { end: last }) }
  assertRange(range, size)
  return { start: range.start, end: Math.min(range.end ?? size - 1, size - 1) }
}

const problem = (error: Error, context: Context): Response => {
  // The client went away in the middle of its upload: nobody reads the answer, and it is no fault of ours.
  if ((error as NodeJS.ErrnoException).code === 'ECONNRESET') return context.body(null, 400)
  if (!(error instanceof Refused)) throw error
  const row = STORAGE_PROBLEMS[error.code as keyof typeof STORAGE_PROBLEMS]
  if (row === undefined) throw error
  const body = { type: `/problems/${error.code}`, code: error.code, status: row.status, title: row.title }
  return context.body(JSON.stringify(body), row.status, { 'content-type': 'application/problem+json' })
}
