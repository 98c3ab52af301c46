import { SYSTEM } from '../kernel/actor.ts'
import type { Deps } from '../kernel/deps.ts'
import { found } from '../kernel/problem.ts'
import { fromBase64url, fromUtf8, sha256, toBase64url, utf8 } from '../log/bytes.ts'
import { record } from './events.ts'
import * as store from './store.ts'

/** `list`: a line `<sha256 in hexadecimal>  <path>` for each file, sorted by path, as `sha256sum` prints and checks it. */
export type ClientSoftware = {
  kind: 'page' | 'offline'
  list: string
  /** Of software that is one file, which names the hash of itself; of all other the name is the hash of the list. */
  sha256?: Uint8Array
}

const linesOf = (list: string): number => list.split('\n').length - 1

/**
 * SEALING.md §5: the hash of each client is in the log before the client is served. One event for each, however often
 * the platform is started; returns once the log has signed it.
 */
export const publishClients =
  (deps: Pick<Deps, 'db' | 'log'>) =>
  async (clients: readonly ClientSoftware[]): Promise<void> => {
    const made = await deps.db.transaction().execute(async (trx) => {
      let count = 0
      for (const { kind, list, sha256: own } of clients) {
        const hash = own ? new Uint8Array(own) : await sha256(utf8(list))
        if (!(await store.insertBundle(trx, { kind, sha256: hash, list: utf8(list) }))) continue
        const data = { kind, sha256: toBase64url(hash), files: linesOf(list) }
        const { eventId } = await record(trx, SYSTEM, 'client.published/1', data)
        await store.setBundleEvent(trx, hash, eventId)
        count++
      }
      return count
    })
    if (made > 0) await deps.log.flush()
  }

/** As its event says. */
const filesIn = (body: Uint8Array): number =>
  (JSON.parse(fromUtf8(new Uint8Array(body))) as { data: { files: number } }).data.files

/** Every client that was ever served, newest first, each with what is needed to find its event in the log. */
export const publishedClients = (deps: Pick<Deps, 'db'>) => async () => ({
  clients: (await store.bundlesOf(deps.db)).map((row) => ({
    sha256: toBase64url(row.sha256),
    kind: row.kind as ClientSoftware['kind'],
    at: row.at.toISOString(),
    files: filesIn(row.body),
    outer: toBase64url(row.outer_bytes),
    outerSalt: toBase64url(row.outer_salt),
    body: toBase64url(row.body),
    bodySalt: toBase64url(row.body_salt),
    leaf: toBase64url(row.leaf),
    leafIndex: row.leaf_index === null ? null : Number(row.leaf_index),
  })),
})

/** The files of one client with their hashes, the very bytes that were hashed. */
export const clientList = (deps: Pick<Deps, 'db'>) => async (hash: string) =>
  fromUtf8(new Uint8Array(found(await store.listOf(deps.db, fromBase64url(hash)))))
