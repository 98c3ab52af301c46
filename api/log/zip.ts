/**
 * Zip files as evidence needs them: written as a stream whose members are whole in memory one at a time, read at random
 * from a file or a Blob without unpacking the rest. No encryption, no data descriptors; a zip64 end beyond 65,534 members.
 */
import { inflateSync } from 'fflate'
import { type BlobLike, type Bytes, concat, fromUtf8, utf8 } from './bytes.ts'

const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const END64 = 0x06064b50
const LOCATOR64 = 0x07064b50
const UTF8_NAMES = 0x0800
const STORED = 0
const DEFLATED = 8
/** 1980-01-01: the bytes of a zip depend on its contents only. */
const DATE = 0x0021
const MOST = 0xffff
const MAX_OFFSET = 0xffffffff
/** A member that claims more is not unpacked. */
const MAX_MEMBER = 256 * 1024 * 1024
const MAX_DIRECTORY = 256 * 1024 * 1024

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c >>> 0
})

const crc32 = (bytes: Uint8Array): number => {
  let crc = 0xffffffff
  for (let i = 0; i < bytes.length; i++) crc = TABLE[(crc ^ bytes[i]!) & 0xff]! ^ (crc >>> 8)
  return (crc ^ 0xffffffff) >>> 0
}

/** Little-endian fields, each with its width in bytes. */
const fields = (...parts: readonly (readonly [value: number, width: 2 | 4 | 8])[]): Bytes => {
  const out = new Uint8Array(parts.reduce((sum, [, width]) => sum + width, 0))
  let at = 0
  for (const [value, width] of parts) {
    for (let i = 0, rest = value; i < width; i++, rest = Math.floor(rest / 256)) out[at + i] = rest % 256
    at += width
  }
  return out
}

type Member = { name: Bytes; method: number; crc: number; packed: number; size: number; offset: number }

/** The fields that a local header and a central one share. */
const common = ({ name, method, crc, packed, size }: Member): Bytes =>
  fields(
    [20, 2],
    [UTF8_NAMES, 2],
    [method, 2],
    [0, 2],
    [DATE, 2],
    [crc, 4],
    [packed, 4],
    [size, 4],
    [name.length, 2],
    [0, 2],
  )

const centralOf = (member: Member): Bytes =>
  concat(
    fields([CENTRAL, 4], [20, 2]),
    common(member),
    fields([0, 2], [0, 2], [0, 2], [0, 4], [member.offset, 4]),
    member.name,
  )

const endOf = (count: number, size: number, at: number): Bytes => {
  const is64 = count >= MOST
  const record = fields(
    [END64, 4],
    [44, 8],
    [45, 2],
    [45, 2],
    [0, 4],
    [0, 4],
    [count, 8],
    [count, 8],
    [size, 8],
    [at, 8],
  )
  const locator = fields([LOCATOR64, 4], [0, 4], [at + size, 8], [1, 4])
  const told = Math.min(count, MOST)
  const end = fields([END, 4], [0, 2], [0, 2], [told, 2], [told, 2], [size, 4], [at, 4], [0, 2])
  return is64 ? concat(record, locator, end) : end
}

/** `deflate` is raw DEFLATE; the sink is awaited, so a slow reader holds the writer back. */
export type ZipParts = {
  sink: (bytes: Bytes) => Promise<void>
  deflate: (bytes: Bytes) => Promise<Bytes>
}

/** Writes members one after another. @throws RangeError beyond 4 GiB */
export const createZip = ({ sink, deflate }: ZipParts) => {
  const members: Member[] = []
  let at = 0
  const write = async (bytes: Bytes): Promise<void> => {
    at += bytes.length
    await sink(bytes)
  }
  const add = async (name: string, bytes: Bytes): Promise<void> => {
    const packed = await deflate(bytes)
    const isSmaller = packed.length < bytes.length
    const data = isSmaller ? packed : bytes
    const member: Member = {
      name: utf8(name),
      method: isSmaller ? DEFLATED : STORED,
      crc: crc32(bytes),
      packed: data.length,
      size: bytes.length,
      offset: at,
    }
    if (at + data.length + MOST > MAX_OFFSET) throw new RangeError('a zip of more than 4 GiB')
    members.push(member)
    await write(concat(fields([LOCAL, 4]), common(member), member.name, data))
  }
  const finish = async (): Promise<void> => {
    const directory = at
    for (const member of members) await write(centralOf(member))
    await write(endOf(members.length, at - directory, directory))
  }
  return { add, finish }
}

