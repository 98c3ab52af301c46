import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OpenAPIHono } from '@hono/zod-openapi'
import { Hono } from 'hono'
import type { HttpEnv } from './kernel/http.ts'

type Operation = { responses: Record<string, unknown> } & Record<string, unknown>
export type ApiDocument = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
} & Record<string, unknown>

const DESCRIPTION = `Every act of every role, as the pages use it. \`x-who\` beside each operation says who may call it:
roles, \`signed-in\` or \`anyone\`. A refusal is an RFC 9457 problem with a \`code\`, what to do, and the article of law
where there is one. Money is integer 分 as a string, instants are UTC. Accounts (password, second factor) answer under
/api/auth, the public transparency log (C2SP tlog-tiles) under /log.`

const text = { type: 'string' }
/** RFC 9457 with the platform's own members (kernel/problem-response.ts). */
const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'remedy', 'requestId'],
  properties: {
    type: { ...text, description: 'address of the explanation' },
    title: { ...text, description: 'the fact, in the language of Accept-Language' },
    status: { type: 'integer' },
    code: { ...text, description: 'stable name of the refusal' },
    article: { ...text, description: 'article of law' },
    remedy: { ...text, description: 'what to do now' },
    requestId: { ...text, description: 'quote it when asking for help' },
    detail: text,
    field: { ...text, description: 'path of the field that is wrong' },
    instant: { ...text, format: 'date-time' },
    params: { type: 'object', additionalProperties: true },
    errors: {
      type: 'array',
      items: { type: 'object', required: ['field', 'code'], properties: { field: text, code: text, message: text } },
    },
  },
}
const PROBLEM_ANSWER = {
  description: 'A refusal',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** The OpenAPI 3.1 document of mounted routers; every operation may answer a problem, so each says so. */
export const apiDocument = (api: OpenAPIHono<HttpEnv>): ApiDocument => {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Sunlit 阳光交易', version: '1', description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    servers: [{ url: '/' }],
  }) as unknown as ApiDocument
  for (const operations of Object.values(document.paths))
    for (const operation of Object.values(operations)) operation.responses.default = PROBLEM_ANSWER
  const components = { ...document.components, schemas: { ...document.components?.schemas, Problem: PROBLEM } }
  return { ...document, components }
}

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>接口文档 API · 阳光交易 Sunlit</title>
<link rel="icon" href="/api/docs/favicon-32x32.png">
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="ui"><noscript>接口文档的机器可读版本 The machine-readable document: <a href="/api/openapi.json">/api/openapi.json</a></noscript></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
`
// Trying out only reads: an act on a live tender belongs on its page, where it is explained and signed.
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#ui', deepLinking: true, validatorUrl: null,
  supportedSubmitMethods: ['get'], showExtensions: true })
`

/** This page's own policy: its library writes style elements; nothing comes from another origin. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Only the files: importing the package would load the whole browser program here. */
const UI = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')))
const ASSETS: Record<string, string> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
}

/** `/api/openapi.json` for machines, `/api/docs` for people. */
export const docsRoutes = (api: OpenAPIHono<HttpEnv>) => {
  const routes = new Hono<HttpEnv>()
  let document: string | undefined
  routes.get('/api/openapi.json', (c) => {
    document ??= JSON.stringify(apiDocument(api))
    return c.body(document, 200, { 'content-type': 'application/json; charset=utf-8' })
  })
  routes.use('/api/docs/*', async (c, next) => {
    await next()
    c.header('content-security-policy', POLICY)
    c.header('x-content-type-options', 'nosniff')
    c.header('cache-control', 'public, max-age=3600')
  })
  routes.get('/api/docs', (c) => c.html(PAGE))
  routes.get('/api/docs/start.js', (c) => c.body(START, 200, { 'content-type': 'text/javascript; charset=utf-8' }))
  for (const [name, type] of Object.entries(ASSETS))
    routes.get(`/api/docs/${name}`, (c) => c.body(readFileSync(join(UI, name)), 200, { 'content-type': type }))
  return routes
}
