import { personName } from '../../identity/service/organisations.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { publicId } from '../../kernel/ids.ts'
import { refuse, refuseIf } from '../../kernel/problem.ts'
import type { LawContext } from '../../law/contract.ts'
import { sha256, toBase64url, utf8 } from '../../log/bytes.ts'
import { lawAt } from '../../regulations/service.ts'
import type { TenderDraft } from '../contract/content.ts'
import type { KeepWording, WordingDecisionView, WordingHitView } from '../contract/wording.ts'
import { record } from '../events.ts'
import {
  type Asked,
  draftPassages,
  isAsked,
  type Passage,
  screenPassages,
  settledNow,
  standingOf,
  type WordingHit,
} from '../rules/wording.ts'
import { mayCorrect, mayEdit } from '../rules.ts'
import * as store from '../store/wording.ts'
import type { Db, TenderRow } from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { assertPurchaserSide, lockTender } from './shared.ts'

type Place = 'draft' | 'correction'

/** Names of those who decided, each asked for once. */
const namesOf = async (db: Db, rows: readonly store.WordingRow[]): Promise<Map<string, string | null>> => {
  const ids = [...new Set(rows.map((row) => row.decided_by))]
  return new Map(await Promise.all(ids.map(async (id) => [id, await personName(db, id)] as const)))
}

const viewDecision = (row: store.WordingRow, by: string | null): WordingDecisionView => ({
  place: row.place as Place,
  field: row.field,
  rule: row.rule,
  regulation: row.regulation,
  article: row.article,
  words: row.words,
  text: row.text,
  decision: row.decision as WordingDecisionView['decision'],
  reason: row.reason,
  replacement: row.replacement,
  by,
  at: row.decided_at.toISOString(),
})

/** What a text asks, with what was decided; and everything decided on the tender so far. */
export const readWording = async (
  db: Db,
  tenderId: string,
  passages: readonly Passage[],
  context: LawContext,
): Promise<{ hits: WordingHitView[]; decisions: WordingDecisionView[] }> => {
  const rows = await store.wordingOf(db, tenderId)
  const names = await namesOf(db, rows)
  const hits = screenPassages(passages, context).map((hit) => {
    const { ruleFrom: _, ...shown } = hit
    const row = standingOf(hit, rows)
    const kept = row && {
      reason: row.reason ?? '',
      by: names.get(row.decided_by) ?? null,
      at: row.decided_at.toISOString(),
    }
    return { ...shown, kept }
  })
  return { hits, decisions: rows.map((row) => viewDecision(row, names.get(row.decided_by) ?? null)) }
}

type Said = { decision: 'kept'; reason: string } | { decision: 'changed'; replacement: string }

/** One decision, one row, one event: who, when, which words of which text by which row of the law. */
const decide = async (
  trx: Db,
  actor: Actor,
  tenderId: string,
  place: Place,
  hit: WordingHit,
  said: Said,
): Promise<store.WordingRow> => {
  const textHash = await sha256(utf8(hit.text))
  const { field, rule, regulation, article, ruleFrom, words } = hit
  const [reason, replacement] = said.decision === 'kept' ? [said.reason, null] : [null, said.replacement]
  const row = await store.insertWording(trx, {
    id: publicId(),
    tender_id: tenderId,
    place,
    field,
    text: hit.text,
    text_hash: Buffer.from(textHash),
    rule,
    regulation,
    article,
    rule_from: ruleFrom,
    words,
    decision: said.decision,
    reason,
    replacement,
    decided_by: actor.personId ?? refuse('sign-in-needed'),
    decided_at: await now(trx),
  })
  await record(trx, actor, tenderId, 'wording.decided/1', {
    place,
    field,
    rule,
    regulation,
    article,
    ruleFrom,
    words,
    textHash: toBase64url(textHash),
    decision: said.decision,
    reason,
    replacementHash: replacement === null ? null : toBase64url(await sha256(utf8(replacement))),
  })
  return row
}

/** 「保留」: the words stay as they stand, for a reason that the second person and the supervisor read. */
export const keepWording =
  ({ db }: TenderDeps) =>
  (actor: Actor, id: string, { place, reason, ...asked }: KeepWording) =>
    db.transaction().execute(async (trx) => {
      const tender = await lockTender(trx, id, 'update')
      await assertPurchaserSide(trx, actor, tender)
      const at = await now(trx)
      refuseIf(place === 'draft' ? mayEdit(tender, tender.version) : mayCorrect(tender, at))
      if (place === 'draft' && !stands(tender, asked)) refuse('wording-text-differs', { field: asked.field })
      const hits = screenPassages([asked], await lawAt(trx, at))
      const hit = hits.find((one) => isAsked(one, asked)) ?? refuse('wording-not-found', { field: asked.field })
      const standing = standingOf(hit, await store.wordingOf(trx, id))
      const isRepeated = standing?.reason === reason && standing.decided_by === actor.personId
      const row = isRepeated ? standing : await decide(trx, actor, id, place, hit, { decision: 'kept', reason })
      return viewDecision(row, await personName(trx, row.decided_by))
    })

const stands = (tender: Pick<TenderRow, 'draft'>, { field, text }: Passage): boolean =>
  draftPassages(tender.draft as TenderDraft).some((one) => one.field === field && one.text === text)

/** 「已修改」: what a page had asked about and the person wrote otherwise, in the transaction of that writing. */
export const settleWording = async (
  trx: Db,
  actor: Actor,
  tenderId: string,
  place: Place,
  asked: readonly Asked[],
  after: readonly Passage[],
): Promise<void> => {
  if (asked.length === 0) return
  const context = await lawAt(trx, await now(trx))
  for (const { replacement, ...one } of settledNow(asked, screenPassages(after, context), after)) {
    const hit = screenPassages([one], context).find((found) => isAsked(found, one))
    if (hit) await decide(trx, actor, tenderId, place, hit, { decision: 'changed', replacement })
  }
}
