/** Answers kept at most; tiles of the log are a few kB each. */
const MOST = 2048

/**
 * `fetch` as a browser does it: what a server calls immutable (RFC 8246) is not asked for again. One cache for all the
 * people of a replay; who takes a kept tile still proves it against the witnesses' checkpoint.
 */
export const keepingImmutable = (send: typeof fetch) => {
  const kept = new Map<string, Promise<ArrayBuffer>>()
  return async (url: string, init?: RequestInit): Promise<Response> => {
    if ((init?.method ?? 'GET') !== 'GET') return send(url, init)
    const known = await kept.get(url)
    if (known) return new Response(known)
    const response = await send(url, init)
    if (!response.ok || !response.headers.get('cache-control')?.includes('immutable')) return response
    kept.set(url, response.clone().arrayBuffer())
    if (kept.size > MOST) kept.delete(kept.keys().next().value!)
    return response
  }
}
