import { createHash, createHmac } from 'node:crypto'

export type SignRequest = {
  method: 'GET' | 'PUT'
  /** Origin of the server (`https://s3.example`), then the unescaped path (`/bucket/key`). */
  endpoint: string
  path: string
  /** Headers the client must send exactly; they are signed. Host is added. */
  headers?: Record<string, string>
  query?: Record<string, string>
  region: string
  accessKey: string
  secretKey: string
  expiresSeconds: number
  now: Date
}

/**
 * A presigned address by AWS Signature Version 4 (query parameters). The `minio` client signs no header but the host;
 * we need length, type and `If-None-Match` signed, so that an address serves for one object, of one size, once.
 */
export const presign = (request: SignRequest): string => {
  const { method, endpoint, path, region, accessKey, secretKey, expiresSeconds, now } = request
  const { protocol, host } = new URL(endpoint)
  const instant = now.toISOString().replace(/[-:]|\.\d{3}/g, '')
  const scope = `${instant.slice(0, 8)}/${region}/s3/aws4_request`
  const headers = Object.entries({ ...request.headers, host })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const signedHeaders = headers.map(([name]) => name).join(';')
  const query = Object.entries({
    ...request.query,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${accessKey}/${scope}`,
    'X-Amz-Date': instant,
    'X-Amz-Expires': String(expiresSeconds),
    'X-Amz-SignedHeaders': signedHeaders,
  })
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&')
  const uri = path.split('/').map(escaped).join('/')
  const headerLines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
  const canonical = [method, uri, query, headerLines, signedHeaders, 'UNSIGNED-PAYLOAD'].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', instant, scope, createHash('sha256').update(canonical).digest('hex')].join('\n')
  const signingKey = [...scope.split('/')].reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secretKey}`)
  return `${protocol}//${host}${uri}?${query}&X-Amz-Signature=${hmac(signingKey, toSign).toString('hex')}`
}

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** RFC 3986: what `encodeURIComponent` leaves unescaped besides the unreserved characters is escaped too. */
const escaped = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
