import type { Context } from 'hono'
import { createRouter } from '../kernel/http.ts'
import { LIVE_HEADERS, liveStream } from '../kernel/live-stream.ts'
import { refuse } from '../kernel/problem.ts'
import { attachment } from '../kernel/streams.ts'
import { type Bytes, fromBase64url } from '../log/bytes.ts'
import * as drafting from './contract/drafting.ts'
import * as reading from './contract/reading.ts'
import * as trusting from './contract/trustees.ts'
import * as wording from './contract/wording.ts'
import { approveCorrection, readCorrection, returnCorrection, submitCorrection } from './service/correct.ts'
import type { TenderDeps } from './service/deps.ts'
import { createTender, readDraft, saveDraft } from './service/draft.ts'
import { addFile, listFiles, openFile, removeFile } from './service/files.ts'
import * as read from './service/read.ts'
import { approveTender, returnTender, submitTender } from './service/review.ts'
import { cancelTender, resumeTender, suspendTender } from './service/stop.ts'
import { readSet, signSet } from './service/trustee-set.ts'
import {
  drillNonce,
  listTrustees,
  nameTrustees,
  postDrill,
  readKey,
  readTrustees,
  stateKey,
} from './service/trustees.ts'
import { keepWording } from './service/wording.ts'

type Opened = { name: string; mime: string; size: number; stream: ReadableStream<Uint8Array> }

/** Always as an attachment and never sniffed: a published file must not run as a page of this site. */
const send = (c: Context, file: Opened) =>
  c.body(file.stream as ReadableStream, 200, {
    'content-type': file.mime,
    'content-length': String(file.size),
    'content-disposition': attachment(file.name),
    'content-security-policy': "default-src 'none'; sandbox",
  })

const live = (c: Context, deps: TenderDeps, topic: string) =>
  c.body(liveStream(deps.live, topic), 200, LIVE_HEADERS) as never

const bytesOf = (text: string): Bytes => {
  try {
    return fromBase64url(text)
  } catch {
    return refuse('invalid-input')
  }
}

