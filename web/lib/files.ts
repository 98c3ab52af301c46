/** What a file field accepts. */
export type FileRules = {
  /** Extensions with dot, lower case: ['.pdf']. */
  extensions: readonly string[]
  maxBytes: number
}

export type FileFault = 'file-none' | 'file-type' | 'file-too-large' | 'file-empty'

/** The first thing wrong with a picked file, each with its own message (INTERFACE.md §2); infection is the server's to say. */
export const fileFault = (
  file: { name: string; size: number } | null | undefined,
  rules: FileRules,
): FileFault | null => {
  if (!file) return 'file-none'
  const name = file.name.toLowerCase()
  if (rules.extensions.length > 0 && !rules.extensions.some((extension) => name.endsWith(extension))) return 'file-type'
  if (file.size === 0) return 'file-empty'
  return file.size > rules.maxBytes ? 'file-too-large' : null
}

const SLICE = 4 * 1024 * 1024

/**
 * SHA-256 of a file in lower-case hex, slice by slice, so that 2 GB do not need 2 GB of memory.
 * `onProgress` gets bytes done; an aborted signal throws its reason.
 */
export const hashFile = async (
  file: Blob,
  onProgress?: (done: number) => void,
  signal?: AbortSignal,
): Promise<string> => {
  const { sha256 } = await import('@noble/hashes/sha2.js')
  const hash = sha256.create()
  for (let at = 0; at < file.size; at += SLICE) {
    signal?.throwIfAborted()
    hash.update(new Uint8Array(await file.slice(at, at + SLICE).arrayBuffer()))
    onProgress?.(Math.min(at + SLICE, file.size))
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
