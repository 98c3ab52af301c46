import { type BlobLike, type Bytes, concat, plain } from '../log/bytes.ts'

/** Anything a ciphertext or plaintext can be read from. */
export type ByteSource = Uint8Array | BlobLike | AsyncIterable<Uint8Array>

/**
 * Sequential reader; what it gives is lent until the next call, and never written to: copying it, or making room for what may
 * not come, is memory that only the collector sees again.
 */
export type Reader = {
  /** The next `length` bytes; fewer only at the end. */
  read(length: number): Promise<Bytes>
  /** The next bytes as they lie there, `most` at most; none only at the end. */
  readSome(most: number): Promise<Bytes>
}

/** A reader over a source. (Safari 16 cannot iterate a ReadableStream, so blobs are read by slices.) */
export const readerOf = (source: ByteSource): Reader => {
  if (source instanceof Uint8Array) return sliceReader(async (from, to) => plain(source.subarray(from, to)))
  if (Symbol.asyncIterator in source) return iterableReader(source)
  return sliceReader(async (from, to) => {
    const end = Math.min(to, source.size)
    return from >= end ? new Uint8Array() : new Uint8Array(await source.slice(from, end).arrayBuffer())
  })
}

const sliceReader = (slice: (from: number, to: number) => Promise<Bytes>): Reader => {
  let at = 0
  const read = async (length: number): Promise<Bytes> => {
    const start = at
    at += length
    return slice(start, start + length)
  }
  return { read, readSome: read }
}

const iterableReader = (source: AsyncIterable<Uint8Array>): Reader => {
  const iterator = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  const readSome = async (most: number): Promise<Bytes> => {
    while (rest.length === 0) {
      const next = await iterator.next()
      if (next.done) break
      rest = next.value
    }
    const some = rest.subarray(0, most)
    rest = rest.subarray(most)
    return plain(some)
  }
  const read = async (length: number): Promise<Bytes> => {
    const first = await readSome(length)
    if (first.length === length) return first
    const pieces = [first]
    for (let missing = length - first.length; missing > 0; ) {
      const piece = await readSome(missing)
      if (piece.length === 0) break
      pieces.push(piece)
      missing -= piece.length
    }
    return pieces.length === 1 ? first : concat(...pieces)
  }
  return { read, readSome }
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
