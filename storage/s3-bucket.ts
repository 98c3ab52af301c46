import { createHash, randomUUID } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Client } from 'minio'
import { readAll } from './port.ts'

export type S3Options = {
  /** `http(s)://host[:port]` as this server reaches it (S3_ENDPOINT). */
  endpoint: string
  /** The same store as browsers reach it (S3_PUBLIC_ENDPOINT); default `endpoint`. */
  publicEndpoint?: string
  region: string
  bucket: string
  accessKey: string
  secretKey: string
  /** Origins of our pages that may upload and download (bucket CORS). */
  origins: string[]
}

export type S3Connection = S3Options & { client: Client; agent: HttpAgent | HttpsAgent }

export type ObjectVersion = { key: string; versionId: string; size: number; isDeleteMarker: boolean }

/** Parts of a large upload; the client's default of 64 MiB doubles the memory of a process (INFRA §1.3). */
export const PART_SIZE = 16 * 1024 * 1024

export const connect = (options: S3Options): S3Connection => {
  const { protocol, hostname, port } = new URL(options.endpoint)
  const useSSL = protocol === 'https:'
  const agent = useSSL ? new HttpsAgent({ keepAlive: true }) : new HttpAgent({ keepAlive: true })
  const client = new Client({
    endPoint: hostname,
    ...(port === '' ? {} : { port: Number(port) }),
    useSSL,
    accessKey: options.accessKey,
    secretKey: options.secretKey,
    region: options.region,
    partSize: PART_SIZE,
    pathStyle: true,
    transportAgent: agent,
    retryOptions: { disableRetry: true },
  })
  return { ...options, client, agent }
}

export type S3Request = { method: string; objectName?: string; query?: string; headers?: Record<string, string> }

/** One signed request; resolves with body and headers for 2xx, throws the client's S3Error (`code`) otherwise. */
export const send = async (
  { client, bucket }: S3Connection,
  { method, objectName, query, headers }: S3Request,
  body: Buffer | string = '',
) => {
  const response = await client.makeRequestAsync(
    {
      method,
      bucketName: bucket,
      ...(objectName === undefined ? {} : { objectName }),
      ...(query === undefined ? {} : { query }),
      headers: { ...headers },
    },
    body,
    [200, 204],
  )
  return { text: Buffer.from(await readAll(response)).toString('utf8'), headers: response.headers }
}

export const errorCode = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** All versions and delete markers below a prefix, newest first for each key. */
export const versions = async function* (
  s3: S3Connection,
  prefix: string,
  pageSize = 1000,
): AsyncGenerator<ObjectVersion> {
  // Own parsing: the client's reads a key or version of digits only as a number and loses places.
  let marker = ''
  do {
    const query = `max-keys=${pageSize}&prefix=${encodeURIComponent(prefix)}&versions=${marker}`
    const { text } = await send(s3, { method: 'GET', query })
    for (const [, kind, entry = ''] of text.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs))
      yield {
        key: element(entry, 'Key'),
        versionId: element(entry, 'VersionId'),
        size: Number(element(entry, 'Size') || 0),
        isDeleteMarker: kind === 'DeleteMarker',
      }
    const [key, version] = [element(text, 'NextKeyMarker'), element(text, 'NextVersionIdMarker')]
    const more = element(text, 'IsTruncated') === 'true' && key !== ''
    marker = more ? `&key-marker=${encodeURIComponent(key)}&version-id-marker=${encodeURIComponent(version)}` : ''
  } while (marker !== '')
}

/**
 * The object is the oldest version of its key. Ceph ignores `If-None-Match` in versioned buckets, and whoever holds the
 * S3 keys can write over anything: reading the first version makes both harmless, since versions only grow on top.
 */
export const firstVersion = async (s3: S3Connection, key: string): Promise<ObjectVersion | null> => {
  let first: ObjectVersion | null = null
  for await (const version of versions(s3, key, 20)) {
    // Keys are listed in order, so the key itself comes before every longer one.
    if (version.key !== key) break
    if (!version.isDeleteMarker) first = version
  }
  return first
}

export const element = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''

/** What servers may or may not do; neither is needed, both are used where they are. */
export type Abilities = { verifiesSha256: boolean; refusesSecondPut: boolean }

const unfit = (bucket: string, why: string): never => {
  throw new Error(`The S3 bucket ${bucket} cannot keep sealed bids: ${why}`)
}

