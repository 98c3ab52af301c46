import type { ApiDocument } from '../../api/docs.ts'
import type { Who } from '../../api/kernel/http.ts'

type Schema = Record<string, unknown> & {
  type?: string | string[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
}

export type Operation = {
  method: string
  path: string
  who: Who
  /** Schema of the JSON or form body, undefined without one. */
  body: Schema | undefined
  /** The path with this id as `{id}` and small values for the rest. */
  fill: (id: string) => string
}

const FILLED: Record<string, string> = { i: '1', n: '0', index: '0', kind: 'technical' }

const fill = (path: string, id: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'id' ? id : (FILLED[name] ?? crypto.randomUUID())))

/** Every operation of the document; the sign-out comes last, since it ends the session that asks. */
export const operationsOf = (document: ApiDocument): Operation[] =>
  Object.entries(document.paths)
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, one]): Operation => {
        const content = (one.requestBody as { content?: Record<string, { schema: Schema }> } | undefined)?.content
        return {
          method: method.toUpperCase(),
          path,
          who: one['x-who'] as Who,
          body: content && Object.values(content)[0]?.schema,
          fill: (id) => fill(path, id),
        }
      }),
    )
    .sort((a, b) => Number(a.path.endsWith('/sign-out')) - Number(b.path.endsWith('/sign-out')))

const textOf = (schema: Schema): string => {
  if (schema.format === 'uuid') return crypto.randomUUID()
  if (schema.format === 'date-time') return '2027-01-05T01:00:00Z'
  if (schema.format === 'date') return '2027-01-05'
  const pattern = String(schema.pattern ?? '')
  const candidates = ['1000000', '0.30', '2027-03', 'A'.repeat(43), 'YWJj', 'a'.repeat(64)]
  if (pattern) return candidates.find((one) => new RegExp(pattern, 'u').test(one)) ?? ''
  return '有效的文字内容'.padEnd(Number(schema.minLength ?? 0), '字').slice(0, Number(schema.maxLength ?? 100))
}

/** A value that fits a JSON schema, so that a call comes past the form of its body to what it is about. */
export const sampleOf = (schema: Schema | undefined): unknown => {
  if (!schema) return {}
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  const either = schema.anyOf ?? schema.oneOf
  if (either) return sampleOf(either.find((one) => one.type !== 'null'))
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type
  if (type === 'object')
    return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name])]))
  if (type === 'array') return Array.from({ length: Number(schema.minItems ?? 0) }, () => sampleOf(schema.items))
  if (type === 'integer' || type === 'number') return Number(schema.minimum ?? schema.exclusiveMinimum ?? 0) + 1
  if (type === 'boolean') return true
  return textOf(schema)
}
