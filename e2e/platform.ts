import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { now } from '../api/kernel/clock.ts'
import type { Database } from '../api/kernel/database.ts'
import { loadKeys } from '../api/kernel/keys.ts'
import { openWithOneEach } from '../api/kernel/one-connection.testing.ts'
import { parseSettings } from '../api/kernel/settings.ts'
import { testDatabase } from '../api/kernel/testing.ts'
import { newSeed, signerOf } from '../api/log/ed25519.ts'
import { COSIGNATURE, ED25519, type NoteKey, noteKey, noteSigner } from '../api/log/note.ts'
import type { PolicyWitness } from '../api/log/policy.ts'
import { createWitness, type WitnessRecord } from '../api/log/witness.ts'
import { createPlatform } from '../api/platform.ts'
import { openFilesystemStore } from '../storage/filesystem.ts'

/** Two witnesses of a log, each with its own key and memory, behind one small server of this process. */
const serveWitnesses = async (db: Database, log: NoteKey) => {
  const witnesses: ((body: Uint8Array) => ReturnType<ReturnType<typeof createWitness>>)[] = []
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const add = witnesses[Number(req.url?.split('/')[1])]!
    const { status, body, contentType } = await add(new Uint8Array(Buffer.concat(chunks)))
    res.writeHead(status, { 'content-type': contentType }).end(body)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const listed: PolicyWitness[] = []
  for (const name of ['supervisor', 'university']) {
    const signer = noteSigner(`${name}.test`, COSIGNATURE, await signerOf(newSeed()))
    const records = new Map<string, WitnessRecord>()
    const storage = {
      load: async (origin: string) => records.get(origin) ?? null,
      save: async (origin: string, record: WitnessRecord) => void records.set(origin, record),
    }
    const logKey = (origin: string) => (origin === log.name ? log : null)
    witnesses.push(createWitness({ signer, logKey, storage, now: async () => (await now(db)).getTime() }))
    listed.push({ name, key: signer, url: `http://127.0.0.1:${port}/${listed.length}` })
  }
  const close = (): Promise<void> =>
    new Promise((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  return { listed, close }
}

/** A whole running platform in sandbox mode on a fresh database, without a port: ask it by `app.request`. */
export const testPlatform = async (env: Record<string, string> = {}) => {
  const base = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-platform-'))
  const settings = parseSettings({ SUNLIT_DATA: folder, SUNLIT_MODE: 'sandbox', SUNLIT_LOG_LEVEL: 'silent', ...env })
  const keys = loadKeys(settings)
  const signingKey = Buffer.from(keys.secret('objects'), 'hex')
  const files = await openFilesystemStore({ directory: join(folder, 'store'), signingKey })
  const { publicKey } = await signerOf(new Uint8Array(keys.logSeed))
  const log = noteKey('sunlit.test/log/sandbox', ED25519, publicKey)
  const { listed, close: closeWitnesses } = await serveWitnesses(base.db, log)
  const policy = { log, logUrl: null, witnesses: listed, quorum: listed.length }
  const platform = await createPlatform({ settings, keys, databaseUrl: base.url, files, policy, open: openWithOneEach })
  await platform.start()
  const stop = async (): Promise<void> => {
    await platform.stop()
    await closeWitnesses()
    await base.close()
    rmSync(folder, { recursive: true })
  }
  return { ...platform, stop, databaseUrl: base.url }
}
export type TestPlatform = Awaited<ReturnType<typeof testPlatform>>
