/*
 * 证据包: the public answers of one tender under their own addresses, with an index, in one zip that verifies offline.
 * The index finds accidents; what holds the contents is the log, whose hashes the numbered checks compare.
 */
import { z } from 'zod'
import { type BlobLike, type Bytes, sha256, toBase64url } from '../log/bytes.ts'
import { createZip, openZip, type Zip, type ZipParts } from '../log/zip.ts'
import { bytesField, encodeJson, idField, parseJson, V } from './json.ts'

export const INDEX = 'index.json'
export const README = 'README.txt'

const fileSchema = z.strictObject({
  path: z.string().regex(/^\/[\x21-\x7e]{1,300}$/),
  file: z.string().regex(/^[\x21-\x7e]{1,300}$/),
  size: z.int().min(0),
  sha256: bytesField(32),
  type: z.string().max(100),
})
const indexSchema = z
  .strictObject({
    v: z.literal(V),
    type: z.literal('evidence'),
    origin: z.url().max(300),
    tenderId: idField,
    madeAt: z.iso.datetime(),
    leaves: z.boolean(),
    files: z.array(fileSchema),
  })
  .refine(({ files }) => new Set(files.map(({ path }) => path)).size === files.length, 'an address twice')
  .refine(({ files }) => new Set(files.map(({ file }) => file)).size === files.length, 'a file twice')
export type EvidenceIndex = z.output<typeof indexSchema>

const ENDINGS: Record<string, string> = {
  'application/json': '.json',
  'application/pdf': '.pdf',
  'text/plain': '.txt',
}

/** The member for an address: an ending, since `…/notices/0` and `…/notices/0/pdf` cannot share a name when unpacked. */
const memberOf = (path: string, type: string): string => {
  const ending = ENDINGS[type] ?? '.bin'
  return path.slice(1) + (path.endsWith(ending) ? '' : ending)
}

export type EvidenceHead = Pick<EvidenceIndex, 'origin' | 'tenderId' | 'madeAt'> & { readme: string }

/** Writes a bundle as its answers come; `add` may be called before an earlier call has ended, they queue. */
export const createEvidence = async (parts: ZipParts, { readme, ...head }: EvidenceHead) => {
  const zip = createZip(parts)
  const files: EvidenceIndex['files'] = []
  const known = new Set<string>()
  await zip.add(README, new TextEncoder().encode(readme))
  let queue: Promise<void> = Promise.resolve()
  const write = async (path: string, bytes: Bytes, type: string): Promise<void> => {
    const file = memberOf(path, type)
    files.push({ path, file, size: bytes.length, sha256: toBase64url(await sha256(bytes)), type })
    await zip.add(file, bytes)
  }
  const add = (path: string, bytes: Bytes, type: string): Promise<void> => {
    if (known.has(path)) return queue
    known.add(path)
    queue = queue.then(() => write(path, bytes, type))
    return queue
  }
  const finish = async (leaves: boolean): Promise<void> => {
    await queue
    const index: EvidenceIndex = { v: V, type: 'evidence', ...head, leaves, files }
    await zip.add(INDEX, encodeJson(index))
    await zip.finish()
  }
  return { add, finish }
}

export type Evidence = {
  index: EvidenceIndex
  /** The bytes of an address as they lie in the bundle, altered or not; null for one that it does not hold. */
  get: (path: string) => Promise<Bytes | null>
  /** What does not agree with the index: `<address>: altered`, `missing`, or `<member>: foreign`. */
  faults: () => Promise<string[]>
}

const memberFault = async (zip: Zip, { file, size, sha256: told }: EvidenceIndex['files'][number]) => {
  const length = zip.sizeOf(file)
  if (length === null) return 'missing'
  if (length !== size) return 'altered'
  const bytes = await zip.read(file).catch(() => null)
  return bytes && toBase64url(await sha256(bytes)) === told ? null : 'altered'
}

const faultsOf = async (zip: Zip, { files }: EvidenceIndex): Promise<string[]> => {
  const faults: string[] = []
  for (const one of files) {
    const fault = await memberFault(zip, one)
    if (fault) faults.push(`${one.path}: ${fault}`)
  }
  const listed = new Set([README, INDEX, ...files.map(({ file }) => file)])
  return [...faults, ...zip.names.filter((name) => !listed.has(name)).map((name) => `${name}: foreign`)]
}

/** Opens a bundle; null for anything else. Nothing of it is verified yet. Never throws. */
export const openEvidence = async (file: BlobLike): Promise<Evidence | null> => {
  try {
    const zip = await openZip(file)
    const bytes = await zip.read(INDEX)
    const read = bytes && parseJson(bytes, indexSchema)
    if (!read?.ok) return null
    const index = read.value
    const members = new Map(index.files.map(({ path, file: member }) => [path, member]))
    return {
      index,
      get: async (path) => {
        const member = members.get(path)
        return member === undefined ? null : zip.read(member).catch(() => null)
      },
      faults: () => faultsOf(zip, index),
    }
  } catch {
    return null
  }
}
