import { problem } from '../../../api/client/http.ts'
import { fromUtf8, sha256, toBase64url, toHex } from '../../../api/log/bytes.ts'

/** The build's list of its own files (`npm run bundle`); its hash was put into the log before it was served. */
const LIST = '/_app/bundle.txt'

const bytesOf = async (address: string): Promise<Uint8Array | null> => {
  // What the browser loaded before it gives again: these addresses never change their content.
  const response = await fetch(address, { cache: 'force-cache' })
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null
}

const hexOf = async (bytes: Uint8Array): Promise<string> => toHex(await sha256(bytes))

/** Every script and style sheet of ours that this page has loaded so far, by path. */
const loadedPaths = (): string[] => {
  const paths = performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name, location.href))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/_app/immutable/'))
    .map(({ pathname }) => pathname)
  return [...new Set(paths)]
}

/**
 * `client.bundleSha256` of a manifest: the hash of this build's list, once the sealing Worker and every script that this
 * page has loaded were found in it, byte for byte. Development has no list and names the Worker alone.
 * @throws Problem client-not-listed when something loaded is not of the listed build
 */
export const softwareHash = async (sealer: string): Promise<string> => {
  const response = await fetch(LIST, { cache: 'no-store' })
  const worker = new URL(sealer, location.href).pathname
  if (!response.ok) return toBase64url(await sha256((await bytesOf(worker)) ?? new Uint8Array()))
  const list = new Uint8Array(await response.arrayBuffer())
  const lines = fromUtf8(list)
    .split('\n')
    .map((line) => line.split('  ', 2))
  const listed = new Map(lines.map(([hash = '', path = '']) => [`/${path}`, hash]))
  for (const path of new Set([worker, ...loadedPaths()])) {
    const bytes = await bytesOf(path)
    if (!bytes || listed.get(path) !== (await hexOf(bytes))) throw problem('client-not-listed', path)
  }
  return toBase64url(await sha256(list))
}
