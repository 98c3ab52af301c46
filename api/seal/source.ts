import { type BlobLike, type Bytes, plain } from '../log/bytes.ts'

/** Anything a ciphertext or plaintext can be read from. */
export type ByteSource = Uint8Array | BlobLike | AsyncIterable<Uint8Array>

/** Reads the next `length` bytes; fewer only at the end. */
export type Reader = (length: number) => Promise<Bytes>

/** Sequential reader over a source. (Safari 16 cannot iterate a ReadableStream, so blobs are read by slices.) */
export const readerOf = (source: ByteSource): Reader => {
  if (source instanceof Uint8Array) return sliceReader(async (from, to) => plain(source.subarray(from, to)))
  if (Symbol.asyncIterator in source) return iterableReader(source)
  return sliceReader(async (from, to) => {
    const end = Math.min(to, source.size)
    return from >= end ? new Uint8Array() : new Uint8Array(await source.slice(from, end).arrayBuffer())
  })
}

const sliceReader = (read: (from: number, to: number) => Promise<Bytes>): Reader => {
  let at = 0
  return async (length) => {
    const start = at
    at += length
    return read(start, start + length)
  }
}

const iterableReader = (source: AsyncIterable<Uint8Array>): Reader => {
  const iterator = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  return async (length) => {
    const out = new Uint8Array(length)
    let filled = 0
    while (filled < length) {
      if (rest.length === 0) {
        const next = await iterator.next()
        if (next.done) break
        rest = next.value
      }
      const take = rest.subarray(0, length - filled)
      out.set(take, filled)
      filled += take.length
      rest = rest.subarray(take.length)
    }
    return out.subarray(0, filled)
  }
}

/** All bytes of a stream in one piece. */
export const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Bytes> => {
  const held: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    size += chunk.length
  }
  const out = new Uint8Array(size)
  let at = 0
  for (const chunk of held) {
    out.set(chunk, at)
    at += chunk.length
  }
  return out
}
