import { createHmac, timingSafeEqual } from 'node:crypto'
import { ReadableStream } from 'node:stream/web'
import { RETENTION_MODES } from 'minio'
import { refuse } from '../api/kernel/problem.ts'
import { metered } from './metered.ts'
import {
  assertExpiry,
  assertKey,
  assertPut,
  attachment,
  type ByteRange,
  type ObjectHead,
  type ObjectStore,
  type StoredObject,
} from './port.ts'
import {
  type Abilities,
  connect,
  element,
  ensureBucket,
  errorCode,
  firstVersion,
  PART_SIZE,
  removeVersions,
  type S3Connection,
  type S3Options,
  send,
  versions,
} from './s3-bucket.ts'
import { presign } from './sigv4.ts'

export type S3Store = ObjectStore & { kind: 's3' }

/**
 * Any S3-compatible server. The bucket is made when missing (versioning and Object Lock on, no default retention), and
 * opening throws a clear message when the server ignores one of them. Of several versions the oldest is the object.
 */
export const openS3Store = async (options: S3Options): Promise<S3Store> => {
  const s3 = connect(options)
  const abilities = await ensureBucket(s3).catch((error) => {
    s3.agent.destroy()
    throw error
  })
  return {
    kind: 's3',
    ...abilities,
    put: putInto(s3, abilities),
    get: getFrom(s3),
    head: headOf(s3),
    remove: async (key) => {
      assertKey(key)
      await s3.client.removeIncompleteUpload(s3.bucket, key).catch(() => undefined)
      if ((await removeVersions(s3, key)) > 0) refuse('object-retained')
    },
    list: (prefix) => listOf(s3, prefix),
    ...addresses(s3),
    check: async () => {
      if (!(await s3.client.bucketExists(s3.bucket))) throw new Error(`The S3 bucket ${s3.bucket} is gone`)
    },
    close: async () => s3.agent.destroy(),
  }
}

const putInto =
  (s3: S3Connection, { refusesSecondPut }: Abilities): ObjectStore['put'] =>
  async (key, body, options) => {
    assertKey(key)
    assertPut(options)
    const meter = metered(body, options)
    const first = await takePart(meter.bytes)
    // Looked at first so that a whole body is not carried in vain; what decides comes after the write.
    if ((!first.last || !refusesSecondPut) && (await firstVersion(s3, key)) !== null) refuse('object-exists')
    const described = (sha256?: string) => describe(s3, key, options.contentType, sha256)
    const versionId = first.last
      ? await putWhole(s3, key, first.bytes, described(meter.result().sha256))
      : await putParts(s3, key, first.bytes, meter.bytes, described(options.sha256))
    await standOrWithdraw(s3, key, versionId)
    if (options.retainUntil !== undefined) await retain(s3, key, versionId, options.retainUntil)
    return { ...meter.result(), versionId } satisfies StoredObject
  }

/** Up to one part's bytes; `last` when the source ended within it. */
const takePart = async (source: AsyncIterator<Uint8Array>, begun: Uint8Array[] = []) => {
  const chunks = begun
  let size = begun.reduce((sum, chunk) => sum + chunk.byteLength, 0)
  while (size <= PART_SIZE) {
    const { value, done } = await source.next()
    if (done) return { bytes: Buffer.concat(chunks), last: true }
    chunks.push(value)
    size += value.byteLength
  }
  return { bytes: Buffer.concat(chunks), last: false }
}

const describe = (s3: S3Connection, key: string, contentType: string, sha256?: string): Record<string, string> => ({
  'content-type': contentType,
  ...(sha256 === undefined
    ? {}
    : { 'x-amz-meta-sha256': sha256, 'x-amz-meta-sha256-mac': hashMac(s3, key, sha256).toString('hex') }),
})

/** Metadata of an upload by a presigned address is the uploader's: only our own hash carries this. */
const hashMac = ({ secretKey }: S3Connection, key: string, sha256: string): Buffer =>
  createHmac('sha256', secretKey).update(`sunlit/v1/object-hash\n${key}\n${sha256}`).digest()

const onlyOnce = { 'if-none-match': '*' }

const alreadyThere = (error: unknown): never => {
  const codes = ['PreconditionFailed', 'ConditionalRequestConflict']
  if (codes.includes(errorCode(error))) refuse('object-exists')
  throw error
}

const putWhole = async (s3: S3Connection, objectName: string, bytes: Buffer, described: Record<string, string>) => {
  const request = { method: 'PUT', objectName, headers: { ...described, ...onlyOnce } }
  const { headers } = await send(s3, request, bytes).catch(alreadyThere)
  return String(headers['x-amz-version-id'])
}

/** Own multipart loop: the client's resumes any unfinished upload of that key and hangs when the source fails. */
const putParts = async (
  s3: S3Connection,
  objectName: string,
  first: Buffer,
  rest: AsyncIterator<Uint8Array>,
  described: Record<string, string>,
): Promise<string> => {
  const uploadId = await s3.client.initiateNewMultipartUpload(s3.bucket, objectName, described)
  const upload = `uploadId=${encodeURIComponent(uploadId)}`
  try {
    const etags: string[] = []
    for (let next = { bytes: first, last: false }; ; next = await takePart(rest, [next.bytes.subarray(PART_SIZE)])) {
      // What exceeds a whole part begins the next one.
      const bytes = next.bytes.subarray(0, PART_SIZE)
      const query = `partNumber=${etags.length + 1}&${upload}`
      const { headers } = await send(s3, { method: 'PUT', objectName, query }, bytes)
      etags.push(String(headers.etag))
      if (next.last) break
    }
    return await completeParts(s3, objectName, upload, etags)
  } catch (error) {
    await s3.client.abortMultipartUpload(s3.bucket, objectName, uploadId).catch(() => undefined)
    throw error
  }
}

