import { organisationsByIds, personName } from '../identity/service.ts'
import type { Deps } from '../kernel/deps.ts'
import { toBase64url } from '../log/bytes.ts'
import { eventsOfTender } from '../log/trail.ts'
import { publicTender } from '../tenders/service/shared.ts'

const isText = (value: string | null): value is string => value !== null

/** 20号令 46: read-only sight of everything; bidder-side events only once names are out, for the supervisor as for all. */
export const trail = (deps: Deps) => async (tenderId: string) => {
  const tender = await publicTender(deps.db, tenderId)
  const complete = tender.names_out_at !== null
  const events = await eventsOfTender(deps.db, tenderId, complete ? ['public', 'bidder'] : ['public'])
  const organisations = await organisationsByIds(deps.db, [
    ...new Set(events.map((e) => e.actor.organisationId).filter(isText)),
  ])
  const personIds = [...new Set(events.map((e) => e.actor.personId).filter(isText))]
  const people = new Map(await Promise.all(personIds.map(async (id) => [id, await personName(deps.db, id)] as const)))
  return {
    complete,
    events: events.map((event) => ({
      id: event.id,
      at: event.at.toISOString(),
      type: event.type,
      lotId: event.lotId,
      scope: event.scope,
      actor: {
        ...event.actor,
        name: people.get(event.actor.personId ?? '') ?? null,
        organisation: organisations.find((o) => o.id === event.actor.organisationId)?.name ?? null,
      },
      outer: toBase64url(event.outer),
      outerSalt: toBase64url(event.outerSalt),
      body: toBase64url(event.body),
      bodySalt: toBase64url(event.bodySalt),
      leafIndex: event.leafIndex,
    })),
  }
}
