import { NO_SUBJECT } from './leaf.ts'

/** Where each once-only subject of a log first stands. */
export type Subjects = {
  /** Notes the subject of a leaf; gives the index at which it stood before, undefined when it is new. */
  place: (leaf: Uint8Array, index: number) => number | undefined
}

const SUBJECT = 9
const LENGTH = NO_SUBJECT.length
const FIRST = 1024

/**
 * A table of its own over two arrays: 40 bytes a place, where a Map of strings takes some two hundred. A log may hold
 * millions of subjects, and whoever made it may have made them all alike but for a byte, so they are compared whole.
 */
export const createSubjects = (): Subjects => {
  let capacity = FIRST
  let count = 0
  let keys = new Uint8Array(capacity * LENGTH)
  /** Index + 1; 0 is an empty place. */
  let values = new Float64Array(capacity)

  const isAt = (slot: number, from: Uint8Array, at: number): boolean => {
    for (let i = 0; i < LENGTH; i++) if (keys[slot * LENGTH + i] !== from[at + i]) return false
    return true
  }
  /** The slot that holds a subject, or the empty one where it belongs. */
  const slotOf = (from: Uint8Array, at: number): number => {
    let hash = 0
    for (let i = 0; i < LENGTH; i++) hash = (Math.imul(hash, 31) + from[at + i]!) >>> 0
    for (let slot = hash % capacity; ; slot = (slot + 1) % capacity)
      if (values[slot] === 0 || isAt(slot, from, at)) return slot
  }
  const grow = (): void => {
    const [oldKeys, oldValues] = [keys, values]
    capacity *= 2
    keys = new Uint8Array(capacity * LENGTH)
    values = new Float64Array(capacity)
    for (const [old, value] of oldValues.entries()) {
      if (value === 0) continue
      const slot = slotOf(oldKeys, old * LENGTH)
      keys.set(oldKeys.subarray(old * LENGTH, (old + 1) * LENGTH), slot * LENGTH)
      values[slot] = value
    }
  }
  const place = (leaf: Uint8Array, index: number): number | undefined => {
    const slot = slotOf(leaf, SUBJECT)
    if (values[slot] !== 0) return values[slot]! - 1
    keys.set(leaf.subarray(SUBJECT, SUBJECT + LENGTH), slot * LENGTH)
    values[slot] = index + 1
    count += 1
    if (count * 2 > capacity) grow()
    return undefined
  }
  return { place }
}