const completeParts = async (s3: S3Connection, objectName: string, query: string, etags: string[]) => {
  const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
  const body = `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`
  const request = { method: 'POST', objectName, query, headers: onlyOnce }
  const { text, headers } = await send(s3, request, body).catch(alreadyThere)
  // This one answers 200 before the work is done, and an error may follow in the body.
  if (text.includes('<Error>')) alreadyThere(Object.assign(new Error(text), { code: element(text, 'Code') }))
  return String(headers['x-amz-version-id'])
}

/** Of several writers the first version stands and the others take theirs back (see `firstVersion`). */
const standOrWithdraw = async (s3: S3Connection, key: string, versionId: string): Promise<void> => {
  const first = await firstVersion(s3, key)
  if (first?.versionId === versionId) return
  await s3.client.removeObject(s3.bucket, key, { versionId })
  refuse('object-exists')
}

const retain = async (s3: S3Connection, key: string, versionId: string, until: number): Promise<void> => {
  // Servers differ over milliseconds in this date: whole seconds, rounded up so that it never ends early.
  const retainUntilDate = new Date(Math.ceil(until / 1000) * 1000).toISOString().replace('.000Z', 'Z')
  const mode = RETENTION_MODES.COMPLIANCE
  await s3.client.putObjectRetention(s3.bucket, key, { mode, retainUntilDate, versionId })
  const back = await s3.client.getObjectRetention(s3.bucket, key, { versionId })
  if (back?.mode !== mode || Date.parse(String(back.retainUntilDate)) < until)
    throw new Error('The S3 server did not keep the retention it accepted')
}

const missing = ['NoSuchKey', 'NotFound', 'NoSuchVersion', 'MethodNotAllowed']

const getFrom =
  (s3: S3Connection): ObjectStore['get'] =>
  async (key, { range, versionId } = {}) => {
    assertKey(key)
    if (range) assertRange(range)
    const length = range?.end === undefined ? 0 : range.end - range.start + 1
    const pinned = versionId ?? (await firstVersion(s3, key))?.versionId ?? refuse('object-not-found')
    const stream = await s3.client
      .getPartialObject(s3.bucket, key, range?.start ?? 0, length, { versionId: pinned })
      .catch((error) => {
        if (missing.includes(errorCode(error))) return refuse('object-not-found')
        return errorCode(error) === 'InvalidRange' ? refuse('range-not-satisfiable') : Promise.reject(error)
      })
    return ReadableStream.from<Uint8Array>(stream) as globalThis.ReadableStream<Uint8Array>
  }

const assertRange = ({ start, end = Number.MAX_SAFE_INTEGER }: ByteRange): void => {
  if (!Number.isSafeInteger(start) || start < 0 || end < start) refuse('range-not-satisfiable')
}

const headOf =
  (s3: S3Connection) =>
  async (key: string): Promise<ObjectHead | null> => {
    assertKey(key)
    const first = await firstVersion(s3, key)
    if (first === null) return null
    const { versionId } = first
    const found = await s3.client.statObject(s3.bucket, key, { versionId })
    const {
      sha256,
      'sha256-mac': given = '',
      'content-type': contentType = 'application/octet-stream',
    } = found.metaData
    const mac = Buffer.from(String(given), 'hex')
    const wanted = hashMac(s3, key, String(sha256))
    const ours = mac.length === wanted.length && timingSafeEqual(mac, wanted)
    return {
      size: found.size,
      contentType,
      ...(ours ? { sha256: String(sha256) } : {}),
      versionId,
    }
  }

const listOf = async function* (s3: S3Connection, prefix: string): AsyncGenerator<{ key: string; size: number }> {
  let first: { key: string; size: number } | null = null
  for await (const { key, size, isDeleteMarker } of versions(s3, prefix)) {
    if (isDeleteMarker) continue
    if (first !== null && first.key !== key) yield first
    first = { key, size }
  }
  if (first !== null) yield first
}

const addresses = (s3: S3Connection): Pick<ObjectStore, 'presignPut' | 'presignGet'> => {
  const { bucket, region, accessKey, secretKey, endpoint, publicEndpoint = endpoint } = s3
  const shared = (key: string) => ({
    endpoint: publicEndpoint,
    path: `/${bucket}/${key}`,
    region,
    accessKey,
    secretKey,
  })
  return {
    presignPut: async ({ key, maxSize, contentType, expiresSeconds, sha256 }) => {
      assertKey(key)
      assertPut({ contentType, size: maxSize, ...(sha256 === undefined ? {} : { sha256 }) })
      assertExpiry(expiresSeconds)
      const checksum =
        sha256 === undefined ? {} : { 'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64') }
      const headers = { 'content-type': contentType, 'if-none-match': '*', ...checksum }
      const signed = { ...headers, 'content-length': String(maxSize) }
      const url = presign({ ...shared(key), method: 'PUT', headers: signed, expiresSeconds, now: new Date() })
      return { url, headers }
    },
    presignGet: async ({ key, expiresSeconds, fileName }) => {
      assertKey(key)
      assertExpiry(expiresSeconds)
      const versionId = (await firstVersion(s3, key))?.versionId
      const query = {
        'response-content-disposition': attachment(fileName),
        ...(versionId === undefined ? {} : { versionId }),
      }
      return presign({ ...shared(key), method: 'GET', query, expiresSeconds, now: new Date() })
    },
  }
}