export type Zip = {
  /** In the order of the directory. */
  names: string[]
  sizeOf: (name: string) => number | null
  /** A member's bytes; null when there is none. @throws RangeError when it is damaged */
  read: (name: string) => Promise<Bytes | null>
  /** Where a stored member's bytes lie in the file; null for one that is packed, or none. @throws RangeError when it is damaged */
  placeOf: (name: string) => Promise<{ start: number; end: number } | null>
}

const viewOf = async (file: BlobLike, from: number, length: number): Promise<DataView> => {
  if (from < 0 || length < 0 || from + length > file.size) throw new RangeError('a zip that is cut short')
  return new DataView(await file.slice(from, from + length).arrayBuffer())
}

const signed = (view: DataView, at: number, mark: number): void => {
  if (view.byteLength < at + 4 || view.getUint32(at, true) !== mark) throw new RangeError('not a zip')
}

/** Where the directory stands. */
const directoryOf = async (file: BlobLike): Promise<{ at: number; size: number; count: number }> => {
  const end = await viewOf(file, file.size - 22, 22)
  signed(end, 0, END)
  const count = end.getUint16(10, true)
  if (count < MOST) return { at: end.getUint32(16, true), size: end.getUint32(12, true), count }
  const locator = await viewOf(file, file.size - 42, 20)
  signed(locator, 0, LOCATOR64)
  const record = await viewOf(file, Number(locator.getBigUint64(8, true)), 56)
  signed(record, 0, END64)
  const long = (at: number) => Number(record.getBigUint64(at, true))
  return { at: long(48), size: long(40), count: long(32) }
}

type Found = { method: number; packed: number; size: number; offset: number }

const readMember = (view: DataView, at: number): { name: string; found: Found; next: number } => {
  signed(view, at, CENTRAL)
  const [nameLength, extra, comment] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
    number,
    number,
    number,
  ]
  const name = fromUtf8(new Uint8Array(view.buffer, at + 46, nameLength))
  const found = {
    method: view.getUint16(at + 10, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  }
  const isPlain = (view.getUint16(at + 8, true) & 1) === 0 && [STORED, DEFLATED].includes(found.method)
  if (!isPlain || found.size > MAX_MEMBER || found.packed > MAX_MEMBER) throw new RangeError(`${name}: not read here`)
  return { name, found, next: at + 46 + nameLength + extra + comment }
}

const dataOf = async (file: BlobLike, { packed, offset }: Found): Promise<{ start: number; end: number }> => {
  const head = await viewOf(file, offset, 30)
  signed(head, 0, LOCAL)
  const start = offset + 30 + head.getUint16(26, true) + head.getUint16(28, true)
  if (start + packed > file.size) throw new RangeError('a zip that is cut short')
  return { start, end: start + packed }
}

const unpack = async (file: BlobLike, found: Found): Promise<Bytes> => {
  const { method, packed, size } = found
  const data = new Uint8Array((await viewOf(file, (await dataOf(file, found)).start, packed)).buffer as ArrayBuffer)
  if (method === STORED) return data
  try {
    // A fixed room: what claims less than it holds is cut, and then its hash differs.
    return inflateSync(data, { out: new Uint8Array(size) }) as Bytes
  } catch {
    throw new RangeError('a damaged member')
  }
}

/** Reads the directory of a zip. @throws RangeError (or TypeError for a name) when it is none, or names a member twice */
export const openZip = async (file: BlobLike): Promise<Zip> => {
  const { at, size, count } = await directoryOf(file)
  if (size > MAX_DIRECTORY) throw new RangeError('a directory that is too large')
  const view = await viewOf(file, at, size)
  const members = new Map<string, Found>()
  let next = 0
  for (let i = 0; i < count; i++) {
    const read = readMember(view, next)
    if (members.has(read.name)) throw new RangeError(`${read.name} stands twice`)
    members.set(read.name, read.found)
    next = read.next
  }
  return {
    names: [...members.keys()],
    sizeOf: (name) => members.get(name)?.size ?? null,
    read: async (name) => {
      const found = members.get(name)
      return found ? unpack(file, found) : null
    },
    placeOf: async (name) => {
      const found = members.get(name)
      return found?.method === STORED ? dataOf(file, found) : null
    },
  }
}
