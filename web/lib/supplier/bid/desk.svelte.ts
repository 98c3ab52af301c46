import type { Check } from '../../../../api/client/checks.ts'
import { type Http, problem } from '../../../../api/client/http.ts'
import type { SealTender } from '../../../../api/client/tender.ts'
import type { NoticeLot } from '../../../../api/seal/notice.ts'
import { lang } from '../../i18n/t.ts'
import { bundleHash, pageHttp, pageTrust } from '../../seal/client.ts'
import { type Fault, faultOf, said } from '../../seal/faults.ts'
import { canKeepFiles, draftFolder, removeKept } from '../../seal/private-files.ts'
import { dropParts, dropSealed, preparedOf, type SealedBid, sealedBids, sealedParts } from '../../seal/sealed-bid.ts'
import type { JobProgress } from '../../seal/sealer-protocol.ts'
import type { PartState } from '../../ui/Upload.svelte'
import { completed, type Draft, emptyDraft, FILE_KINDS, forgetDraft, formsOf, loadDraft, saveDraft } from './draft.ts'

export type Place = { tenderId: string; lotId: string; organisationId: string; uscc: string; lot: NoticeLot }
export type Phase =
  | 'loading'
  | 'draft'
  | 'verifying'
  | 'sealing'
  | 'sealed'
  | 'uploading'
  | 'paused'
  | 'committing'
  | 'received'
/** A bid as the platform knows it, as far as this desk asks. */
export type KnownBid = { manifestHash: string; state: string; lotId: string }

export type SealRequest = { p12: Uint8Array; pin: string; passphrase: string }

const SAVE_AFTER = 400

const sealTender = (tender: SealTender): SealTender => {
  const { tenderId, notice, noticeN, noticeHash, terms, setHash, trusteeSetHash, checkpoint } = tender
  return { tenderId, notice, noticeN, noticeHash, terms, setHash, trusteeSetHash, checkpoint }
}

type Addressed = { envelopeNo: number; part: number; size: number; stored: boolean }
type Watch = {
  start: (parts: readonly Addressed[]) => void
  done: (no: number, part: number) => void
  commit: () => void
}

/** The same client, telling what happens to each part: the cells of the page. */
const watched = (http: Http, watch: Watch): Http => ({
  ...http,
  json: async <T>(...[method, path, body]: Parameters<Http['json']>): Promise<T> => {
    if (path.endsWith('/commit')) watch.commit()
    const answer = await http.json<T>(method, path, body)
    if (method === 'POST' && path === '/api/bids') watch.start((answer as { parts: Addressed[] }).parts)
    if (method === 'POST' && path.endsWith('/parts')) {
      const { envelopeNo, part } = body as { envelopeNo: number; part: number }
      watch.done(envelopeNo, part)
    }
    return answer
  },
})

