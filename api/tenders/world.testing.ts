import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { openFilesystemStore } from '../../storage/filesystem.ts'
import type { MemberRole, OrganisationKind } from '../identity/rules.ts'
import { makeMandate } from '../identity/service/mandates.ts'
import {
  addMembership,
  createOrganisation,
  createPerson,
  issueDemoCertificate,
  prepareAuthorities,
} from '../identity/service.ts'
import { facts } from '../identity/world.testing.ts'
import { intentionRoutes } from '../intentions/routes.ts'
import { type Actor, SYSTEM } from '../kernel/actor.ts'
import { now } from '../kernel/clock.ts'
import { openPool } from '../kernel/database.ts'
import { createRouter } from '../kernel/http.ts'
import { loadKeys } from '../kernel/keys.ts'
import { createLive } from '../kernel/live.ts'
import { isUnforeseen, problemResponse } from '../kernel/problem-response.ts'
import { parseSettings } from '../kernel/settings.ts'
import { testDatabase } from '../kernel/testing.ts'
import { fromBase64url, toBase64url, utf8 } from '../log/bytes.ts'
import { problems } from '../problems.ts'
import { regulationRoutes } from '../regulations/routes.ts'
import { makeKeyPair, spkiOf } from '../seal/ca.ts'
import { type Signer, signDetached } from '../seal/cms.ts'
import { makeRecovery } from '../seal/selfslot.ts'
import { signTrusteeSet } from '../seal/trustee-set.ts'
import { generateTrusteeKey, signDrill, signKeyStatement, type TrusteeKey } from '../seal/trustees.ts'
import type { TenderDraft } from './contract/content.ts'
import { tenderRoutes } from './routes.ts'
import { sampleDraft } from './sample.testing.ts'
import type { TenderDeps } from './service/deps.ts'

// biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON, their shapes are the contracts' matter
export type Loose = any
export type Answer = { status: number; headers: Headers; body: Loose }
const NOBODY: Actor = { personId: null, organisationId: null, role: 'public', via: 'none', networkAddress: '192.0.2.1' }

/** A platform with the features up to the deadline; who acts is told by the test, everything behind is real. */
export const makeTenderWorld = async (env: Record<string, string> = {}) => {
  const base = await testDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-tenders-'))
  const settings = parseSettings({ SUNLIT_DATA: folder, SUNLIT_MODE: 'demo', ...env })
  const files = await openFilesystemStore({
    directory: join(folder, 'store'),
    signingKey: new Uint8Array(32),
  })
  const pool = openPool(base.url, 2)
  const live = await createLive(pool)
  const deps: TenderDeps = {
    db: base.db,
    files,
    live,
    settings,
    keys: loadKeys(settings),
    logger: pino({ level: 'silent' }),
  }
  await prepareAuthorities(deps)
  let acting: Actor = NOBODY
  const app = createRouter()
  app.onError((error, c) => {
    if (isUnforeseen(error)) throw error
    return problemResponse(c, error, problems)
  })
  app.use(async (c, next) => {
    c.set('actor', acting)
    c.set('requestId', 'test')
    await next()
  })
  app.route('/api', intentionRoutes(deps))
  app.route('/api', regulationRoutes(deps))
  app.route('/api', tenderRoutes(deps))

  const call = async (actor: Actor | null, method: string, path: string, body?: unknown): Promise<Answer> => {
    acting = actor ?? NOBODY
    const isForm = body instanceof FormData
    const headers: Record<string, string> = body === undefined || isForm ? {} : { 'content-type': 'application/json' }
    const request = { method, headers, ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }) }
    const response = await app.request(`/api${path}`, request as RequestInit)
    const bytes = new Uint8Array(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes,
    }
  }
  let count = 0
  const organisation = (kind: OrganisationKind, name: string) =>
    createOrganisation(deps)(SYSTEM, { ...facts(name), kinds: [kind] })
  const member = async (organisationId: string, role: MemberRole): Promise<Actor> => {
    const person = await createPerson(deps)({
      name: '李雷',
      email: `p${++count}@example.cn`,
      password: '云城-Sunlit-2026',
    })
    await addMembership(deps)(SYSTEM, { organisationId, personId: person.id, role })
    return { personId: person.id, organisationId, role, via: 'password', networkAddress: '192.0.2.7' }
  }
  const enrol = async (actor: Actor): Promise<Signer> => {
    const pair = await makeKeyPair('EC')
    const spki = await spkiOf(pair.publicKey)
    const { certificate, chain } = await issueDemoCertificate(deps)(SYSTEM, {
      personId: actor.personId!,
      organisationId: actor.organisationId,
      spki,
    })
    return { certificateDer: new Uint8Array(certificate.der), chainDer: chain, privateKey: pair.privateKey }
  }
  const close = async () => {
    await live.stop()
    await pool.end()
    await base.close()
    rmSync(folder, { recursive: true })
  }
  return { deps, call, organisation, member, enrol, close, now: () => now(base.db) }
}
export type TenderWorld = Awaited<ReturnType<typeof makeTenderWorld>>

