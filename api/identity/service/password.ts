import { type Argon2Parameters, argon2, randomBytes, timingSafeEqual } from 'node:crypto'

// RFC 9106 with OWASP's smallest memory, 19 MiB and two passes: some 40 ms on one core.
const COST = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

const derive = (parameters: Argon2Parameters): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    argon2('argon2id', parameters, (error, tag) => (error ? reject(error) : resolve(tag)))
  })

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
const bytesOf = (password: string): Buffer => Buffer.from(password.normalize('NFKC'), 'utf8')

/** A password as an argon2id PHC string; Unicode in form NFKC, so that every keyboard types the same secret. */
export const hashPassword = async (password: string): Promise<string> => {
  const nonce = randomBytes(16)
  const tag = await derive({ message: bytesOf(password), nonce, ...COST })
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

/** False for a wrong password and for a hash that is not one. */
export const verifyPassword = async ({ hash, password }: { hash: string; password: string }): Promise<boolean> => {
  const match = PHC.exec(hash)
  if (match === null) return false
  const [memory, passes, parallelism] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const expected = Buffer.from(match[5] ?? '', 'base64')
  const nonce = Buffer.from(match[4] ?? '', 'base64')
  const tag = await derive({
    message: bytesOf(password),
    nonce,
    memory,
    passes,
    parallelism,
    tagLength: expected.length,
  })
  return timingSafeEqual(tag, expected)
}
