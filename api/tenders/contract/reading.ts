import {
  base64url,
  defineRoute,
  disclosedLayers,
  fen,
  idParams,
  instant,
  jsonAnswer,
  uuid,
  z,
} from '../../kernel/http.ts'
import { noticeSchema } from '../../seal/notice.ts'
import { bilingual, fileView, SIDE } from './drafting.ts'

const PUBLIC_STATUSES = [
  'published',
  'closed',
  'opened',
  'evaluated',
  'awarded',
  'contracted',
  'not-opened',
  'cancelled',
  'failed',
] as const
const status = z.enum(PUBLIC_STATUSES)
const method = z.enum(['open', 'invited', 'negotiation', 'consultation', 'inquiry', 'single-source'])
const object = z.enum(['goods', 'services', 'works'])
const regime = z.enum(['GP', 'TB'])
const counts = z.record(z.string(), z.int())
const hash = z.string().length(43)
const noticeParams = z.strictObject({ id: uuid, n: z.coerce.number().int().min(0).max(9999) })

export const listNotices = defineRoute({
  method: 'get',
  path: '/notices',
  'x-who': 'anyone',
  summary: 'Notices, newest first: every word of `q` must occur; amounts in 分, dates Beijing',
  request: {
    query: z.strictObject({
      q: z.string().max(100).optional(),
      status: status.optional(),
      method: method.optional(),
      object: object.optional(),
      regime: regime.optional(),
      least: fen.optional(),
      most: fen.optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
      page: z.coerce.number().int().min(1).max(10_000).default(1),
    }),
  },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        total: z.int(),
        page: z.int(),
        pageSize: z.int(),
        counts: z.strictObject({ status: counts, method: counts, object: counts, regime: counts }),
        items: z.array(
          z.strictObject({
            id: uuid,
            number: z.string(),
            title: z.string(),
            status: z.string(),
            suspended: z.boolean(),
            regime: z.string(),
            method: z.string(),
            object: z.string(),
            evaluationMethod: z.string(),
            n: z.int(),
            purchaser: z.string(),
            budget: fen,
            lots: z.int(),
            deadline: instant,
            publishedAt: instant,
            noticeAt: instant,
          }),
        ),
      }),
    ),
  },
})

const step = z.strictObject({
  key: z.string(),
  at: instant.nullable(),
  day: z.iso.date().nullable(),
  article: z.string(),
  state: z.enum(['done', 'now', 'next']),
  isForecast: z.boolean(),
  n: z.int().optional(),
})

export const readTender = defineRoute({
  method: 'get',
  path: '/tenders/{id}',
  'x-who': 'anyone',
  summary: 'The project page: newest notice, lots, timeline, what is open now and for whom, files',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        id: uuid,
        number: z.string(),
        title: z.string(),
        status: z.string(),
        suspended: z.boolean(),
        suspensionReason: z.string().nullable(),
        suspensionN: z.int(),
        endReason: z.string().nullable(),
        deadline: instant,
        namesOutAt: instant.nullable(),
        notice: noticeSchema,
        noticeHash: hash,
        notices: z.array(
          z.strictObject({
            n: z.int(),
            hash,
            deadline: instant,
            affecting: z.boolean(),
            eventId: uuid,
            publishedAt: instant,
          }),
        ),
        lots: z.array(z.strictObject({ id: uuid, no: z.int(), title: z.string(), status: z.string() })),
        timeline: z.array(step),
        dateChanges: z
          .array(
            z.strictObject({
              year: z.int(),
              source: z.string(),
              toldAt: instant,
              changes: z.array(z.strictObject({ key: z.string(), from: z.iso.date(), to: z.iso.date() })),
              faults: z.array(
                z.strictObject({
                  code: z.string(),
                  field: z.string(),
                  message: bilingual,
                  satisfy: bilingual,
                  regulation: z.string(),
                  article: z.string(),
                }),
              ),
            }),
          )
          .meta({ description: 'what a holiday plan that came later moved, newest first; no deadline ever' }),
        open: z.array(
          z.strictObject({
            act: z.string(),
            who: z.enum(['public', 'supplier', 'purchaser', 'supervisor', 'trustee']),
            until: instant.nullable(),
          }),
        ),
        files: z.array(fileView),
        now: instant,
      }),
    ),
  },
})

const stream = { description: 'OK', content: { 'text/event-stream': { schema: z.string() } } }

export const liveNotices = defineRoute({
  method: 'get',
  path: '/notices/live',
  'x-who': 'anyone',
  summary: 'Server-sent events: says `changed` when a notice came out or the state of a published tender moved',
  responses: { 200: stream },
})

export const liveTender = defineRoute({
  method: 'get',
  path: '/tenders/{id}/live',
  'x-who': 'anyone',
  summary: 'Server-sent events: says `changed` when something public of the tender has changed, never what or by whom',
  request: { params: idParams },
  responses: { 200: stream },
})

export const readNotice = defineRoute({
  method: 'get',
  path: '/tenders/{id}/notices/{n}',
  'x-who': 'anyone',
  summary: 'The exact bytes of notice n; its hash over JSON and PDF in X-Notice-Hash',
  request: { params: noticeParams },
  responses: {
    200: { description: 'the JSON as it was hashed', content: { 'application/json': { schema: noticeSchema } } },
  },
})

export const openNoticePdf = defineRoute({
  method: 'get',
  path: '/tenders/{id}/notices/{n}/pdf',
  'x-who': 'anyone',
  summary: 'The PDF of notice n',
  request: { params: noticeParams },
  responses: { 200: { description: 'the PDF' } },
})

export const readEvents = defineRoute({
  method: 'get',
  path: '/tenders/{id}/events',
  'x-who': 'anyone',
  summary: 'The once-only public events with both layers and salts, to be checked against the log',
  request: { params: idParams },
  responses: {
    200: jsonAnswer(
      z.strictObject({
        events: z.array(
          z.strictObject({
            eventId: uuid,
            at: instant,
            type: z.string(),
            lotId: uuid.nullable(),
            ...disclosedLayers,
            leaf: base64url,
          }),
        ),
      }),
    ),
  },
})

export const myTenders = defineRoute({
  method: 'get',
  path: '/my/tenders',
  'x-who': SIDE,
  summary: "Your organisation's tenders, drafts included",
  responses: {
    200: jsonAnswer(
      z.strictObject({
        items: z.array(
          z.strictObject({
            id: uuid,
            number: z.string(),
            title: z.string(),
            purchaser: z.string(),
            status: z.string(),
            suspended: z.boolean(),
            version: z.int(),
            deadline: instant.nullable(),
            publishedAt: instant.nullable(),
            returnedReason: z.string().nullable(),
            correctionAt: instant.nullable(),
            waitsForMe: z.boolean(),
            datesMoved: z
              .strictObject({ year: z.int(), toldAt: instant, faults: z.int() })
              .nullable()
              .meta({ description: 'a holiday plan moved dates after the newest notice' }),
          }),
        ),
      }),
    ),
  },
})
