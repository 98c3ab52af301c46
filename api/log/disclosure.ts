/**
 * When a leaf's outer layer may become public, and how it is published and checked (SEALING §3 "Disclosure").
 * Bundles of 256 stand beside the entry bundles: a bitmap of dummies, the hourly seeds, the other leaves' outer + salt.
 */
import { type Bytes, fromBase64url, fromUtf8, shortHmac, toBase64url, u64, utf8 } from './bytes.ts'
import { commitsTo, LEAF_SIZE, leafTime, type Outer, parseOuter } from './leaf.ts'
import { TILE_WIDTH } from './tiles.ts'

const DAY = 86_400_000
const HOUR = 3_600_000
/** Beijing has no summer time: UTC+8 all year. */
const BEIJING = 8 * HOUR
/** Leaves may come up to 5 s after their time; a minute settles a day beyond doubt. */
const SETTLED = 60_000

/** What every dummy says; its secret is the salt alone. */
export const DUMMY_OUTER: Bytes = utf8('{"type":"dummy/1"}')

/** HMAC(hourly seed, u64 leaf index). */
export const dummySalt = (seed: Uint8Array, index: number): Bytes => shortHmac(seed, u64(index))

/** Hours since the epoch: the key of a seed. */
export const hourOf = (time: number): number => Math.floor(time / HOUR)

/** Beijing days since the epoch: who sorts millions of leaves by day counts, and writes the days out once. */
export const dayNumber = (time: number): number => Math.floor((time + BEIJING) / DAY)

/** The Beijing calendar day, YYYY-MM-DD, of unix milliseconds. */
export const dayOf = (time: number): string => dayNamed(dayNumber(time))

/** The day of such a number, YYYY-MM-DD. */
export const dayNamed = (number: number): string => new Date(number * DAY).toISOString().slice(0, 10)

/** Unix milliseconds at which a Beijing day begins. */
export const dayStart = (day: string): number =>
  Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)) - 1, Number(day.slice(8, 10))) - BEIJING

/**
 * A tender as far as disclosure goes, in unix milliseconds: its first NOTICE, its last lot's CLOSED, and when all of
 * it was open, NOT_OPENED or cancelled.
 */
export type TenderWindow = { tenderId: string; from: number; closed: number | null; ended: number | null }

/** Whether NOTICE…CLOSED of the tender touches the Beijing day. A tender that ended without CLOSED closed then. */
export const coversDay = ({ from, closed, ended }: TenderWindow, day: string): boolean => {
  const to = closed ?? ended
  return dayOf(from) <= day && (to === null || day <= dayOf(to))
}

/**
 * Whether the dummies and the events of no tender of a Beijing day may be told. The whole day at once, and only when
 * every tender whose window covers it has ended, whether or not it had events: else the leaves left over would count
 * another tender's bids.
 */
export const mayDiscloseDay = (day: string, windows: readonly TenderWindow[], now: number): boolean =>
  dayStart(day) + DAY + SETTLED <= now && windows.every((w) => w.ended !== null || !coversDay(w, day))

/**
 * Whether an event's leaf may be told. From its first NOTICE on a tender's leaves are its own and wait for its end;
 * what was logged before (drafts, trustees' keys) goes with its day like the events of no tender.
 */
export const mayDiscloseLeaf = (
  leaf: { time: number; tenderId: string | null },
  windows: readonly TenderWindow[],
  now: number,
): boolean => {
  const own = windows.find((w) => w.tenderId === leaf.tenderId && leaf.time >= w.from)
  return own ? own.ended !== null : mayDiscloseDay(dayOf(leaf.time), windows, now)
}

/** A disclosure bundle as JSON: positions are within the bundle, byte strings base64url, seeds by hour since the epoch. */
export type Disclosure = {
  v: 1
  bundle: number
  width: number
  dummies: string
  seeds: Record<string, string>
  leaves: { i: number; outer: string; salt: string }[]
}

/** `/log/disclosures/<N>`. */
export const disclosurePath = (bundle: number): string => `/log/disclosures/${bundle}`

/** The bundle as JSON text bytes; bit i of the bitmap is bit 7−(i mod 8) of byte ⌊i/8⌋. */
export const formatDisclosure = (
  bundle: number,
  width: number,
  dummies: readonly number[],
  seeds: ReadonlyMap<number, Uint8Array>,
  leaves: readonly { i: number; outer: Uint8Array; salt: Uint8Array }[],
): string => {
  const bitmap = new Uint8Array(TILE_WIDTH / 8)
  for (const i of dummies) bitmap[i >> 3]! |= 0x80 >> (i & 7)
  const shown: Disclosure = {
    v: 1,
    bundle,
    width,
    dummies: toBase64url(bitmap),
    seeds: Object.fromEntries([...seeds].map(([hour, seed]) => [String(hour), toBase64url(seed)])),
    leaves: leaves.map(({ i, outer, salt }) => ({ i, outer: toBase64url(outer), salt: toBase64url(salt) })),
  }
  return JSON.stringify(shown)
}

/** One leaf after disclosure; `false` means that what was published does not match the commitment. */
export type Opened =
  | { state: 'hidden' }
  | { state: 'dummy' }
  | { state: 'event'; outer: Outer; outerBytes: Bytes; salt: Bytes }
  | { state: 'false' }

const HIDDEN: Opened = { state: 'hidden' }
const DUMMY: Opened = { state: 'dummy' }
const FALSE: Opened = { state: 'false' }

/**
 * Checks a disclosure bundle against the leaves it speaks of, one verdict for each. Throws (RangeError, SyntaxError,
 * TypeError) when the bundle is malformed or of another number.
 */
export const openDisclosure = (bytes: Uint8Array, bundle: number, leaves: readonly Uint8Array[]): Opened[] => {
  const shown = JSON.parse(fromUtf8(bytes)) as Disclosure
  if (shown.v !== 1 || shown.bundle !== bundle || !Array.isArray(shown.leaves)) throw new RangeError('not a disclosure')
  const bitmap = fromBase64url(shown.dummies)
  if (bitmap.length !== TILE_WIDTH / 8) throw new RangeError('not a disclosure')
  if (leaves.some((leaf) => leaf.length !== LEAF_SIZE)) throw new RangeError('not of leaves')
  const seeds = new Map(Object.entries(shown.seeds).map(([hour, seed]) => [Number(hour), fromBase64url(seed)]))
  const told = new Map(shown.leaves.map((leaf) => [leaf.i, leaf]))
  return leaves.map((leaf, i): Opened => {
    if ((bitmap[i >> 3]! & (0x80 >> (i & 7))) !== 0) {
      const seed = seeds.get(hourOf(leafTime(leaf)))
      const salt = seed && dummySalt(seed, bundle * TILE_WIDTH + i)
      return salt && commitsTo(leaf, salt, DUMMY_OUTER) ? DUMMY : FALSE
    }
    const event = told.get(i)
    if (!event) return HIDDEN
    const [outer, salt] = [fromBase64url(event.outer), fromBase64url(event.salt)]
    if (!commitsTo(leaf, salt, outer)) return FALSE
    return { state: 'event', outer: parseOuter(outer), outerBytes: outer, salt }
  })
}
