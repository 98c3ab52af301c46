/** What is read of an address; Kit's is read-only. */
type Address = { readonly pathname: string; readonly search: string }
type Asked = { readonly searchParams: Pick<URLSearchParams, 'get'> }

/** State of a list lives in its address, so that it can be kept, sent and printed. Every change returns to page 1. */
export const withQuery = (
  url: Address,
  changes: Readonly<Record<string, string | number | null>>,
  keepPage = false,
): string => {
  const params = new URLSearchParams(url.search)
  params.delete('lang')
  if (!keepPage) params.delete('page')
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') params.delete(name)
    else params.set(name, String(value))
  }
  const query = params.toString()
  return query ? `${url.pathname}?${query}` : url.pathname
}

export type Sort = { key: string; direction: 'asc' | 'desc' }

/** `?sort=budget` ascending, `?sort=-budget` descending. */
export const readSort = (url: Asked, allowed: readonly string[], fallback: Sort | null = null): Sort | null => {
  const asked = url.searchParams.get('sort') ?? ''
  const key = asked.replace(/^-/, '')
  return allowed.includes(key) ? { key, direction: asked.startsWith('-') ? 'desc' : 'asc' } : fallback
}

/** `?page=3`, at least 1. */
export const readPage = (url: Asked): number => Math.max(1, Math.trunc(Number(url.searchParams.get('page'))) || 1)

/** The pages worth a link: first, last, and two either side; null stands for a gap. */
export const pageLinks = (current: number, last: number): (number | null)[] => {
  const wanted = [...new Set([1, current - 2, current - 1, current, current + 1, current + 2, last])]
    .filter((n) => n >= 1 && n <= last)
    .sort((a, b) => a - b)
  return wanted.flatMap((n, i) => (i > 0 && n - (wanted[i - 1] ?? n) > 1 ? [null, n] : [n]))
}
