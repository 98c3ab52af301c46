/* Ways to spoil a CMS, after the manner of Wycheproof: each by its name, each drawn from a random number. Test files only. */
import { type Bytes, concat, equal, randomBytes } from '../log/bytes.ts'
import { childrenOf, contentOf, enclose } from './der.ts'
import { readSignedData, type SignedData } from './signed-data.ts'

/** Random integers below a bound, the same again for the same seed (mulberry32). */
export const randomFrom = (seed: number): ((below: number) => number) => {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}
type Random = (below: number) => number

type Node = { start: number; body: number; end: number }

/** Every element of a DER text, at every depth: where its tag, its contents and its end are. */
export const elementsOf = (der: Uint8Array, from = 0, to = der.length): Node[] => {
  const found: Node[] = []
  for (let at = from; at + 2 <= to; ) {
    const long = der[at + 1]! > 0x80 ? der[at + 1]! - 0x80 : 0
    const size = long === 0 ? der[at + 1]! : [...der.subarray(at + 2, at + 2 + long)].reduce((n, b) => n * 256 + b, 0)
    const body = at + 2 + long
    const end = body + size
    if (end > to) return found
    found.push({ start: at, body, end })
    if ((der[at]! & 0x20) !== 0) found.push(...elementsOf(der, body, end))
    at = end
  }
  return found
}

const lengthOf = (size: number): number[] =>
  size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]

/** The text with one element replaced, and the lengths of all around it made to fit: valid DER, another content. */
const replaced = (der: Uint8Array, { start, end }: Node, by: Uint8Array): Bytes => {
  const around = elementsOf(der).filter((one) => one.start < start && one.end >= end)
  let inner = by
  let [from, to] = [start, end]
  for (const one of around.toReversed()) {
    inner = concat(der.subarray(one.body, from), inner, der.subarray(to, one.end))
    inner = concat(der.subarray(one.start, one.start + 1), Uint8Array.from(lengthOf(inner.length)), inner)
    ;[from, to] = [one.start, one.end]
  }
  return concat(der.subarray(0, from), inner, der.subarray(to))
}

const pick = (der: Uint8Array, random: Random): Node => {
  const all = elementsOf(der)
  return all[random(all.length)]!
}

/** An element exchanged for another of the same text. */
const exchanged = (cms: Uint8Array, random: Random): Bytes => {
  const other = pick(cms, random)
  return replaced(cms, pick(cms, random), cms.slice(other.start, other.end))
}

const grown = (cms: Uint8Array, random: Random): Bytes => {
  const node = pick(cms, random)
  const whole = cms.slice(node.start, node.end)
  return replaced(cms, node, concat(whole, whole))
}

/** The same content with a length in more octets than it needs, or an indefinite one: BER that is no DER. */
const respelled = (cms: Uint8Array, random: Random): Bytes => {
  const node = pick(cms, random)
  const [tag, body] = [cms.subarray(node.start, node.start + 1), cms.subarray(node.body, node.end)]
  const size = body.length
  const constructed = (tag[0]! & 0x20) !== 0
  const head = constructed && random(2) === 0 ? [0x80] : [0x83, size >> 16, (size >> 8) & 255, size & 255]
  const end = head[0] === 0x80 ? Uint8Array.of(0, 0) : new Uint8Array()
  return replaced(cms, node, concat(tag, Uint8Array.from(head), body, end))
}

/** A length that promises up to 4 GiB: whoever believes it takes the memory. */
const promised = (cms: Uint8Array, random: Random): Bytes => {
  const { start, body } = pick(cms, random)
  const head = Uint8Array.of(0x84, 0x7f + random(128), random(256), random(256), random(256))
  return concat(cms.subarray(0, start + 1), head, cms.subarray(body))
}

/** Elements in elements, deeper than any stack. */
const nested = (_cms: Uint8Array, random: Random): Bytes => {
  let inner: Uint8Array = Uint8Array.of(5, 0)
  for (let depth = 200 + random(400); depth > 0; depth--)
    inner = concat(Uint8Array.from([0x30, ...lengthOf(inner.length)]), inner)
  return new Uint8Array(inner)
}

export const MUTATIONS: Record<string, (cms: Uint8Array, random: Random) => Bytes> = {
  'octet changed': (cms, random) => {
    const at = random(cms.length)
    return new Uint8Array(cms.with(at, cms[at]! ^ (1 + random(255))))
  },
  'cut short': (cms, random) => new Uint8Array(cms.slice(0, random(cms.length))),
  'octet missing': (cms, random) => {
    const at = random(cms.length)
    return concat(cms.subarray(0, at), cms.subarray(at + 1))
  },
  'octets put in': (cms, random) => {
    const at = random(cms.length)
    return concat(cms.subarray(0, at), randomBytes(1 + random(9)), cms.subarray(at))
  },
  'octets behind': (cms, random) => concat(cms, randomBytes(1 + random(40))),
  noise: (_cms, random) => randomBytes(random(300)),
  'element missing': (cms, random) => replaced(cms, pick(cms, random), new Uint8Array()),
  'element twice': grown,
  'element exchanged': exchanged,
  'element emptied': (cms, random) => {
    const node = pick(cms, random)
    return replaced(cms, node, concat(cms.subarray(node.start, node.start + 1), Uint8Array.of(0)))
  },
  'tag changed': (cms, random) => {
    const { start } = pick(cms, random)
    return new Uint8Array(cms.with(start, cms[start]! ^ (1 + random(255))))
  },
  'length respelled': respelled,
  'length beyond the end': promised,
  'nested deeply': nested,
}

/** One mutation that differs from the original, by its name. */
export const mutate = (cms: Uint8Array, random: Random): { name: string; bytes: Bytes } => {
  const names = Object.keys(MUTATIONS)
  for (;;) {
    const name = names[random(names.length)]!
    const bytes = MUTATIONS[name]!(cms, random)
    if (!equal(bytes, cms)) return { name, bytes }
  }
}

/**
 * Whether both are one signature in two spellings that a verifier must take: a certificate less, which it has pinned, or
 * NULL parameters that may be absent, or rsaEncryption for RSA with its hash (RFC 5754 §2, §3.2). Every other field is
 * compared, and nothing else can stand in a SignedData.
 */
export const isSameSignature = (cms: Uint8Array, spoiled: Uint8Array): boolean => {
  try {
    const [one, other] = [readSignedData(cms), readSignedData(spoiled)]
    const bytes = ({ issuerDer, attributesDer, signature }: SignedData) => concat(issuerDer, attributesDer, signature)
    const words = ({ serialHex, digest }: SignedData) => `${serialHex} ${digest.oid}`
    const held = (der: Uint8Array) => one.certificates.some((own) => equal(own, der))
    return equal(bytes(one), bytes(other)) && words(one) === words(other) && other.certificates.every(held)
  } catch {
    return false
  }
}

/**
 * A certificate, list or request whose signature says that one bit of its last octet is unused; DER allows it where that
 * bit is 0, and so `make` is asked again until it is.
 */
export const respelt = async (make: () => Promise<Uint8Array>): Promise<Bytes> => {
  for (;;) {
    const [signed, algorithm, signature] = childrenOf(await make())
    if (signature!.at(-1)! % 2 === 1) continue
    const content = contentOf(signature!).slice()
    content[0] = 1
    return enclose(0x30, signed!, algorithm!, enclose(0x03, content))
  }
}