/**
 * Makes the bucket where it is missing, then reads back every promise we build on, because servers are known to accept
 * a flag and ignore it (INFRA §1.2). Throws one sentence an operator can act on.
 */
export const ensureBucket = async (s3: S3Connection): Promise<Abilities> => {
  const exists = await s3.client.bucketExists(s3.bucket).catch((error) => {
    throw new Error(`The S3 server ${s3.endpoint} does not answer as expected: ${errorCode(error) || error.message}`)
  })
  // Object Lock can only be chosen when a bucket is made; it brings versioning with it.
  if (!exists) await s3.client.makeBucket(s3.bucket, s3.region, { ObjectLocking: true })
  const versioning = await send(s3, { method: 'GET', query: 'versioning' })
  if (element(versioning.text, 'Status') !== 'Enabled') unfit(s3.bucket, 'versioning is not enabled')
  const lock = await send(s3, { method: 'GET', query: 'object-lock' }).catch(() => ({ text: '' }))
  if (element(lock.text, 'ObjectLockEnabled') !== 'Enabled')
    unfit(s3.bucket, 'Object Lock is not enabled; it can only be chosen when a bucket is made')
  if (lock.text.includes('<DefaultRetention>'))
    unfit(s3.bucket, 'it has a default retention, but withdrawn bids must be deletable')
  await ensureCors(s3)
  return probe(s3)
}

const corsDocument = (origins: string[]): string => {
  const tags = (name: string, values: string[]) => values.map((value) => `<${name}>${value}</${name}>`).join('')
  return `<CORSConfiguration><CORSRule>${tags('AllowedOrigin', origins)}${tags('AllowedMethod', ['GET', 'PUT'])}${tags(
    'AllowedHeader',
    ['content-type', 'if-none-match', 'range', 'x-amz-checksum-sha256'],
  )}${tags('ExposeHeader', ['content-range', 'etag', 'x-amz-version-id'])}<MaxAgeSeconds>3600</MaxAgeSeconds></CORSRule></CORSConfiguration>`
}

/** Set, then asked as a browser asks: a server without bucket CORS (NotImplemented) may allow our origins globally. */
const ensureCors = async (s3: S3Connection): Promise<void> => {
  const body = corsDocument(s3.origins)
  const headers = {
    'content-type': 'application/xml',
    'content-md5': createHash('md5').update(body).digest('base64'),
  }
  await send(s3, { method: 'PUT', query: 'cors', headers }, body).catch((error) => {
    if (!['NotImplemented', 'MethodNotAllowed'].includes(errorCode(error))) throw error
  })
  for (const origin of s3.origins) {
    const answer = await fetch(`${s3.endpoint}/${s3.bucket}/preflight`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'PUT',
        'access-control-request-headers': 'content-type,if-none-match,x-amz-checksum-sha256',
      },
    })
    const allowed = answer.headers.get('access-control-allow-origin')
    await answer.body?.cancel()
    if (!answer.ok || (allowed !== origin && allowed !== '*'))
      unfit(s3.bucket, `its CORS rules do not let pages of ${origin} upload`)
  }
}

/** Tried, not looked up: servers answer 200 to headers they do not know. */
const probe = async (s3: S3Connection): Promise<Abilities> => {
  const objectName = `probe/${randomUUID()}`
  const put = (headers: Record<string, string>) =>
    send(s3, { method: 'PUT', objectName, headers }, Buffer.from('probe')).then(() => '', errorCode)
  try {
    const wrong = createHash('sha256').update('other').digest('base64')
    const checked = await put({ 'x-amz-checksum-sha256': wrong })
    const verifiesSha256 = ['BadDigest', 'InvalidRequest', 'XAmzContentChecksumMismatch'].includes(checked)
    await put({})
    const refusesSecondPut = (await put({ 'if-none-match': '*' })) === 'PreconditionFailed'
    return { verifiesSha256, refusesSecondPut }
  } finally {
    await removeVersions(s3, objectName)
  }
}

/** Deletes every version of exactly this key; returns how many are left after reading back. */
export const removeVersions = async (s3: S3Connection, key: string): Promise<number> => {
  const ofKey = async () => {
    const found: ObjectVersion[] = []
    for await (const version of versions(s3, key)) if (version.key === key) found.push(version)
    return found
  }
  for (const { versionId } of await ofKey())
    await s3.client.removeObject(s3.bucket, key, { versionId }).catch((error) => {
      if (errorCode(error) !== 'AccessDenied') throw error
    })
  return (await ofKey()).length
}
