import { base64url, defineRoute, instant, jsonAnswer, jsonBody, z } from '../kernel/http.ts'

const state = z.enum(['red', 'green', 'unknown'])

export const probeStatus = defineRoute({
  method: 'get',
  path: '/probes',
  'x-who': 'anyone',
  summary: 'What probes outside saw of the platform in the last hour; null where no probe is named',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        now: instant,
        desk: z.url().nullable().meta({ description: 'where parts of bids are put; null: here' }),
        named: z
          .strictObject({
            quorum: z.int(),
            state,
            probes: z.array(
              z.strictObject({
                name: z.string(),
                vkey: z.string(),
                heardOf: instant.nullable().meta({ description: 'the newest minute that it told' }),
                isDown: z.boolean().nullable(),
                minutes: z.array(z.enum(['up', 'down', 'silent'])),
              }),
            ),
            minutes: z.array(z.strictObject({ at: instant, state })),
            outages: z.array(z.strictObject({ from: instant, to: instant, isOver: z.boolean() })),
          })
          .nullable(),
      }),
    ),
  },
})

export const takeStatements = defineRoute({
  method: 'post',
  path: '/probes/statements',
  'x-who': 'anyone',
  summary: 'A named probe delivers its signed minutes, oldest first; nobody else’s are taken',
  request: {
    ...jsonBody(
      z.strictObject({
        statements: z
          .array(z.strictObject({ statement: base64url.max(2000), signature: base64url.length(86) }))
          .min(1)
          .max(120),
      }),
    ),
  },
  responses: { 200: jsonAnswer(z.strictObject({ taken: z.int() })) },
})
