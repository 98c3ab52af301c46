import { base64url, defineRoute, disclosedLayers, instant, jsonAnswer, z } from '../kernel/http.ts'

const hash = base64url.length(43)

export const clients = defineRoute({
  method: 'get',
  path: '/clients',
  'x-who': 'anyone',
  summary: 'The client software ever served, with the events that put the hash of each into the log beforehand',
  responses: {
    200: jsonAnswer(
      z.strictObject({
        clients: z.array(
          z.strictObject({
            sha256: hash.meta({ description: 'client.bundleSha256 of the manifests it makes' }),
            kind: z.enum(['page', 'offline']),
            at: instant,
            files: z.int().positive().meta({ description: '1: the packager, whose hash is that of the file itself' }),
            ...disclosedLayers,
            leaf: base64url,
          }),
        ),
      }),
    ),
  },
})

export const clientList = defineRoute({
  method: 'get',
  path: '/clients/{sha256}/files',
  'x-who': 'anyone',
  summary:
    'The files of one client with their hashes, as sha256sum checks them; its SHA-256 is the name, or that of its only file',
  request: { params: z.strictObject({ sha256: hash }) },
  responses: { 200: { description: 'the list', content: { 'text/plain': { schema: z.string() } } } },
})
