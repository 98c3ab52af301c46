import type { Source } from './source.ts'

/** Client software that handles a PIN, a private key or a key of an envelope. */
const SECRET = [
  'api/client/prepare-bid.ts',
  'api/client/submit-bid.ts',
  'api/client/rehearsal.ts',
  'api/client/opening.ts',
  'api/client/release.ts',
  'api/client/resupply.ts',
  'api/client/trustee.ts',
  'web/lib/seal/sealer.ts',
]

/** Pages of the sealing, trustee and opening group: whose software comes to a secret, however far away. */
export const sealedPages = (sources: readonly Source[]): string[] => {
  const next = new Map(sources.map(({ path, imports }) => [path, imports.filter((one) => !one.typeOnly)]))
  const reaches = (path: string, seen: Set<string>): boolean => {
    if (SECRET.includes(path)) return true
    if (seen.has(path)) return false
    seen.add(path)
    return (next.get(path) ?? []).some(({ target }) => target !== undefined && reaches(target, seen))
  }
  return sources
    .map(({ path }) => path)
    .filter((path) => /^web\/routes\/.*\+page\.svelte$/.test(path) && reaches(path, new Set()))
    .map((path) => path.slice('web/routes/'.length, -'/+page.svelte'.length))
    .sort()
}
