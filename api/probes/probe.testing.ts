/* A probe of a test, which says what the test wants. Test files only. */
import type { Http } from '../client/http.ts'
import { toBase64url } from '../log/bytes.ts'
import { newSeed, signerOf } from '../log/ed25519.ts'
import { ED25519, type NoteSigner, noteSigner } from '../log/note.ts'
import { MINUTE, type ProbeStatement, type SignedProbe, signProbe } from '../seal/probe.ts'

export type TestProbe = {
  key: NoteSigner
  /** Minutes from `first` on, a letter each: `u` up, `d` down, `.` nothing. */
  signed: (first: number, words: string, over?: Partial<ProbeStatement>) => Promise<SignedProbe[]>
  tell: (first: number, words: string, over?: Partial<ProbeStatement>) => Promise<unknown>
}

export const testProbe = async (
  { visitor, deps }: { visitor: Pick<Http, 'json'>; deps: { log: { origin: string } } },
  name: string,
): Promise<TestProbe> => {
  const key = noteSigner(name, ED25519, await signerOf(newSeed()))
  const signed: TestProbe['signed'] = async (first, words, over) => {
    const minutes = [...words].flatMap((word, no) => (word === '.' ? [] : [{ word, minute: first + no * MINUTE }]))
    return Promise.all(
      minutes.map(({ word, minute }) =>
        signProbe(
          {
            origin: deps.log.origin,
            probe: name,
            minute,
            state: word === 'd' ? 'down' : 'up',
            from: minute,
            to: minute + MINUTE,
            looks: 12,
            failed: word === 'd' ? ['ready'] : [],
            ...over,
          },
          key,
        ),
      ),
    )
  }
  const tell: TestProbe['tell'] = async (first, words, over) => {
    const statements = (await signed(first, words, over)).map(({ bytes, signature }) => ({
      statement: toBase64url(bytes),
      signature: toBase64url(signature),
    }))
    return visitor.json('POST', '/api/probes/statements', { statements })
  }
  return { key, signed, tell }
}
