import { problem } from '../../../api/client/http.ts'
import { pemBlocks } from '../../../api/client/trust.ts'
import type { Bytes } from '../../../api/log/bytes.ts'
import { parseCertificate } from '../../../api/seal/certificate.ts'

const SEQUENCE = 0x30

/** One certificate in DER, or any number in PEM; nothing for bad base64. */
const blocksOf = (bytes: Bytes): Bytes[] => {
  if (bytes[0] === SEQUENCE) return [bytes]
  try {
    return pemBlocks(new TextDecoder().decode(bytes), 'CERTIFICATE')
  } catch {
    return []
  }
}

/**
 * DER of the certificates that somebody pins, each of which must be one: a pin that is none would later pass for a
 * forged token. @throws Problem `authorities-unreadable`, `stampers-unreadable`
 */
export const certificatesOf = async (whose: 'authorities' | 'stampers', ...chosen: Blob[]): Promise<Bytes[]> => {
  const found: Bytes[] = []
  for (const one of chosen) {
    const blocks = blocksOf(new Uint8Array(await one.arrayBuffer()))
    const read = await Promise.all(blocks.map(parseCertificate))
    if (blocks.length === 0 || read.some(({ ok }) => !ok)) throw problem(`${whose}-unreadable`, 'No such certificate')
    found.push(...blocks)
  }
  return found
}
