import { createHmac, timingSafeEqual } from 'node:crypto'

const TOLERANCE_SECONDS = 300

/** `t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">`: what both ends of the bank port send. */
export const signForBank = (secret: string, body: string, seconds: number): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`

/** Real time, not the sandbox's: a replayed message is old by the wall clock. */
export const isSignedByBank = (secret: string, body: string, header: string, seconds: number): boolean => {
  const match = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header)
  if (match === null || Math.abs(seconds - Number(match[1])) > TOLERANCE_SECONDS) return false
  const expected = signForBank(secret, body, Number(match[1]))
  return timingSafeEqual(Buffer.from(expected), Buffer.from(header))
}
