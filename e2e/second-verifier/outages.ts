import { begin, prepare, SUMMARY } from '../../api/client/bidder.testing.ts'
import { DEADLINE } from '../../api/client/notice.testing.ts'
import { layersOf, type Platform } from '../../api/client/platform.testing.ts'
import { memorySink } from '../../api/client/prepare-bid.ts'
import { submitBid } from '../../api/client/submit-bid.ts'
import { fromBase64url, sha256, toBase64url, utf8 } from '../../api/log/bytes.ts'
import { newSeed, signerOf } from '../../api/log/ed25519.ts'
import { ED25519, noteSigner } from '../../api/log/note.ts'
import { BIDDER, LOT, TENDER } from '../../api/seal/actors.testing.ts'
import { openWrap } from '../../api/seal/escrow.ts'
import { encodeJson } from '../../api/seal/json.ts'
import { noticeHash, parseManifest } from '../../api/seal/manifest.ts'
import type { Notice } from '../../api/seal/notice.ts'
import { movedDeadline, OUTAGE_CLAUSE } from '../../api/seal/outage.ts'
import { formatProbes, MINUTE, type SignedProbe, signProbe } from '../../api/seal/probe.ts'
import { signRelease } from '../../api/seal/release.ts'
import { manifestContext } from '../../api/seal/seal.ts'
import { HONEST, type Script } from './outage-script.ts'

/*
 * A tender in memory under the outage rule, whose log and witnesses sign whatever a platform has them sign, a lie as well:
 * an outage over the deadline moves it, one in the bidders' window begins that anew, and then the trustees open the bid.
 */
const SECOND = 1000
const NAMES = ['university', 'press', 'chamber']
const iso = (instant: number): string => new Date(instant).toISOString()

type Row = { statement: string; signature: string; receivedAt: string; event: ReturnType<typeof layersOf> | null }
export type ProbeAnswer = { policies: (ReturnType<typeof layersOf> & { text: string })[]; statements: Row[] }

const probeNamed = async (name: string) => noteSigner(name, ED25519, await signerOf(newSeed()))
type Named = Parameters<NonNullable<NonNullable<Parameters<typeof begin>[0]>['first']>>[0]

const NAMED = { newest: 1, older: 0, nobody: null } as const

const naming = async (lists: readonly string[], which: Script['names']): Promise<Partial<Notice>> => {
  if (which === 'unsaid') return {}
  const list = NAMED[which] === null ? null : lists[NAMED[which]]!
  return { probesSha256: list && toBase64url(await sha256(utf8(list))) }
}

/** The tender with its bid, and the probes that were named before its notice: first others, then these. */
const beginning = async ({ clause, names }: Script) => {
  const probes = await Promise.all(NAMES.map(probeNamed))
  const lists = [[await probeNamed('aide')], probes].map((keys) =>
    formatProbes({ probes: keys, quorum: keys.length > 1 ? 2 : 1 }),
  )
  const named: Awaited<ReturnType<Named>>[] = []
  const first = async (add: Named): Promise<void> => {
    for (const text of lists) named.push(await add('probes.named/1', { text }))
  }
  const told = await naming(lists, names)
  const notice = (one: Notice): Notice => ({
    ...one,
    ...told,
    clauses: [...one.clauses, ...(clause ? [{ id: OUTAGE_CLAUSE, text: '故障顺延' }] : [])],
  })
  const begun = await begin({ first, notice })
  const sink = memorySink()
  const prepared = await prepare(begun, sink)
  const received = await submitBid(begun.http, begun.trust, begun.tender, prepared, { sink })
  await begun.platform.tick(begun.platform.state.now + SECOND)
  const policies = () => named.map((row, at) => ({ text: lists[at]!, ...layersOf(row) }))
  return { ...begun, prepared, received, probes, policies }
}
type Began = Awaited<ReturnType<typeof beginning>>

/** Each probe’s word about minutes from `first` on, signed. */
const signed = ({ platform, probes }: Began, script: Script, first: number, words: string) =>
  Promise.all(
    [...words].flatMap((word, no) => {
      const minute = first + no * MINUTE
      const span = { minute, from: minute, to: minute + MINUTE, looks: 12 }
      const origin = script.origin ?? platform.log.log.name
      return probes.map((probe, at) => {
        const isDown = word === 'd' && at < script.seers
        const state = isDown ? ('down' as const) : ('up' as const)
        const failed = isDown ? ['ready' as const] : []
        return signProbe({ origin, probe: probe.name, ...span, state, failed }, probe)
      })
    }),
  )

