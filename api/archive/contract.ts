import { defineRoute, idParams, z } from '../kernel/http.ts'

export const evidence = defineRoute({
  method: 'get',
  path: '/tenders/{id}/evidence.zip',
  'x-who': 'anyone',
  summary:
    'Everything public of a tender at this moment as one zip that verifies offline, for ever; leaves=1 adds the log between NOTICE and CLOSED',
  request: { params: idParams, query: z.strictObject({ leaves: z.enum(['0', '1']).default('0') }) },
  responses: { 200: { description: 'zip', content: { 'application/zip': { schema: z.string() } } } },
})
