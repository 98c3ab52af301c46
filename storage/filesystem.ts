import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ReadableStream } from 'node:stream/web'
import { refuse } from '../api/kernel/problem.ts'
import { makeFolder, syncFolder, writeNew } from './durable.ts'
import { metered } from './metered.ts'
import { assertExpiry, assertKey, assertPut, type ByteRange, type ObjectHead, type ObjectStore } from './port.ts'

export type FilesystemOptions = {
  directory: string
  /** At least 32 bytes, the same on every replica that shares the directory. */
  signingKey: Uint8Array
  /** In front of `/objects/…` in signed addresses; empty gives addresses relative to this origin. */
  publicUrl?: string
}

/** What a signed address allows; all of it is under the HMAC. */
export type Grant =
  | { method: 'PUT'; key: string; expires: number; size: number; contentType: string; sha256: string }
  | { method: 'GET'; key: string; expires: number; fileName: string }

export type FilesystemStore = ObjectStore & {
  kind: 'filesystem'
  /** The signature over a grant, base64url. */
  sign: (grant: Grant) => string
  isSigned: (grant: Grant, signature: string) => boolean
}

type Sidecar = { contentType: string; size: number; sha256: string; retainUntil?: number }

const DAY = 24 * 3600 * 1000

/**
 * Files below `directory/objects`, written as temp file → fsync → `link()` → fsync of the directory: the link is the
 * create-once and a crash leaves either the whole object or none. Retention is the application's promise only: it does
 * not stop root. Throws when the directory cannot be made or written.
 */
export const openFilesystemStore = async (options: FilesystemOptions): Promise<FilesystemStore> => {
  if (options.signingKey.byteLength < 32) throw new TypeError('signingKey must have at least 32 bytes')
  const root = join(options.directory, 'objects')
  const temporary = join(options.directory, 'tmp')
  await mkdir(root, { recursive: true, mode: 0o750 })
  await mkdir(temporary, { recursive: true, mode: 0o750 })
  await removeStale(temporary)
  const at = pathsIn(root, temporary)
  return {
    kind: 'filesystem',
    verifiesSha256: true,
    refusesSecondPut: true,
    put: putIn(at),
    get: getIn(at),
    head: headIn(at),
    remove: removeIn(at),
    list: (prefix) => walk(root, '', prefix),
    ...addresses(options),
    check: async () => {
      const probe = at.temporary()
      await (await open(probe, 'wx', 0o600)).close()
      await unlink(probe)
    },
    close: async () => undefined,
  }
}

type Paths = { data: (key: string) => string; sidecar: (key: string) => string; temporary: () => string; root: string }

/** `~` is in no key, so an object `a` and the folder of `a/b` do not collide. */
const pathsIn = (root: string, temporary: string): Paths => ({
  root,
  data: (key) => join(root, `${key}~`),
  sidecar: (key) => join(root, `${key}~meta`),
  temporary: () => join(temporary, randomUUID()),
})

const putIn =
  (at: Paths): ObjectStore['put'] =>
  async (key, body, options) => {
    assertKey(key)
    assertPut(options)
    // Looked at first so that a retry does not carry the whole body again; the link below is what decides.
    if (await isFile(at.data(key))) refuse('object-exists')
    const [temporary, description] = [at.temporary(), at.temporary()]
    try {
      const meter = metered(body, options)
      const written = await writeNew(temporary, meter.bytes)
      const stored = meter.result()
      const { contentType, retainUntil } = options
      const sidecar = { ...stored, contentType, ...(retainUntil === undefined ? {} : { retainUntil }) }
      // Three waits for the disk at once, none left out: the bytes, what describes them, and the folder they go to.
      await Promise.all([
        written.makeDurable(),
        writeDurably(description, sidecar),
        makeFolder(dirname(at.data(key)), at.root),
      ])
      await link(temporary, at.data(key)).catch((error) =>
        error.code === 'EEXIST' ? refuse('object-exists') : Promise.reject(error),
      )
      await rename(description, at.sidecar(key))
      await syncFolder(dirname(at.data(key)))
      return stored
    } finally {
      for (const path of [temporary, description]) await unlink(path).catch(ignoreMissing)
    }
  }

const getIn =
  (at: Paths): ObjectStore['get'] =>
  async (key, { range } = {}) => {
    assertKey(key)
    const file = await open(at.data(key), 'r').catch((error) =>
      error.code === 'ENOENT' ? refuse('object-not-found') : Promise.reject(error),
    )
    try {
      if (range) assertRange(range, (await file.stat()).size)
    } catch (error) {
      await file.close()
      throw error
    }
    const stream = file.createReadStream({ ...range, highWaterMark: 1 << 18 })
    return ReadableStream.from<Uint8Array>(stream) as globalThis.ReadableStream<Uint8Array>
  }

export const assertRange = ({ start, end = Number.POSITIVE_INFINITY }: ByteRange, size: number): void => {
  if (!Number.isSafeInteger(start) || start < 0 || start >= size || end < start) refuse('range-not-satisfiable')
}

const headIn =
  (at: Paths) =>
  async (key: string): Promise<ObjectHead | null> => {
    assertKey(key)
    if (!(await isFile(at.data(key)))) return null
    const { size, contentType, sha256 } = (await readSidecar(at, key)) ?? (await repairSidecar(at, key))
    return { size, contentType, sha256 }
  }

