/** The city's public list of changes: with it an auditor builds the law of any instant, as the platform does. */
import { z } from 'zod'
import { yearPlanImport } from '../law/calendar.ts'
import type { LawChanges } from '../law/changes.ts'
import { methods, objects, params, type RuleId, regimes } from '../law/rows/schema.ts'
import { parseJson } from '../seal/json.ts'
import { type Http, problem } from './http.ts'

const amendment = z.looseObject({
  id: z.string(),
  rule: z.enum(Object.keys(params) as [RuleId, ...RuleId[]]),
  regime: z.enum(regimes).nullable(),
  object: z.array(z.enum(objects)).nullable(),
  method: z.array(z.enum(methods)).nullable(),
  params: z.unknown(),
  effectiveFrom: z.iso.date(),
  document: z.string(),
  article: z.string(),
  approvedAt: z.iso.datetime(),
})
const schema = z.looseObject({ amendments: z.array(amendment), calendars: z.array(yearPlanImport) })

/** A platform that keeps no such list has changed nothing. */
export const lawChanges = async (http: Http): Promise<LawChanges> => {
  const bytes = await http.bytes('/api/regulations/changes')
  if (!bytes) return { amendments: [], calendars: [] }
  const read = parseJson(bytes, schema)
  if (!read.ok) throw problem('law-malformed', 'the published list of rule changes is malformed')
  return read.value
}