/** Purchaser with two people, agency-less, three trustees with certificates. */
export const makeCast = async (world: TenderWorld) => {
  const purchaser = await world.organisation('purchaser', '云城市第一人民医院')
  const notary = await world.organisation('trustee-body', '云城公证处')
  const other = await world.organisation('trustee-body', '邻市交易中心')
  const supervisor = await world.organisation('supervisor', '云城市财政局')
  const clerk = await world.member(purchaser.id, 'purchaser')
  const approver = await world.member(purchaser.id, 'purchaser-approver')
  const trustees = [
    await world.member(purchaser.id, 'trustee'),
    await world.member(notary.id, 'trustee'),
    await world.member(other.id, 'trustee'),
  ]
  const signers = await Promise.all(trustees.map(world.enrol))
  return {
    purchaser,
    clerk,
    approver,
    trustees,
    signers,
    purchaserSigner: await world.enrol(clerk),
    supervisor: await world.member(supervisor.id, 'supervisor'),
    roles: ['purchaser', 'notary', 'centre'] as const,
  }
}
export type Cast = Awaited<ReturnType<typeof makeCast>>

const must = (answer: Answer, status = 200): Answer => {
  if (answer.status !== status) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer
}

export const pdfFile = (text: string): File =>
  new File([`%PDF-1.4\n% ${text}\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n`], '招标文件.pdf', {
    type: 'application/pdf',
  })

export const upload = (file: File, kind = 'document'): FormData => {
  const form = new FormData()
  form.set('file', file)
  form.set('kind', kind)
  return form
}

/** A draft with document and text, version 2. */
export const makeDraft = async (
  world: TenderWorld,
  cast: Cast,
  change: (draft: TenderDraft) => TenderDraft = (d) => d,
) => {
  const created = must(
    await world.call(cast.clerk, 'POST', '/tenders', {
      title: 'CT采购',
      object: 'goods',
      evaluationMethod: 'comprehensive',
    }),
    201,
  ).body
  const draft = change(sampleDraft(await world.now(), [crypto.randomUUID()]))
  must(await world.call(cast.clerk, 'PUT', `/tenders/${created.id}/draft`, { version: 1, draft }))
  must(await world.call(cast.clerk, 'POST', `/tenders/${created.id}/files`, upload(pdfFile(created.id))), 201)
  return { id: created.id as string, draft }
}

export const nameSeats = (world: TenderWorld, cast: Cast, id: string) =>
  world.call(cast.clerk, 'PUT', `/tenders/${id}/trustees`, {
    seats: cast.trustees.map((one, at) => ({
      organisationId: one.organisationId,
      personId: one.personId,
      role: cast.roles[at],
    })),
  })

/** One trustee's key statement as its own client makes it. */
export const makeStatement = async (world: TenderWorld, cast: Cast, id: string, i: number, key?: TrusteeKey) => {
  const { terms } = must(await world.call(cast.trustees[i - 1]!, 'GET', `/tenders/${id}/trustees`)).body
  const fresh = key ?? (await generateTrusteeKey())
  const signer = cast.signers[i - 1]!
  const { n, k, opening, window } = terms
  const said = {
    tenderId: id,
    i,
    n,
    k,
    role: cast.roles[i - 1]!,
    opening,
    window,
    client: i === 1 ? ('page' as const) : ('offline' as const),
  }
  const signed = await signKeyStatement(said, fresh, signer)
  const blob = await makeRecovery('trustee-key', fresh.pkcs8, { certificateDer: signer.certificateDer })
  return {
    key: fresh,
    body: { statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms), blob: toBase64url(blob) },
  }
}