type Taken = { signed: SignedProbe; at: number; event: Awaited<ReturnType<Platform['add']>> | null }

/** The platform takes them: each minute down has its event. */
const taken = async (platform: Platform, statements: readonly SignedProbe[]): Promise<Taken[]> => {
  const rows: Taken[] = []
  for (const one of statements) {
    const { probe, minute, state, failed } = JSON.parse(Buffer.from(one.bytes).toString('utf8'))
    const data = { probe, minute: iso(minute), state, failed, statementSha256: toBase64url(await sha256(one.bytes)) }
    const isDown = state === 'down'
    const event = isDown ? await platform.add('probe.reported/1', data, null, null, undefined, null) : null
    rows.push({ signed: one, at: platform.state.now, event })
  }
  return rows
}

/** What waits is covered by a checkpoint at once; then time goes on. */
const walk = async (platform: Platform, to: number): Promise<void> => {
  await platform.tick(platform.state.now + SECOND)
  await platform.tick(to)
}

const move = async (platform: Platform, { moved, claim, ago, renames }: Script) => {
  const [{ notice, bytes, pdf }] = platform.shown as [Platform['shown'][number]]
  const at = platform.state.now - ago * MINUTE
  const outage = { from: DEADLINE + claim[0] * MINUTE, to: DEADLINE + claim[1] * MINUTE }
  const deadline = movedDeadline(DEADLINE, outage, at) + (moved ?? 0) * MINUTE
  const previous = toBase64url(await noticeHash(bytes, pdf))
  const facts = { n: 1, previous, kind: 'correction' as const, reason: '故障顺延', publishedAt: iso(at) }
  const other = renames ? { probesSha256: null } : {}
  await platform.publish({ ...notice, ...facts, ...other, deadline: iso(deadline) })
  const span = { from: iso(outage.from), to: iso(outage.to) }
  await platform.add('deadline.moved/1', { noticeN: 1, before: iso(DEADLINE), deadline: iso(deadline), ...span }, null)
  return deadline
}

/** What two trustees release for the bid, each logged. */
const shares = async ({ platform, prepared }: Began): Promise<object[]> => {
  const read = parseManifest(prepared.manifest)
  if (!read.ok || read.manifest.type !== 'bid') throw new Error('not a bid')
  const { manifest } = read
  const entry = manifest.envelopes.find(({ kind }) => kind === 'summary')!
  const ctx = await manifestContext(manifest, entry)
  const { manifestHash } = prepared
  const closedIndex = platform.log.rows.find(({ type }) => type === 'lot.closed/1')!.index!
  const place = {
    tender: TENDER,
    lot: LOT,
    kind: 'summary' as const,
    manifestHash: fromBase64url(manifestHash),
    closedIndex,
  }
  const releases: object[] = []
  for (const at of [1, 2]) {
    const { key, signer } = platform.people[at]!
    const opened = await openWrap(entry.escrow.slots[at]!, key.keys, ctx, fromBase64url(entry.head56))
    if (!opened.ok) throw new Error(opened.code)
    const { bytes, cms } = await signRelease('share', place, opened.share, signer, platform.state.now)
    releases.push({ source: at + 1, statement: toBase64url(bytes), cms: toBase64url(cms) })
    await platform.add('release.accepted/1', { lotId: LOT, manifestHash, kind: 'summary', source: at + 1 }, null)
  }
  return releases
}

/** Two trustees open the bid, or nobody does. */
const decide = async (began: Began, { cause, how }: Script): Promise<void> => {
  const { platform, prepared, received } = began
  const { bidId } = received
  const releases = how === 'trustees' ? await shares(began) : []
  const receivedAt = iso(received.receivedAt)
  const told = { bidId, manifestHash: prepared.manifestHash, uscc: BIDDER.organisationCode, receivedAt, how }
  const opened = { verdict: 'valid', treatedAs: 'valid', form: SUMMARY }
  const outcome = how === 'trustees' ? opened : { verdict: 'not-opened', treatedAs: 'withdrawn', form: null }
  const bid = { ...told, ...outcome, decision: { cause }, consortium: [] }
  const record = encodeJson({ tenderId: TENDER, lotId: LOT, bids: [bid] })
  await walk(platform, platform.state.now + 3 * MINUTE)
  const facts = { opened: releases.length > 0 ? 1 : 0, count: 1, outcome: 'continue' }
  const recordSha256 = toBase64url(await sha256(record))
  await platform.add('lot.opened/1', { lotId: LOT, recordSha256, ...facts }, { name: 'OPENING' })
  await platform.tick(platform.state.now + SECOND)
  const evidence = { chain: [], crl: toBase64url(platform.world.crl) }
  const [raw, cms] = [toBase64url(prepared.manifest), toBase64url(prepared.cms)]
  const summaryDek = how === 'trustees' ? prepared.keys.keys.summary : null
  const shown = { bidId, manifest: raw, cms, evidence, receivedAt, summaryNo: 1, summaryDek, releases }
  const { routes } = platform.state
  routes.set(`/api/lots/${LOT}/opening-record`, record)
  routes.set(`/api/lots/${LOT}/opened-bids`, { bids: [shown] })
  routes.set(`/api/lots/${LOT}/opened-bids/${bidId}/summary`, platform.store.get('/objects/1/0'))
}

