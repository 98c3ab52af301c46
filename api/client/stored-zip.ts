/*
 * A zip whose entries are stored as they are: written in one pass, opened by every unpacker, and read without unpacking, a
 * slice of the file for each entry. Ciphertext does not compress, and a bid of some gigabytes fits in no memory.
 */
import { type Bytes, concat, fromUtf8, utf8 } from '../log/bytes.ts'
import type { BlobLike } from '../seal/source.ts'

/** Offsets are 32 bits wide here. */
export const MAX_ZIP = 0xffffffff
const MAX_ENTRIES = 10_000
const END = 22
const [LOCAL, CENTRAL, TAIL] = [0x04034b50, 0x02014b50, 0x06054b50]
/** 1980-01-01: the bytes depend on the contents only. */
const DATE = 0x21

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})
const crc32 = (bytes: Uint8Array): number => {
  let c = 0xffffffff
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff]! ^ (c >>> 8)
  return (c ^ 0xffffffff) >>> 0
}

/** Little-endian fields, each with its width in bytes. */
const fields = (...all: [value: number, width: 2 | 4][]): Bytes => {
  const view = new DataView(new ArrayBuffer(all.reduce((sum, [, width]) => sum + width, 0)))
  let at = 0
  for (const [value, width] of all) {
    if (width === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += width
  }
  return new Uint8Array(view.buffer)
}

export type ZipEntry = { name: string; read: () => Promise<Uint8Array> }

/** Writes entry after entry; one is held in memory at a time. @throws RangeError over 4 GiB */
export const writeStoredZip = async (
  entries: readonly ZipEntry[],
  write: (bytes: Uint8Array) => void | Promise<void>,
): Promise<void> => {
  const central: Bytes[] = []
  let at = 0
  for (const { name, read } of entries) {
    const [bytes, title] = [await read(), utf8(name)]
    // version 1.0, UTF-8 names, stored
    const common = fields([10, 2], [0x800, 2], [0, 2], [0, 2], [DATE, 2], [crc32(bytes), 4])
    const sizes = fields([bytes.length, 4], [bytes.length, 4], [title.length, 2], [0, 2])
    const head = concat(fields([LOCAL, 4]), common, sizes, title)
    central.push(
      concat(fields([CENTRAL, 4], [10, 2]), common, sizes, fields([0, 2], [0, 2], [0, 2], [0, 4], [at, 4]), title),
    )
    at += head.length + bytes.length
    if (at > MAX_ZIP - 0x100000) throw new RangeError('too large for a zip')
    await write(head)
    await write(bytes)
  }
  const list = concat(...central)
  await write(list)
  const count = entries.length
  await write(fields([TAIL, 4], [0, 2], [0, 2], [count, 2], [count, 2], [list.length, 4], [at, 4], [0, 2]))
}

const viewOf = async (file: BlobLike, from: number, to: number): Promise<DataView> =>
  new DataView(await file.slice(from, to).arrayBuffer())

/** Name and place of each entry; a second entry of a name, packed ones and comments are refused. */
const readCentral = (view: DataView, count: number): { name: string; header: number; size: number }[] => {
  const found: { name: string; header: number; size: number }[] = []
  for (let at = 0; found.length < count; ) {
    const isStored = view.getUint32(at, true) === CENTRAL && view.getUint16(at + 10, true) === 0
    const [size, nameLength] = [view.getUint32(at + 24, true), view.getUint16(at + 28, true)]
    if (!isStored || size !== view.getUint32(at + 20, true)) throw new RangeError('not stored')
    const name = fromUtf8(new Uint8Array(view.buffer, at + 46, nameLength))
    found.push({ name, header: view.getUint32(at + 42, true), size })
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  if (new Set(found.map(({ name }) => name)).size !== count) throw new RangeError('a name twice')
  return found
}

/** Start and end of each entry in the file, by name; null for anything but such a zip. Never throws. */
export const readStoredZip = async (file: BlobLike): Promise<Map<string, { start: number; end: number }> | null> => {
  try {
    const tail = await viewOf(file, Math.max(0, file.size - END), file.size)
    const [count, length, from] = [tail.getUint16(10, true), tail.getUint32(12, true), tail.getUint32(16, true)]
    const whole = tail.getUint32(0, true) === TAIL && count <= MAX_ENTRIES && from + length + END === file.size
    if (!whole) return null
    const places = new Map<string, { start: number; end: number }>()
    for (const { name, header, size } of readCentral(await viewOf(file, from, from + length), count)) {
      const local = await viewOf(file, header, header + 30)
      if (local.getUint32(0, true) !== LOCAL) return null
      const start = header + 30 + local.getUint16(26, true) + local.getUint16(28, true)
      if (start + size > from) return null
      places.set(name, { start, end: start + size })
    }
    return places
  } catch {
    return null
  }
}