export const runTrusteeDrill = async (world: TenderWorld, cast: Cast, id: string, i: number, key: TrusteeKey) => {
  const actor = cast.trustees[i - 1]!
  const { nonce } = must(await world.call(actor, 'POST', `/tenders/${id}/trustees/${i}/drill-nonce`)).body
  const at = (await world.now()).getTime()
  const signed = (await signDrill({ tenderId: id, i, nonce, at }, key, cast.signers[i - 1]!))!
  const body = { statement: toBase64url(signed.bytes), cms: toBase64url(signed.cms) }
  return world.call(actor, 'POST', `/tenders/${id}/trustees/${i}/drill`, body)
}

/** The set as the purchaser's client builds and signs it from what stands on the page. */
export const buildSet = async (
  world: TenderWorld,
  cast: Cast,
  id: string,
  signer = cast.purchaserSigner,
  earlier = 0,
) => {
  const { terms, groups, seats } = must(await world.call(cast.clerk, 'GET', `/tenders/${id}/trustees`)).body
  const signed = await signTrusteeSet(
    {
      tenderId: id,
      n: terms.n,
      k: terms.k,
      statements: seats.map((seat: Loose) => ({ bytes: fromBase64url(seat.statement), cms: fromBase64url(seat.cms) })),
      groups: groups.map(({ code, relation, members }: Loose) => ({ code, relation, members })),
      windows: { bidder: terms.bidderWindow, trustee: terms.window },
      deadline: terms.opening - earlier,
      opening: terms.opening,
    },
    signer,
  )
  return { bytes: toBase64url(signed.bytes), cms: toBase64url(signed.cms) }
}

/** Seats, keys, set and drills; returns the trustees' keys. */
export const readyTrustees = async (world: TenderWorld, cast: Cast, id: string): Promise<TrusteeKey[]> => {
  must(await nameSeats(world, cast, id))
  const keys: TrusteeKey[] = []
  for (const i of [1, 2, 3]) {
    const { key, body } = await makeStatement(world, cast, id, i)
    must(await world.call(cast.trustees[i - 1]!, 'POST', `/tenders/${id}/trustees/${i}/key`, body))
    must(await runTrusteeDrill(world, cast, id, i, key))
    keys.push(key)
  }
  must(await world.call(cast.clerk, 'POST', `/tenders/${id}/trustee-set`, await buildSet(world, cast, id)))
  return keys
}

/** From nothing to NOTICE 0. */
export const publishTender = async (world: TenderWorld, cast: Cast, change?: (draft: TenderDraft) => TenderDraft) => {
  const { id } = await makeDraft(world, cast, change)
  const keys = await readyTrustees(world, cast, id)
  must(await world.call(cast.clerk, 'POST', `/tenders/${id}/submit`, { version: 2 }))
  const { number } = must(await world.call(cast.approver, 'POST', `/tenders/${id}/approve`, { version: 2 })).body
  return { id, keys, number: number as string }
}

/** 委托协议: the purchaser signs that this agency acts for it, for a day from now. */
export const giveMandate = async (world: TenderWorld, cast: Cast, agencyId: string): Promise<void> => {
  const at = (await world.now()).getTime()
  const purchaserId = cast.purchaser.id
  const term = { from: at - 1000, until: at + 86_400_000, at }
  const said = { v: 'sunlit/v1', type: 'mandate', agencyId, purchaserId, scope: '本年度货物采购', ...term }
  const statement = utf8(JSON.stringify(said))
  const cms = await signDetached(statement, cast.purchaserSigner)
  await makeMandate(world.deps)({ ...cast.approver, via: 'certificate' }, { statement, cms })
}

/** The answer is this refusal and no other. */
export const refused = (answer: Answer, status: number, code: string): void =>
  assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body))
