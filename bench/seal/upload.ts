import { createHash, randomFillSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { missingCephPrograms, startS3 } from '../../e2e/services/ceph.ts'
import { openFilesystemStore } from '../../storage/filesystem.ts'
import { filesystemRoutes } from '../../storage/filesystem-routes.ts'
import type { ObjectStore } from '../../storage/port.ts'
import { openS3Store } from '../../storage/s3.ts'
import type { Figure } from '../run.ts'

export const PART = 8 * 1024 * 1024
const AT_ONCE = 4
const TYPE = 'application/octet-stream'
const ROUNDS = 3

const block = randomFillSync(Buffer.alloc(PART))
const sha256 = createHash('sha256').update(block).digest('hex')

/** So many parts, four under way at a time; seconds. */
export const inParallel = async (count: number, put: (no: number) => Promise<void>): Promise<number> => {
  const began = performance.now()
  let next = 0
  const work = async (): Promise<void> => {
    for (let no = next++; no < count; no = next++) await put(no)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return (performance.now() - began) / 1000
}

/** As the bidder's client and the server do it: signed address, PUT, then what confirming a part reads of the store. */
export const upload = async (store: ObjectStore, origin: string, key: string, hash: boolean): Promise<void> => {
  const request = { key, maxSize: PART, contentType: TYPE, expiresSeconds: 60, ...(hash ? { sha256 } : {}) }
  const { url, headers } = await store.presignPut(request)
  const answer = await fetch(new URL(url, origin), { method: 'PUT', headers, body: block })
  await answer.arrayBuffer()
  if (!answer.ok) throw new Error(`PUT: ${answer.status}`)
  const head = await store.head(key)
  const whole = !store.verifiesSha256
  const seen = createHash('sha256')
  const version = head?.versionId === undefined ? {} : { versionId: head.versionId }
  const looked = { ...version, ...(whole ? {} : { range: { start: 0, end: 55 } }) }
  for await (const piece of await store.get(key, looked)) seen.update(piece)
  if (head?.size !== PART || (whole && seen.digest('hex') !== sha256)) throw new Error('the part is not there')
}

/** What any web server does with the same bytes: into a new file as they come, fsync, nothing checked. */
const plainServer = async (directory: string) => {
  const server = createServer(async (req, res) => {
    const file = await open(join(directory, req.url!.slice(1)), 'wx')
    for await (const piece of req) await file.write(piece as Buffer)
    await file.sync()
    await file.close()
    res.writeHead(201).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const put = async (name: string): Promise<void> => {
    const answer = await fetch(`${origin}/${name}`, { method: 'PUT', body: block })
    await answer.arrayBuffer()
  }
  return { put, close: () => server.close() }
}

/** Without any line: bytes into a new file, fsync. */
const copy = async (path: string): Promise<void> => {
  const file = await open(path, 'wx')
  await file.writeFile(block)
  await file.sync()
  await file.close()
}

type Times = { ours: number; floor: number }

const middle = (name: string, bytes: number, target: number, rounds: Times[]): Figure => {
  const one = rounds.toSorted((a, b) => a.floor / a.ours - b.floor / b.ours)[Math.floor(rounds.length / 2)]!
  return { name, value: bytes / one.ours / 1e6, unit: 'MB/s', ratio: one.floor / one.ours, target }
}

export const uploadToFiles = async (count = 24): Promise<Figure> => {
  const directory = mkdtempSync(join(tmpdir(), 'sunlit-bench-'))
  const store = await openFilesystemStore({ directory, signingKey: randomFillSync(Buffer.alloc(32)) })
  const app = new Hono().route('/objects', filesystemRoutes(store))
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>((listening) => server.once('listening', listening))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const plain = await plainServer(directory)
  const rounds: Times[] = []
  try {
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({
        ours: await inParallel(count, (no) => upload(store, origin, `bids/${round}/${no}`, true)),
        floor: await inParallel(count, (no) => plain.put(`plain-${round}-${no}`)),
      })
    const bare = await inParallel(count, (no) => copy(join(directory, `bare-${no}`)))
    console.log(`  the same bytes copied without a line between: ${((count * PART) / bare / 1e6).toFixed(0)} MB/s`)
    return middle('upload to files', count * PART, 0.7, rounds)
  } finally {
    plain.close()
    server.close()
    rmSync(directory, { recursive: true })
  }
}

/** Against Ceph RGW of this machine; null where it is not installed. */
export const uploadToS3 = async (count = 12): Promise<Figure | null> => {
  if (missingCephPrograms().length > 0) return null
  const service = await startS3()
  const { endpoint, region, accessKey, secretKey } = service
  const bucket = 'bench'
  const store = await openS3Store({
    endpoint,
    region,
    accessKey,
    secretKey,
    bucket,
    origins: ['http://127.0.0.1:3000'],
  })
  const plain = async (key: string): Promise<void> => {
    const { url, headers } = await store.presignPut({ key, maxSize: PART, contentType: TYPE, expiresSeconds: 60 })
    const answer = await fetch(url, { method: 'PUT', headers, body: block })
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`PUT: ${answer.status}`)
  }
  const rounds: Times[] = []
  try {
    for (let round = 0; round < ROUNDS; round++)
      rounds.push({
        ours: await inParallel(count, (no) => upload(store, endpoint, `bids/${round}/${no}`, true)),
        floor: await inParallel(count, (no) => plain(`plain/${round}/${no}`)),
      })
    return middle('upload to S3, read back', count * PART, 0.5, rounds)
  } finally {
    await store.close()
    await service.stop()
  }
}
