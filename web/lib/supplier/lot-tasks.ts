import type { NoticeLot } from '../../../api/seal/notice.ts'
import { money } from '../i18n/amount.ts'
import { instant, instantShort } from '../i18n/instant.ts'
import type { Lang, Params } from '../i18n/text.ts'
import type { MessageKey } from '../i18n/zh-CN.ts'
import type { Task } from '../ui/TaskList.svelte'
import { type BidView, type DepositView, type HallView, lotBid, type TenderView, waitsForKeys } from './bids.ts'
import { unanswered } from './corrections.ts'

export type LotFacts = {
  tender: TenderView
  lot: Pick<NoticeLot, 'lotId' | 'no'>
  deposit: DepositView
  bids: readonly BidView[]
  hall: HallView
  obtained: boolean
  isOpen: boolean
  lang: Lang
  say: (key: MessageKey, params?: Params) => string
}

const depositTask = ({ deposit, lot, obtained, lang, say }: LotFacts): Task => {
  const title = say('work.task.deposit')
  if (deposit.state === 'not-required') return { title, status: say('work.deposit.none'), kind: 'done' }
  if (!obtained) return { title, status: say('work.status.later'), kind: 'idle', blocked: say('bid.none.documents') }
  const missing = BigInt(deposit.amountDue) - BigInt(deposit.amountPaid)
  const status =
    deposit.state === 'paid'
      ? say('work.deposit.state.paid')
      : deposit.state === 'short'
        ? say('work.deposit.state.short', { amount: money(missing, lang) })
        : say('work.deposit.state.none')
  const note = `${money(deposit.amountDue, lang)}　${say('work.deposit.by')} ${instant(deposit.payBy, lang)}`
  return { title, href: `#deposit-${lot.no}`, note, status, kind: deposit.state === 'paid' ? 'done' : 'warn' }
}

const bidTask = ({ tender, lot, bids, obtained, isOpen, say }: LotFacts): Task => {
  const title = say('work.task.bid')
  const { head, uploading } = lotBid(bids, lot.lotId)
  const href = `/supplier/tenders/${tender.id}/lots/${lot.lotId}/bid`
  const valid = head?.kind === 'bid' && head.state === 'received' ? head : null
  if (valid) {
    const note = say('work.bid.note', {
      number: valid.number,
      at: valid.receivedAt ? instantShort(valid.receivedAt, 'ms') : '',
    })
    const asks = isOpen && unanswered(tender.notices, valid)
    const status = say(asks ? 'correction.asks' : 'work.bid.done')
    return { title, href: `/supplier/bids/${valid.id}`, note, status, kind: asks ? 'warn' : 'done' }
  }
  if (!isOpen) return { title, status: say('work.bid.missed'), kind: 'idle', blocked: say('work.documents.closed') }
  if (!obtained) return { title, status: say('work.status.later'), kind: 'idle', blocked: say('bid.none.documents') }
  if (uploading) return { title, href, status: say('work.bid.uploading'), kind: 'stop' }
  return { title, href, status: say(head?.kind === 'withdraw' ? 'mine.withdrawn' : 'work.bid.todo'), kind: 'stop' }
}

const openingTask = ({ tender, lot, hall, lang, say }: LotFacts): Task => {
  const title = say('work.task.opening')
  const href = `/supplier/tenders/${tender.id}/opening`
  const own = hall.lots.find(({ lotId }) => lotId === lot.lotId)
  if (own?.status === 'not-opened') return { title, href, status: say('work.opening.not'), kind: 'idle' }
  if (hall.namesOutAt !== null || own?.decidedAt) return { title, href, status: say('work.opening.done'), kind: 'done' }
  if (own?.windowEndsAt && own.own.some(waitsForKeys))
    return { title, href, status: say('work.opening.now'), kind: 'warn' }
  const note = say('work.opening.wait', { at: instant(tender.deadline, lang) })
  return { title, href, status: say('work.status.later'), kind: 'idle', note }
}

const resultTask = ({ tender, lot, bids, say }: LotFacts): Task => {
  const title = say('work.task.result')
  const status = tender.lots.find(({ id }) => id === lot.lotId)?.status ?? ''
  const isOut = ['awarded', 'contracted', 'failed'].includes(status) && lotBid(bids, lot.lotId).head?.kind === 'bid'
  return isOut
    ? {
        title,
        href: `/supplier/tenders/${tender.id}/lots/${lot.lotId}/result`,
        status: say('work.result.see'),
        kind: 'open',
      }
    : { title, status: say('work.status.later'), kind: 'idle', blocked: say('work.result.wait') }
}

/** What one's own lot asks for, in the order people know: deposit, bid, opening, result. */
export const lotTasks = (facts: LotFacts): Task[] => [
  depositTask(facts),
  bidTask(facts),
  openingTask(facts),
  resultTask(facts),
]