const draftingRoutes = (deps: TenderDeps) =>
  createRouter()
    .openapi(drafting.planTimetable, async (c) => c.json(await read.planTimetable(deps)(c.req.valid('json')), 200))
    .openapi(drafting.createTender, async (c) =>
      c.json(await createTender(deps)(c.var.actor, c.req.valid('json')), 201),
    )
    .openapi(drafting.readDraft, async (c) => c.json(await readDraft(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(drafting.saveDraft, async (c) =>
      c.json(await saveDraft(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(wording.keepWording, async (c) =>
      c.json(await keepWording(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(drafting.submitTender, async (c) =>
      c.json(await submitTender(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').version), 200),
    )
    .openapi(drafting.returnTender, async (c) =>
      c.json(await returnTender(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason), 200),
    )
    .openapi(drafting.approveTender, async (c) =>
      c.json(await approveTender(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').version), 200),
    )
    .openapi(drafting.cancelTender, async (c) =>
      c.json(await cancelTender(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason), 200),
    )
    .openapi(drafting.suspendTender, async (c) =>
      c.json(await suspendTender(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason), 200),
    )
    .openapi(drafting.resumeTender, async (c) =>
      c.json(await resumeTender(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason), 200),
    )

const correctionRoutes = (deps: TenderDeps) =>
  createRouter()
    .openapi(drafting.submitCorrection, async (c) =>
      c.json(await submitCorrection(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json')), 201),
    )
    .openapi(drafting.readCorrection, async (c) =>
      c.json(await readCorrection(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(drafting.returnCorrection, async (c) =>
      c.json(await returnCorrection(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason), 200),
    )
    .openapi(drafting.approveCorrection, async (c) =>
      c.json(await approveCorrection(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(drafting.addFile, async (c) => {
      const { file, kind } = c.req.valid('form')
      const bytes = new Uint8Array(await file.arrayBuffer())
      const upload = { name: file.name, mime: file.type, kind, bytes }
      return c.json(await addFile(deps)(c.var.actor, c.req.valid('param').id, upload), 201)
    })
    .openapi(drafting.listFiles, async (c) => c.json(await listFiles(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(drafting.openFile, async (c) => {
      const { id, fileId } = c.req.valid('param')
      return send(c, await openFile(deps)(c.var.actor, id, fileId))
    })
    .openapi(drafting.removeFile, async (c) => {
      const { id, fileId } = c.req.valid('param')
      return c.json(await removeFile(deps)(c.var.actor, id, fileId), 200)
    })

const trusteeRoutes = (deps: TenderDeps) =>
  createRouter()
    .openapi(trusting.listTrustees, async (c) => c.json(await listTrustees(deps)(), 200))
    .openapi(trusting.nameTrustees, async (c) =>
      c.json(await nameTrustees(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').seats), 200),
    )
    .openapi(trusting.readTrustees, async (c) =>
      c.json(await readTrustees(deps)(c.var.actor, c.req.valid('param').id), 200),
    )
    .openapi(trusting.stateKey, async (c) => {
      const { id, i } = c.req.valid('param')
      const { statement, cms, blob } = c.req.valid('json')
      const posted = { statement: bytesOf(statement), cms: bytesOf(cms), blob: bytesOf(blob) }
      return c.json(await stateKey(deps)(c.var.actor, id, i, posted), 200)
    })
    .openapi(trusting.readKey, async (c) => {
      const { id, i } = c.req.valid('param')
      return c.json(await readKey(deps)(c.var.actor, id, i), 200)
    })
    .openapi(trusting.drillNonce, async (c) => {
      const { id, i } = c.req.valid('param')
      return c.json(await drillNonce(deps)(c.var.actor, id, i), 200)
    })
    .openapi(trusting.postDrill, async (c) => {
      const { id, i } = c.req.valid('param')
      const { statement, cms } = c.req.valid('json')
      const posted = { statement: bytesOf(statement), cms: bytesOf(cms) }
      return c.json(await postDrill(deps)(c.var.actor, id, i, posted), 200)
    })
    .openapi(trusting.signSet, async (c) => {
      const { bytes, cms } = c.req.valid('json')
      const signed = { bytes: bytesOf(bytes), cms: bytesOf(cms) }
      return c.json(await signSet(deps)(c.var.actor, c.req.valid('param').id, signed), 200)
    })
    .openapi(trusting.readSet, async (c) => c.json(await readSet(deps)(c.var.actor, c.req.valid('param').id), 200))
    .openapi(trusting.mySeats, async (c) => c.json(await read.mySeats(deps)(c.var.actor), 200))

const readingRoutes = (deps: TenderDeps) =>
  createRouter()
    .openapi(reading.listNotices, async (c) => c.json(await read.listNotices(deps)(c.req.valid('query')), 200))
    .openapi(reading.myTenders, async (c) => c.json(await read.myTenders(deps)(c.var.actor), 200))
    .openapi(reading.readTender, async (c) => c.json(await read.readTender(deps)(c.req.valid('param').id), 200))
    .openapi(reading.liveNotices, (c) => live(c, deps, 'notices'))
    .openapi(reading.liveTender, async (c) => live(c, deps, await read.liveTopic(deps)(c.req.valid('param').id)))
    .openapi(reading.readNotice, async (c) => {
      const { id, n } = c.req.valid('param')
      const { bytes, hash } = await read.readNotice(deps)(id, n)
      const headers = { 'content-type': 'application/json; charset=utf-8', 'x-notice-hash': hash }
      return c.body(bytes as Uint8Array<ArrayBuffer>, 200, headers) as never
    })
    .openapi(reading.openNoticePdf, async (c) => {
      const { id, n } = c.req.valid('param')
      return send(c, await read.openNoticePdf(deps)(id, n))
    })
    .openapi(reading.readEvents, async (c) => c.json(await read.readEvents(deps)(c.req.valid('param').id), 200))

export const tenderRoutes = (deps: TenderDeps) =>
  createRouter()
    .route('/', draftingRoutes(deps))
    .route('/', correctionRoutes(deps))
    .route('/', trusteeRoutes(deps))
    .route('/', readingRoutes(deps))
