import { z } from 'zod'
import { type Bytes, fromBase64url, fromUtf8, utf8 } from '../log/bytes.ts'

/** Version of every JSON that is signed or hashed here (SEALING §3). */
export const V = 'sunlit/v1'

/** What a check says: the facts, or one code. Crypto failures never say more than their code. */
export type Verdict<T, C extends string = string> = ({ ok: true } & T) | { ok: false; code: C }

export const failed = <C extends string>(code: C): { ok: false; code: C } => ({ ok: false, code })

/** base64url of exactly `length` bytes, in its only spelling. */
export const bytesField = (length: number) => base64urlField(length, length)

/** base64url of `min`..`max` bytes. */
export const base64urlField = (min: number, max: number) =>
  z
    .string()
    .max(Math.ceil((max * 4) / 3))
    .refine((text) => isBase64url(text, min, max), 'not base64url of the right length')

const isBase64url = (text: string, min: number, max: number): boolean => {
  try {
    const { length } = fromBase64url(text)
    return length >= min && length <= max
  } catch {
    return false
  }
}

export const idField = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)

/** UTC milliseconds. */
export const instantField = z.int().min(0).max(8.64e15)

/** Compact JSON as bytes: the builder's side. A reader never re-serialises, it hashes the bytes it received. */
export const encodeJson = (value: unknown): Bytes => utf8(JSON.stringify(value))

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g

/**
 * Whether some object of this (already valid) JSON text names a member twice or names `__proto__`: two readers could
 * then see two different bids in the same signed bytes (RFC 8259 §4 leaves the choice to the reader).
 */
const hasAmbiguousMember = (text: string): boolean => {
  const open: (Set<string> | null)[] = []
  let last = ''
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set())
    else if (token === '[') open.push(null)
    else if (token === '}' || token === ']') open.pop()
    else if (token === ':') {
      const names = open.at(-1)
      const name = JSON.parse(last) as string
      if (!names || names.has(name) || name === '__proto__') return true
      names.add(name)
    }
    last = token
  }
  return false
}

/** Strict reading of foreign JSON bytes: valid UTF-8, no member twice, and exactly the schema. Never throws. */
export const parseJson = <S extends z.ZodType>(bytes: Uint8Array, schema: S): Verdict<{ value: z.output<S> }> => {
  try {
    const text = fromUtf8(bytes)
    const raw: unknown = JSON.parse(text)
    if (hasAmbiguousMember(text)) return failed('malformed')
    const parsed = schema.safeParse(raw)
    return parsed.success ? { ok: true, value: parsed.data } : failed('malformed')
  } catch {
    return failed('malformed')
  }
}
