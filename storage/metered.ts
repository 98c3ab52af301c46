import { createHash } from 'node:crypto'
import { refuse } from '../api/kernel/problem.ts'
import { chunksOf, type ObjectBody } from './port.ts'

export type Announced = { size?: number; sha256?: string }

/**
 * Passes the bytes on while counting and hashing them. The refusal is thrown inside the stream and before its end, so
 * that a driver which writes as it reads never reaches the step that makes the object visible.
 */
export const metered = (body: ObjectBody, announced: Announced) => {
  const hash = createHash('sha256')
  let size = 0
  let sha256 = ''
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(body)) {
      size += chunk.byteLength
      if (announced.size !== undefined && size > announced.size) refuse('size-mismatch')
      hash.update(chunk)
      yield chunk
    }
    if (announced.size !== undefined && size !== announced.size) refuse('size-mismatch')
    sha256 = hash.digest('hex')
    if (announced.sha256 !== undefined && sha256 !== announced.sha256) refuse('checksum-mismatch')
  }
  return { bytes: bytes(), result: () => ({ size, sha256 }) }
}
