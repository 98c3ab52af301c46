import type { Actor } from './actor.ts'
import type { Database } from './database.ts'
import type { Deps } from './deps.ts'
import {
  type CheckSigner,
  type CompletedSignature,
  completeSignature,
  type HandedSignature,
  type PreparedSignature,
  preparedPdf,
  prepareSignature,
  type SignatureWish,
  stamped,
} from './signing.ts'

/** What one kind of paper says of its signing; all else is the same for every paper. `P`: the paper as the feature has it. */
export type Paper<P extends { documentId: string }, A> = {
  /** This actor's paper to sign, or its refusal; `update` in the transaction that keeps the signature. */
  own: (db: Database, actor: Actor, id: string, mode: 'read' | 'update') => Promise<P>
  wish: (db: Database, actor: Actor, paper: P) => Promise<SignatureWish>
  check: CheckSigner
  /** After the signature: the feature's rows and its one event, which a repeated one (`isNew` false) does not get. */
  keep: (trx: Database, actor: Actor, paper: P, signed: CompletedSignature) => Promise<A>
}

/** What a signer does with a paper; `id` names it as the feature's addresses do. */
export type SigningActs<A> = {
  prepare: (actor: Actor, id: string) => Promise<PreparedSignature>
  /** The very file this person is about to sign. */
  prepared: (actor: Actor, id: string) => Promise<Uint8Array>
  sign: (actor: Actor, id: string, command: HandedSignature) => Promise<A>
}

export const signingActs = <P extends { documentId: string }, A>(
  deps: Pick<Deps, 'db' | 'files' | 'stamp'>,
  { own, wish, check, keep }: Paper<P, A>,
): SigningActs<A> => ({
  prepare: async (actor, id) => {
    const paper = await own(deps.db, actor, id, 'read')
    return prepareSignature(deps)(actor, paper.documentId, await wish(deps.db, actor, paper))
  },
  prepared: async (actor, id) => preparedPdf(deps.db, actor, (await own(deps.db, actor, id, 'read')).documentId),
  sign: async (actor, id, command) => {
    // No authority is asked for a stranger, nor before there is a paper.
    await own(deps.db, actor, id, 'read')
    const handed = await stamped(deps)(command)
    return deps.db.transaction().execute(async (trx) => {
      const paper = await own(trx, actor, id, 'update')
      const { by, name } = await wish(trx, actor, paper)
      const signed = await completeSignature({ files: deps.files, check })(trx, actor, paper.documentId, {
        ...handed,
        by,
        name,
      })
      return keep(trx, actor, paper, signed)
    })
  },
})
