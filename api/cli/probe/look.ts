import type { LookedAt } from '../../seal/probe.ts'

export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

/** An answer that is later than this is none for somebody who wants to hand in a bid. */
const PATIENCE = 4_000
/** The log goes on each second; a checkpoint older than this stands still. */
const STANDSTILL = 30_000

export type Address = { origin: string; fetch: Fetch }
/** `log`: the origin and the time of the newest checkpoint, where one came. */
export type Seen = { failed: LookedAt[]; log: { origin: string; size: number; time: number } | null }

const ask = async ({ origin, fetch }: Address, path: string, init: RequestInit = {}): Promise<Response | null> => {
  try {
    const response = await fetch(new URL(path, origin).href, { ...init, signal: AbortSignal.timeout(PATIENCE) })
    return response
  } catch {
    return null
  }
}

const answers = async (address: Address, path: string, init?: RequestInit): Promise<boolean> => {
  const response = await ask(address, path, init)
  await response?.body?.cancel()
  return response !== null && response.status < 500
}

const checkpointOf = async (address: Address): Promise<Seen['log']> => {
  const response = await ask(address, '/log/checkpoint')
  const text = response?.ok ? await response.text().catch(() => '') : ''
  const [origin = '', size = ''] = text.split('\n')
  const time = /^time (\d+)$/m.exec(text)?.[1]
  return origin && /^\d+$/.test(size) && time ? { origin, size: Number(size), time: Number(time) } : null
}

/**
 * What somebody without an account sees of the way that a bid takes: the platform says that it is ready; the desk that
 * takes manifests and the store that takes parts answer, be it by a refusal; the log goes on.
 * @param now the probe's own clock, or the sandbox's
 */
export const lookAt = async (
  address: Address,
  desk: string | null,
  before: Seen['log'],
  now: () => Promise<number>,
): Promise<Seen> => {
  const body = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
  const store = { ...address, origin: desk ?? address.origin }
  const [ready, bids, parts, log] = await Promise.all([
    ask(address, '/api/ready').then(async (response) => {
      await response?.body?.cancel()
      return response?.ok === true
    }),
    answers(address, '/api/bids', body),
    answers(store, desk === null ? '/objects/' : '/'),
    checkpointOf(address),
  ])
  const moves = log !== null && log.size >= (before?.size ?? 0) && Math.abs((await now()) - log.time) <= STANDSTILL
  const failed: LookedAt[] = [
    ...(ready ? [] : (['ready'] as const)),
    ...(bids && parts ? [] : (['desk'] as const)),
    ...(moves ? [] : (['log'] as const)),
  ]
  return { failed, log }
}