const removeIn = (at: Paths) => async (key: string) => {
  assertKey(key)
  const sidecar = await readSidecar(at, key)
  if (sidecar?.retainUntil !== undefined && sidecar.retainUntil > Date.now()) refuse('object-retained')
  await unlink(at.data(key)).catch(ignoreMissing)
  await unlink(at.sidecar(key)).catch(ignoreMissing)
  await syncFolder(dirname(at.data(key))).catch(ignoreMissing)
  if (await isFile(at.data(key))) throw new Error(`object ${key} is still there after its deletion`)
}

const addresses = ({ signingKey, publicUrl = '' }: FilesystemOptions) => {
  const sign = (grant: Grant) => mac(signingKey, grant).toString('base64url')
  const address = (grant: Grant) => {
    const { key, method: _method, ...rest } = grant
    const query = Object.entries({ ...rest, signature: sign(grant) }).map(([name, value]) => [name, String(value)])
    return `${publicUrl}/objects/${key}?${new URLSearchParams(query.filter(([, value]) => value !== ''))}`
  }
  const expiry = (seconds: number) => Math.floor(Date.now() / 1000) + seconds
  return {
    sign,
    isSigned: (grant: Grant, signature: string) => {
      // The text is compared, not the bytes: the last character of base64url has spare bits.
      const given = Buffer.from(signature)
      const wanted = Buffer.from(sign(grant))
      return given.length === wanted.length && timingSafeEqual(given, wanted)
    },
    presignPut: (async ({ key, maxSize, contentType, expiresSeconds, sha256 = '' }) => {
      assertKey(key)
      assertPut({ contentType, size: maxSize, ...(sha256 === '' ? {} : { sha256 }) })
      assertExpiry(expiresSeconds)
      const expires = expiry(expiresSeconds)
      const url = address({ method: 'PUT', key, expires, size: maxSize, contentType, sha256 })
      return { url, headers: { 'content-type': contentType, 'if-none-match': '*' } }
    }) satisfies ObjectStore['presignPut'],
    presignGet: (async ({ key, expiresSeconds, fileName = '' }) => {
      assertKey(key)
      assertExpiry(expiresSeconds)
      return address({ method: 'GET', key, expires: expiry(expiresSeconds), fileName: fileName.toWellFormed() })
    }) satisfies ObjectStore['presignGet'],
  }
}

/** JSON of an array: no field can run into the next. */
const mac = (signingKey: Uint8Array, grant: Grant): Buffer => {
  const fields =
    grant.method === 'PUT'
      ? ['PUT', grant.key, grant.expires, grant.size, grant.contentType, grant.sha256]
      : ['GET', grant.key, grant.expires, grant.fileName]
  return createHmac('sha256', signingKey)
    .update(`sunlit/v1/object\n${JSON.stringify(fields)}`)
    .digest()
}

const writeDurably = async (path: string, sidecar: Sidecar): Promise<void> => {
  const file = await open(path, 'wx', 0o640)
  try {
    await file.writeFile(JSON.stringify(sidecar))
    await file.sync()
  } finally {
    await file.close()
  }
}

const readSidecar = async (at: Paths, key: string): Promise<Sidecar | null> => {
  const text = await readFile(at.sidecar(key), 'utf8').catch(ignoreMissing)
  return text === undefined ? null : (JSON.parse(text) as Sidecar)
}

/** A crash between link and sidecar leaves the bytes without their description: made again from the bytes. */
const repairSidecar = async (at: Paths, key: string): Promise<Sidecar> => {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of await getIn(at)(key)) {
    hash.update(chunk)
    size += chunk.byteLength
  }
  const sidecar = { contentType: 'application/octet-stream', size, sha256: hash.digest('hex') }
  const description = at.temporary()
  await writeDurably(description, sidecar)
  await rename(description, at.sidecar(key))
  await syncFolder(dirname(at.sidecar(key)))
  return sidecar
}

const walk = async function* (
  root: string,
  path: string,
  prefix: string,
): AsyncGenerator<{ key: string; size: number }> {
  for (const entry of (await readdir(join(root, path), { withFileTypes: true }).catch(ignoreMissing)) ?? []) {
    const name = path === '' ? entry.name : `${path}/${entry.name}`
    if (entry.isDirectory()) {
      if (`${name}/`.startsWith(prefix) || prefix.startsWith(`${name}/`)) yield* walk(root, name, prefix)
    } else if (name.endsWith('~') && name.startsWith(prefix)) {
      const found = await stat(join(root, name)).catch(ignoreMissing)
      if (found) yield { key: name.slice(0, -1), size: found.size }
    }
  }
}

/** What a killed process left; a day old, since another replica may be writing into the same folder now. */
const removeStale = async (temporary: string): Promise<void> => {
  for (const name of await readdir(temporary)) {
    const found = await stat(join(temporary, name)).catch(ignoreMissing)
    if (found && found.mtimeMs < Date.now() - DAY) await unlink(join(temporary, name)).catch(ignoreMissing)
  }
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(ignoreMissing))?.isFile() ?? false

const ignoreMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
  return undefined
}