const text = ({ bytes, signature }: SignedProbe) => ({
  statement: toBase64url(bytes),
  signature: toBase64url(signature),
})
const told = ({ signed, at, event }: Taken): Row => ({
  ...text(signed),
  receivedAt: iso(at),
  event: event && layersOf(event),
})

/** What happens between STORED and the shares, in the order of time; OUTAGE is declared when the tender goes on. */
const between = async (platform: Platform, start: number, script: Script, hear: () => Promise<void>): Promise<void> => {
  const { stop, declared } = script
  const heard = 11 * MINUTE + 10 * SECOND
  const outage = { n: 1, from: iso(start + 7 * MINUTE), to: iso(start + 10 * MINUTE) }
  const stopping = (verb: 'suspended' | 'resumed') => () =>
    platform.add(
      `tender.${verb}/1`,
      { n: 1, reason: '投诉处理' },
      { name: verb === 'suspended' ? 'SUSPENDED' : 'RESUMED', n: 1 },
    )
  const acts: [at: number, act: () => Promise<unknown>][] = [[heard, hear]]
  if (stop) acts.push([stop[0] * MINUTE, stopping('suspended')], [stop[1] * MINUTE, stopping('resumed')])
  const isHeld = stop !== null && stop[0] * MINUTE < heard
  const declare = () => platform.add('outage.declared/1', outage, { name: 'OUTAGE', n: 1 })
  if (declared) acts.push([isHeld ? Math.max(heard, stop[1] * MINUTE) + 5 * SECOND : heard + SECOND, declare])
  for (const [at, act] of acts.sort(([a], [b]) => a - b)) {
    await walk(platform, start + at)
    await act()
  }
}

/** Plays it; `answer` is what the platform says of its probes, to be bent, and `handed` the probes' own file. */
export const playOutages = async (over: Partial<Script> = {}) => {
  const script = { ...HONEST, ...over }
  const began = await beginning(script)
  const { platform, policies } = began
  const said: SignedProbe[] = []
  const rows: Taken[] = []
  const hear = async (first: number, words: string): Promise<void> => {
    const statements = await signed(began, script, first, words)
    said.push(...statements)
    if (!script.untold) rows.push(...(await taken(platform, statements)))
  }
  const close = async (deadline: number): Promise<void> => {
    await walk(platform, deadline - MINUTE)
    await platform.renewCrl()
    const closed = { deadline: iso(deadline), noticeN: platform.shown.length - 1 }
    if (script.late > 0) {
      await platform.tick(deadline + 5 * SECOND)
      await platform.add('closing.held/1', { noticeN: closed.noticeN, deadline: closed.deadline, why: 'silent' }, null)
    }
    await walk(platform, deadline + script.late * MINUTE)
    await platform.close({ at: platform.state.now + SECOND / 2, closed })
  }
  if (script.moved === null) await close(DEADLINE)
  await walk(platform, DEADLINE + 2 * MINUTE + 10 * SECOND)
  await hear(DEADLINE - 3 * MINUTE, script.over)
  if (script.moved !== null) {
    const deadline = await move(platform, script)
    await close(deadline)
    await hear(deadline - MINUTE, script.last)
  }
  const start = Math.floor(platform.state.now / MINUTE) * MINUTE
  await between(platform, start, script, () => hear(start + 5 * MINUTE, script.within))
  await walk(platform, start + script.sharesAt * MINUTE)
  await decide(began, script)
  const answer: ProbeAnswer = { policies: policies(), statements: rows.map(told) }
  if (script.tells) platform.state.routes.set(`/api/tenders/${TENDER}/probe-log`, answer)
  return { ...began, answer, handed: JSON.stringify({ statements: said.map(text) }) }
}
