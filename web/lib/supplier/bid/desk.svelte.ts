import type { Check } from '../../../../api/client/checks.ts'
import type { NoticeLot } from '../../../../api/seal/notice.ts'
import { lang } from '../../i18n/t.ts'
import { type Fault, said } from '../../seal/faults.ts'
import { canKeepFiles, draftFolder, removeKept } from '../../seal/private-files.ts'
import { dropParts, dropSealed, type SealedBid, sealedBids } from '../../seal/sealed-bid.ts'
import type { JobProgress } from '../../seal/sealer-protocol.ts'
import { completed, type Draft, emptyDraft, forgetDraft, loadDraft, saveDraft } from './draft.ts'
import type { Line } from './line.ts'
import type { Cell } from './watched.ts'

export type Place = {
  tenderId: string
  lotId: string
  organisationId: string
  uscc: string
  lot: NoticeLot
  /** The notice accepts consortia. */
  consortium: boolean
}
export type Phase =
  | 'loading'
  | 'draft'
  | 'verifying'
  | 'sealing'
  | 'sealed'
  | 'uploading'
  | 'paused'
  | 'offline'
  | 'committing'
  | 'received'
/** A bid as the platform knows it, as far as a desk asks. */
export type KnownBid = { manifestHash: string; state: string; lotId: string }
/** Sealed parts are on their way, or will be again as soon as the line is back. */
export const isGoing = ({ phase }: Desk): boolean => ['uploading', 'paused', 'offline', 'committing'].includes(phase)

/** Everything that happens to one bid on this device, from the first answer to the receipt. */
export type Desk = {
  place: Place
  draft: Draft
  sealed: SealedBid | null
  phase: Phase
  fault: Fault | null
  checks: readonly Check[]
  progress: JobProgress | null
  /** Bytes a second. */
  pace: number | null
  cells: Cell[]
  /** The draft as it stood when it was checked. */
  checkedAs: string
  recoverySaved: boolean
  /** An upload of this very bid had begun: what is there already is not sent again. */
  resumes: boolean
  /** The way to the platform while an upload is under way. */
  line: Line | null
  /** What this device holds has been asked for, and the browser has not answered for some seconds. */
  silent: boolean
}

export const createDesk = (place: Place): Desk => {
  const desk = $state<Desk>({
    place,
    draft: completed(emptyDraft(), place.lot),
    sealed: null,
    phase: 'loading',
    fault: null,
    checks: [],
    progress: null,
    pace: null,
    cells: [],
    checkedAs: '',
    recoverySaved: false,
    resumes: false,
    line: null,
    silent: false,
  })
  return desk
}

/** What was typed, as plain data. */
export const draftOf = (desk: Desk): Draft => $state.snapshot(desk.draft)
const asText = (desk: Desk): string => JSON.stringify({ ...draftOf(desk), savedAt: null })

export const save = (desk: Desk): void => {
  desk.draft.savedAt = Date.now()
  saveDraft(desk.place.organisationId, desk.place.lotId, draftOf(desk))
}

/** The notice was corrected: places for what it asks now; answers that were given stay. */
export const follow = (desk: Desk, lot: NoticeLot): void => {
  if (JSON.stringify(lot) === JSON.stringify($state.snapshot(desk.place.lot))) return
  desk.place = { ...$state.snapshot(desk.place), lot }
  desk.draft = completed(draftOf(desk), lot)
}

const SAVE_AFTER = 400
let timer: ReturnType<typeof setTimeout> | undefined

/** Something was typed: save it in a moment. */
export const touch = (desk: Desk): void => {
  clearTimeout(timer)
  timer = setTimeout(() => save(desk), SAVE_AFTER)
}

export const markChecked = (desk: Desk): void => {
  desk.checkedAs = asText(desk)
}
/** Checked as it stands now; any change asks for another look. */
export const isChecked = (desk: Desk): boolean => desk.checkedAs !== '' && desk.checkedAs === asText(desk)

const takeUp = async (desk: Desk, bids: readonly KnownBid[]): Promise<void> => {
  const { organisationId, lotId } = desk.place
  const own = await sealedBids(organisationId, lotId)
  const stateOf = (bid: SealedBid) => bids.find((one) => one.manifestHash === bid.manifestHash)?.state
  const isOver = (bid: SealedBid) => !['uploading', 'received'].includes(stateOf(bid) ?? 'uploading')
  // The valid bid's parts are kept up to its opening: should the store lose one, nobody else has it.
  for (const bid of own.filter(isOver)) await dropParts(organisationId, bid)
  // An answer may come so late that somebody has begun to seal meanwhile.
  if (desk.phase !== 'loading') return
  desk.sealed = own.find((bid) => (stateOf(bid) ?? 'uploading') === 'uploading') ?? null
  // An upload begins only after its recovery file was kept: it need not be kept twice.
  desk.resumes = desk.sealed !== null && stateOf(desk.sealed) !== undefined
  desk.recoverySaved = desk.resumes || desk.sealed?.packed === true
  desk.phase = desk.sealed ? 'sealed' : 'draft'
}

/** Silence of the browser after which a person is told of it. */
const SILENT_AFTER = 5000

/** Takes up what this device holds: the draft, and a bid that was sealed and not handed in yet. */
export const start = async (desk: Desk, bids: readonly KnownBid[]): Promise<void> => {
  const { organisationId, lotId, lot } = desk.place
  desk.draft = completed(loadDraft(organisationId, lotId), lot)
  if (!canKeepFiles()) {
    desk.fault = said('no-private-files', lang())
    desk.phase = 'draft'
    return
  }
  const silence = setTimeout(() => {
    desk.silent = true
  }, SILENT_AFTER)
  try {
    await takeUp(desk, bids)
  } catch {
    if (desk.phase !== 'loading') return
    desk.fault = said('private-files-unread', lang())
    desk.phase = 'draft'
  } finally {
    clearTimeout(silence)
    desk.silent = false
  }
}

/** Throws the sealed bid of this device away; what was handed in stays. */
export const discard = async (desk: Desk): Promise<void> => {
  if (desk.sealed) await dropSealed(desk.place.organisationId, desk.sealed)
  desk.sealed = null
  desk.resumes = false
  desk.cells = []
  desk.fault = null
  desk.phase = 'draft'
}

/** Deletes words and files of the draft from this device. */
export const forget = async (desk: Desk): Promise<void> => {
  const { organisationId, lotId, lot } = desk.place
  forgetDraft(organisationId, lotId)
  await removeKept(draftFolder(organisationId, lotId).slice(0, -1), 'draft')
  desk.draft = completed(emptyDraft(), lot)
  desk.checkedAs = ''
}
