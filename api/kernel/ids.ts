import { randomInt, randomUUID } from 'node:crypto'

/** UUIDv7 for public things: sorts by time of making, good for indexes. */
export const publicId = (): string => {
  const hex = Date.now().toString(16).padStart(12, '0')
  const random = randomUUID()
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7${random.slice(15)}`
}

/** UUIDv4 for whatever touches a bidder before the opening: neither its order nor its instant may leak. */
export const secretId = (): string => randomUUID()

/** A random 10-digit number for people to read out, first digit never 0. */
export const secretNumber = (): string => String(randomInt(1_000_000_000, 9_999_999_999))
