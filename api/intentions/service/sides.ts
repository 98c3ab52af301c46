import { activeMandate, listMandates } from '../../identity/service/mandates.ts'
import { organisationById } from '../../identity/service/organisations.ts'
import type { Actor } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { refuse } from '../../kernel/problem.ts'
import type { Db } from '../store.ts'

/** For whom the actor acts: a purchaser for itself, an agency for whoever mandated it (政府采购法 第二十条). */
export const purchaserFor = async (db: Db, actor: Actor, asked: string | undefined): Promise<string> => {
  const own = actor.organisationId ?? refuse('membership-needed')
  const purchaserId = asked ?? own
  const purchaser = await organisationById(db, purchaserId)
  if (!purchaser?.kinds.includes('purchaser') || purchaser.status !== 'active') return refuse('purchaser-unknown')
  if (actor.role !== 'agency') return purchaserId === own ? own : refuse('not-found')
  const mandate = await activeMandate(db, { agencyId: own, purchaserId, at: await now(db) })
  return mandate ? purchaserId : refuse('mandate-missing')
}

/** Someone else's id answers like an unknown one. */
export const assertSide = async (db: Db, actor: Actor, purchaserId: string): Promise<void> => {
  if (actor.organisationId === null) refuse('not-found')
  if (actor.role !== 'agency') return actor.organisationId === purchaserId ? undefined : refuse('not-found')
  const mandate = await activeMandate(db, { agencyId: actor.organisationId!, purchaserId, at: await now(db) })
  if (!mandate) refuse('not-found')
}

/** The purchasers whose papers the actor may see. */
export const purchasersOf = async (db: Db, actor: Actor): Promise<string[]> => {
  const own = actor.organisationId ?? refuse('membership-needed')
  if (actor.role !== 'agency') return [own]
  const mandates = await listMandates({ db } as Parameters<typeof listMandates>[0])(actor)
  return [...new Set(mandates.filter((one) => one.holds && one.agency_id === own).map((one) => one.purchaser_id))]
}
