/** What an operator, a database administrator and a thief of the store together can lay their hands on. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { p256 } from '@noble/curves/nist.js'
import { sql } from 'kysely'
import type { Deps } from '../../api/kernel/deps.ts'
import { sha256, toBase64url, toHex } from '../../api/log/bytes.ts'
import type { DecryptKey } from '../../api/seal/selfslot.ts'

export const filesBelow = (folder: string): Buffer[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))

/** All rows of all tables, as the database itself prints them; bytes stand in hexadecimal. */
export const dump = async ({ db }: Pick<Deps, 'db'>): Promise<string[]> => {
  const { rows: tables } = await sql<{ name: string }>`select format('%I.%I', schemaname, tablename) as name
    from pg_tables where schemaname not in ('pg_catalog', 'information_schema')`.execute(db)
  const lines: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql.raw<{ line: string }>(`select t::text as line from ${name} t`).execute(db)
    lines.push(...rows.map(({ line }) => line))
  }
  return lines
}

const PURPOSES = ['objects', 'sessions', 'bank', 'auth', 'cookies', 'totp', 'escrow', 'log', 'seal']

/** Every 32 bytes that the server holds and that might be a key: files, derived secrets, columns, texts, hashes of secrets. */
export const candidates = async (deps: Deps): Promise<Uint8Array[]> => {
  const found = new Map<string, Uint8Array>()
  const add = (bytes: Uint8Array) => void found.set(toHex(bytes), new Uint8Array(bytes))
  const windows = (bytes: Uint8Array) => {
    for (let at = 0; at + 32 <= bytes.length; at++) add(bytes.subarray(at, at + 32))
  }
  const folder = deps.settings.SUNLIT_DATA
  for (const file of [...filesBelow(join(folder, 'keys')), ...filesBelow(join(folder, 'demo-ca'))]) {
    if (file.length <= 64) windows(file)
    for (const [, body] of file.toString('latin1').matchAll(/-----BEGIN [A-Z ]+-----([^-]+)-----END/g))
      windows(Buffer.from(body!, 'base64'))
  }
  for (const purpose of PURPOSES) windows(Buffer.from(deps.keys.secret(purpose), 'hex'))
  for (const line of await dump(deps)) {
    for (const [, hex] of line.matchAll(/\\x([0-9a-f]+)/g)) {
      const bytes = Buffer.from(hex!, 'hex')
      if (bytes.length === 32) add(bytes)
      for (const [token] of bytes.toString('latin1').matchAll(/\b[A-Za-z0-9_-]{43}\b/g))
        add(Buffer.from(token, 'base64url'))
    }
    for (const [token] of line.matchAll(/\b[A-Za-z0-9_-]{43}\b/g)) add(Buffer.from(token, 'base64url'))
  }
  const secrets = filesBelow(join(folder, 'keys')).filter((file) => file.length <= 64)
  for (const bytes of secrets) add(await sha256(new Uint8Array(bytes)))
  return [...found.values()]
}

/** The public point of a P-256 private key; null where the bytes are none. */
export const scalarOf = (key: Uint8Array): Uint8Array | null =>
  p256.utils.isValidSecretKey(key) ? p256.getPublicKey(key, false) : null

/** The bytes as a private key that opens recovery files. */
export const asDecryptKey = async (secret: Uint8Array): Promise<DecryptKey> => {
  const point = p256.getPublicKey(secret, false)
  const [x, y] = [toBase64url(point.slice(1, 33)), toBase64url(point.slice(33))]
  const curve = { name: 'ECDH', namedCurve: 'P-256' }
  const bare = { kty: 'EC', crv: 'P-256', x, y }
  const privateKey = await crypto.subtle.importKey('jwk', { ...bare, d: toBase64url(secret) }, curve, false, [
    'deriveBits',
  ])
  return { type: 'EC', keys: { privateKey, publicKey: await crypto.subtle.importKey('jwk', bare, curve, true, []) } }
}
