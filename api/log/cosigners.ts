/** The log's side of tlog-witness: asking witnesses what they know, and collecting their cosignatures. */

import { parseDecimal, signCheckpoint } from './checkpoint.ts'
import { cosignedAt } from './cosignature.ts'
import { type NoteSigner, parseNote, parseSignatures, signatureLine } from './note.ts'
import type { PolicyWitness } from './policy.ts'
import { consistencyProof, EMPTY_ROOT, type HashReader } from './tree.ts'
import { addCheckpointBody } from './witness.ts'

type Fetch = typeof fetch

/** A witness of the policy, with the size it last told. Null = not asked yet. */
export type Cosigner = PolicyWitness & { size: number | null }
/** `behind`: a witness knows a larger or another tree than ours, so that signing would show two histories. */
export type Cosigned = { line: string } | { behind: string } | { failed: string }

const post = async (send: Fetch, url: string, body: string, timeout: number) => {
  const response = await send(`${url.replace(/\/$/, '')}/add-checkpoint`, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(timeout),
  })
  const text = await response.text()
  const told = response.status === 409 ? parseDecimal(text.trimEnd()) : null
  return { status: response.status, text, told }
}

/**
 * The size a witness last cosigned; null when it does not answer. It is asked with a checkpoint of the empty tree,
 * which contradicts no history: a restored backup must not sign anything else before it knows.
 */
export const askSize = async (
  send: Fetch,
  one: Cosigner,
  signer: NoteSigner,
  timeout: number,
): Promise<number | null> => {
  if (one.url === null) return null
  try {
    const empty = await signCheckpoint({ origin: signer.name, size: 0, root: EMPTY_ROOT, time: null }, signer)
    const { status, told } = await post(send, one.url, addCheckpointBody(0, [], empty), timeout)
    if (status === 409) return told
    // An unused witness cosigns nothing (ours refuses with 422) or the empty tree itself.
    return status === 200 || status === 422 ? 0 : null
  } catch {
    return null
  }
}

/** Asks one witness for its cosignature on a signed checkpoint; never throws. */
export const requestCosignature = async (
  send: Fetch,
  one: Cosigner,
  checkpoint: { note: string; size: number },
  read: HashReader,
  timeout: number,
): Promise<Cosigned> => {
  if (one.url === null) return { failed: 'no address' }
  try {
    for (let attempt = 0; attempt < 2; attempt++) {
      const old = one.size ?? 0
      const proof = old === 0 ? [] : await consistencyProof(old, checkpoint.size, read)
      const { status, text, told } = await post(send, one.url, addCheckpointBody(old, proof, checkpoint.note), timeout)
      if (status === 200) return await accept(one, checkpoint, text)
      if (status !== 409 || told === null) return { failed: `status ${status}` }
      if (told > checkpoint.size) return { behind: `${one.name} has seen ${told} leaves, we have ${checkpoint.size}` }
      if (told === old) return { behind: `${one.name} has seen another tree of ${told} leaves` }
      one.size = told
    }
    return { failed: 'its size keeps changing' }
  } catch (error) {
    return { failed: error instanceof Error ? error.name : 'unreachable' }
  }
}

const accept = async (one: Cosigner, checkpoint: { note: string; size: number }, text: string): Promise<Cosigned> => {
  const signature = parseSignatures(text).find(({ name, id }) => name === one.key.name && id === one.key.id)
  if (!signature) return { failed: 'answered with a foreign key' }
  const line = signatureLine(one.key, signature.signature)
  if ((await cosignedAt(parseNote(checkpoint.note + line), one.key)) === null) return { failed: 'false cosignature' }
  one.size = checkpoint.size
  return { line }
}
