/**
 * Time-stamps by an authority outside (RFC 3161), where one is configured. Nothing ever waits for it longer than the
 * timeout, and nothing fails without it: what is issued without a token stays valid, a receipt gets its token later.
 */
import type { Database } from '../../kernel/database.ts'
import type { Bytes } from '../../log/bytes.ts'
import { formatProof } from '../../log/proof.ts'
import { readState, storedTiles } from '../../log/store.ts'
import { tileHashReader } from '../../log/tiles.ts'
import { inclusionProof } from '../../log/tree.ts'
import {
  checkpointImprint,
  MAX_TIMESTAMP,
  signatureImprint,
  timestampQuery,
  tokenOf,
  verifyTimestamp,
  withSignatureStamp,
} from '../../seal/timestamp.ts'
import * as store from '../store.ts'

export type StampOptions = {
  url: string
  /** DER of the pinned authority: its own certificate or its CA's. */
  trusted: readonly Uint8Array[]
  /** Milliseconds that an answer may take, and that a silent authority is left alone. */
  timeout?: number
  rest?: number
  fetch?: typeof fetch
  report: (message: string, detail: string) => void
}

/** The verified answer of the authority over a SHA-256, null when it gives none. Never throws. */
export type AskTimestamp = (hash: Uint8Array) => Promise<Bytes | null>

const bodyOf = async (response: Response): Promise<Bytes> => {
  if (!response.ok) throw new Error(`status ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > MAX_TIMESTAMP) throw new Error('too long an answer')
    chunks.push(chunk)
  }
  return new Uint8Array(Buffer.concat(chunks))
}

export const createTimestamps = (options: StampOptions): AskTimestamp => {
  const { url, trusted, timeout = 3000, rest = 60_000, fetch: send = fetch, report } = options
  let silentUntil = 0
  const ask = async (hash: Uint8Array): Promise<Bytes> => {
    const { query, nonce } = timestampQuery(hash)
    const headers = { 'content-type': 'application/timestamp-query' }
    const signal = AbortSignal.timeout(timeout)
    const answer = await bodyOf(await send(url, { method: 'POST', headers, body: query, signal }))
    const verdict = await verifyTimestamp(answer, hash, { trusted, nonce })
    if (!verdict.ok) throw new Error(verdict.code)
    return answer
  }
  return async (hash) => {
    // Real time: an authority that is down is asked again after a rest, so that no act waits for it again and again.
    if (performance.now() < silentUntil) return null
    try {
      return await ask(hash)
    } catch (error) {
      silentUntil = performance.now() + rest
      report('the time-stamp authority gave no token', error instanceof Error ? error.message : String(error))
      return null
    }
  }
}

/** A CMS with a signature time-stamp (CAdES-T); as it was, where there is none to be had or it is no CMS. */
export const stampSignature = async (ask: AskTimestamp, cms: Uint8Array): Promise<Uint8Array> => {
  try {
    const answer = await ask(await signatureImprint(cms))
    return answer ? withSignatureStamp(cms, tokenOf(answer)) : cms
  } catch {
    // Whoever reads the CMS says what is wrong with it.
    return cms
  }
}

/**
 * Stamps the newest witnessed checkpoint, unless one was stamped within `every` ms. By the clock and never for a bid or
 * a receipt: their number and hour are nobody's before the opening, the authority's neither.
 */
export const stampCheckpoint = async (db: Database, ask: AskTimestamp, every: number): Promise<boolean> => {
  const { published, publishedSize } = await readState(db)
  if (published === null) return false
  if (await store.isStamped(db, publishedSize, every)) return false
  const answer = await ask(await checkpointImprint(published))
  if (!answer) return false
  await store.insertStamp(db, { size: publishedSize, checkpoint: published, answer })
  return true
}

/** The first stamped checkpoint over a leaf, with the leaf's proof under it; null while there is none. */
export const stampOver = async (db: Database, index: number): Promise<{ answer: Bytes; proof: string } | null> => {
  const row = await store.stampBeyond(db, index)
  if (!row) return null
  const size = Number(row.size)
  const hashes = await inclusionProof(index, size, tileHashReader(storedTiles(db), size))
  return { answer: new Uint8Array(row.answer), proof: formatProof({ index, hashes, checkpoint: row.checkpoint }) }
}

/** Stamps a checkpoint each minute of real time, in the background. */
export const createStamper = (db: Database, ask: AskTimestamp, every = 60_000) => {
  let timer: NodeJS.Timeout | undefined
  let round: Promise<unknown> = Promise.resolve()
  const look = (): void => {
    round = stampCheckpoint(db, ask, every)
      .catch(() => false)
      .finally(() => {
        if (timer !== undefined) timer = setTimeout(look, Math.min(every, 5000))
      })
  }
  return {
    start: (): void => {
      timer = setTimeout(look, 1000)
    },
    stop: async (): Promise<void> => {
      clearTimeout(timer)
      timer = undefined
      await round
    },
  }
}