/** Everything that happens to one bid on this device, from the first answer to the receipt. */
export const createDesk = (place: Place) => {
  const { tenderId, lotId, organisationId, uscc, lot } = place
  let draft = $state<Draft>(completed(emptyDraft(), lot))
  let sealed = $state.raw<SealedBid | null>(null)
  let phase = $state<Phase>('loading')
  let fault = $state.raw<Fault | null>(null)
  let checks = $state.raw<readonly Check[]>([])
  let progress = $state.raw<JobProgress | null>(null)
  let pace = $state<number | null>(null)
  let cells = $state.raw<{ key: string; size: number; state: PartState }[]>([])
  let checkedAs = $state('')
  let recoverySaved = $state(false)
  let timer: ReturnType<typeof setTimeout> | undefined
  let gate: { open: Promise<void>; release: () => void } | null = null

  const asText = (): string => JSON.stringify({ ...$state.snapshot(draft), savedAt: null })

  const save = (): void => {
    clearTimeout(timer)
    draft.savedAt = Date.now()
    saveDraft(organisationId, lotId, $state.snapshot(draft))
  }

  const start = async (bids: readonly KnownBid[]): Promise<void> => {
    draft = completed(loadDraft(organisationId, lotId), lot)
    if (!canKeepFiles()) {
      fault = said('no-private-files', lang())
      phase = 'draft'
      return
    }
    const own = await sealedBids(organisationId, lotId)
    const ended = (bid: SealedBid) =>
      bids.some((one) => one.manifestHash === bid.manifestHash && one.state !== 'uploading')
    // A tab that closed right after the commit leaves its parts behind; the platform has them.
    for (const bid of own.filter(ended)) await dropParts(organisationId, bid)
    sealed = own.find((bid) => !ended(bid)) ?? null
    phase = sealed ? 'sealed' : 'draft'
  }

  const seal = async ({ p12, pin, passphrase }: SealRequest): Promise<boolean> => {
    fault = null
    phase = 'verifying'
    try {
      const http = pageHttp()
      const [trust, { verifyTender }, { chainHead }, sealer] = await Promise.all([
        pageTrust(http),
        import('../../../../api/client/tender.ts'),
        import('../../../../api/client/submit-bid.ts'),
        import('../../seal/sealer.ts'),
      ])
      void navigator.storage.persist?.()
      const tender = await verifyTender(http, trust, tenderId)
      checks = tender.checks
      if (!tender.ok) throw problem('tender-unverifiable', 'Not every check holds', { checks: tender.checks })
      const head = await chainHead(http, tenderId, lotId)
      phase = 'sealing'
      const plain = $state.snapshot(draft)
      const files = Object.fromEntries(
        FILE_KINDS.map((kind) => [kind, plain.files[kind].map(({ key, name, mime }) => ({ key, name, mime }))]),
      ) as Record<(typeof FILE_KINDS)[number], { key: string; name: string; mime: string }[]>
      const forms = formsOf(plain, lot)
      const began = performance.now()
      const { key } = await sealer.sealInWorker(
        {
          tender: sealTender(tender),
          trust,
          deadline: tender.deadline,
          lotId,
          organisationId,
          uscc,
          p12,
          pin,
          ...(passphrase ? { passphrase } : {}),
          forms,
          files,
          summary: forms.summary as Record<string, string>,
          head,
          bundleSha256: await bundleHash(sealer.sealerAddress),
        },
        (next) => {
          progress = next
          pace = next.done / Math.max(0.2, (performance.now() - began) / 1000)
        },
      )
      sealed = (await sealedBids(organisationId, lotId)).find((bid) => bid.key === key) ?? null
      recoverySaved = false
      phase = 'sealed'
      return true
    } catch (error) {
      fault = faultOf(error, lang())
      phase = 'draft'
      return false
    } finally {
      progress = null
      pace = null
    }
  }

  const setCell = (key: string, state: PartState): void => {
    cells = cells.map((cell) => (cell.key === key ? { ...cell, state } : cell))
  }

  const pause = (): void => {
    if (gate || phase !== 'uploading') return
    let release = (): void => {}
    gate = { open: new Promise<void>((done) => (release = done)), release }
    phase = 'paused'
  }
  const resume = (): void => {
    gate?.release()
    gate = null
    if (phase === 'paused') phase = 'uploading'
  }

  /** Uploads what is missing and commits; the bid's id once the log's signed promise was verified here. */
  const submit = async (): Promise<string | null> => {
    const bid = sealed
    if (!bid) return null
    fault = null
    phase = 'uploading'
    const seen = new Set<string>()
    const began = { at: performance.now(), bytes: 0 }
    const parts = sealedParts(organisationId, bid)
    const watch: Watch = {
      start: (all) => {
        cells = all.map(({ envelopeNo, part, size, stored }) => ({
          key: `${envelopeNo}/${part}`,
          size,
          state: stored ? 'done' : 'waiting',
        }))
      },
      done: (no, part) => {
        setCell(`${no}/${part}`, 'done')
        began.bytes += cells.find(({ key }) => key === `${no}/${part}`)?.size ?? 0
        pace = began.bytes / Math.max(0.2, (performance.now() - began.at) / 1000)
      },
      commit: () => {
        phase = 'committing'
      },
    }
    try {
      const http = watched(pageHttp(), watch)
      const [trust, { submitBid }] = await Promise.all([
        pageTrust(http),
        import('../../../../api/client/submit-bid.ts'),
      ])
      const sink = {
        read: async (no: number, part: number): Promise<Uint8Array> => {
          await gate?.open
          const key = `${no}/${part}`
          setCell(key, seen.has(key) ? 'retry' : 'going')
          seen.add(key)
          return parts.read(no, part)
        },
      }
      const received = await submitBid(http, trust, { deadline: bid.deadline }, preparedOf(bid), { sink })
      phase = 'received'
      await dropParts(organisationId, bid)
      return received.bidId
    } catch (error) {
      fault = faultOf(error, lang())
      phase = 'sealed'
      return null
    } finally {
      pace = null
    }
  }

  const discard = async (): Promise<void> => {
    if (sealed) await dropSealed(organisationId, sealed)
    sealed = null
    cells = []
    fault = null
    phase = 'draft'
  }

  const forget = async (): Promise<void> => {
    forgetDraft(organisationId, lotId)
    await removeKept(draftFolder(organisationId, lotId).slice(0, -1), 'draft')
    draft = completed(emptyDraft(), lot)
    checkedAs = ''
  }

  return {
    place,
    get draft() {
      return draft
    },
    get sealed() {
      return sealed
    },
    get phase() {
      return phase
    },
    get fault() {
      return fault
    },
    get checks() {
      return checks
    },
    get progress() {
      return progress
    },
    get pace() {
      return pace
    },
    get cells() {
      return cells
    },
    /** Checked as it stands now; any change asks for another look. */
    get checked() {
      return checkedAs !== '' && checkedAs === asText()
    },
    get recoverySaved() {
      return recoverySaved
    },
    set recoverySaved(value: boolean) {
      recoverySaved = value
    },
    clearFault: () => {
      fault = null
    },
    touch: () => {
      clearTimeout(timer)
      timer = setTimeout(save, SAVE_AFTER)
    },
    markChecked: () => {
      checkedAs = asText()
    },
    save,
    start,
    seal,
    submit,
    pause,
    resume,
    discard,
    forget,
  }
}

export type Desk = ReturnType<typeof createDesk>
