import { defineRoute, disclosedLayers, idParams, instant, jsonAnswer, uuid, z } from '../kernel/http.ts'

const event = z.strictObject({
  id: uuid,
  at: instant,
  type: z.string(),
  lotId: uuid.nullable(),
  scope: z.enum(['public', 'bidder']),
  actor: z.strictObject({
    personId: uuid.nullable(),
    name: z.string().nullable(),
    organisationId: uuid.nullable(),
    organisation: z.string().nullable(),
    role: z.string(),
    via: z.string(),
    networkAddress: z.string().nullable(),
  }),
  ...disclosedLayers,
})

export const trail = defineRoute({
  method: 'get',
  path: '/tenders/{id}/trail',
  'x-who': ['supervisor'],
  summary:
    'The whole trail of a tender: each event, who, when, from where, its place in the log (bidder-side once names are out)',
  request: { params: idParams },
  responses: { 200: jsonAnswer(z.strictObject({ complete: z.boolean(), events: z.array(event) })) },
})
