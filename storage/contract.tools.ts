import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { isRefused, type ObjectStore, type STORAGE_PROBLEMS } from './port.ts'

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
export const text = 'text/plain'
export const binary = 'application/octet-stream'
export const newKey = () => `contract/${randomUUID()}`

export const refusedWith = (code: keyof typeof STORAGE_PROBLEMS) => (error: unknown) => {
  assert.ok(isRefused(error, code), `wanted ${code}, got ${error}`)
  return true
}

export const pieces = async function* (bytes: Uint8Array, size = 1 << 20) {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

export const collect = async (store: ObjectStore, prefix: string) => {
  const found: Record<string, number> = {}
  for await (const { key, size } of store.list(prefix)) found[key] = size
  return found
}
