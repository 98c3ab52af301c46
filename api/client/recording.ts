/*
 * A platform carried in a file, for a computer without a network: what it answers is recorded online, and the very software
 * that ran online runs again over the file. Nothing in such a file is believed: all of it is verified where it is used.
 *   const recording = recorder(http); await verifyTender(recording.http, …); const answers = await recording.answers()
 *   const offline = replaying(origin, answers)
 */
import { z } from 'zod'
import { type Bytes, toBase64url } from '../log/bytes.ts'
import { bytesOf, type Http, type Method, problem } from './http.ts'

/** An answer by method and path, bytes in base64url, null where there was no such thing. */
export const answerSchema = z.union([
  z.strictObject({ path: z.string(), json: z.json() }),
  z.strictObject({ path: z.string(), bytes: z.string().nullable() }),
])
export const answersSchema = z.array(answerSchema).max(200_000)
export type Answer = z.output<typeof answerSchema>

const bytesIn = (found: Answer): Bytes | null =>
  'bytes' in found && typeof found.bytes === 'string' ? bytesOf(found.bytes) : null

/** Questions are put once each: what is asked twice has one answer, as it will have offline. */
export const recorder = (http: Http) => {
  const asked = new Map<string, Promise<Answer>>()
  const once = (path: string, ask: () => Promise<Answer>): Promise<Answer> => {
    const known = asked.get(path) ?? ask()
    asked.set(path, known)
    return known
  }
  const recording: Http = {
    ...http,
    json: async <T>(method: Method, path: string, body?: unknown) => {
      const name = `${method} ${path}`
      const found = await once(name, async () => ({ path: name, json: (await http.json(method, path, body)) as never }))
      return ('json' in found ? found.json : null) as T
    },
    bytes: async (path) => {
      const found = await once(path, async () => {
        const bytes = await http.bytes(path)
        return { path, bytes: bytes === null ? null : toBase64url(bytes) }
      })
      return bytesIn(found)
    },
  }
  return { http: recording, answers: () => Promise.all(asked.values()) }
}

/** @throws Problem not-in-data-file */
export const nothing = (what: string): never => {
  throw problem('not-in-data-file', 'The data file holds no such answer', { detail: what })
}

/** A platform that answers from a file and takes nothing. */
export const replaying = (origin: string, recorded: readonly Answer[]): Http => {
  const answers = new Map(recorded.map((one) => [one.path, one]))
  return {
    origin,
    json: async <T>(method: Method, path: string) => {
      const found = answers.get(`${method} ${path}`)
      return (found && 'json' in found ? found.json : nothing(`${method} ${path}`)) as T
    },
    bytes: async (path) => {
      const found = answers.get(path)
      return found && 'bytes' in found ? bytesIn(found) : nothing(path)
    },
    form: async () => nothing('form'),
    put: async () => nothing('put'),
  }
}
