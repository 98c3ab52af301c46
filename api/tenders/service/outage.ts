import { SYSTEM } from '../../kernel/actor.ts'
import { now } from '../../kernel/clock.ts'
import { beijingDate, beijingTime } from '../../law/beijing.ts'
import { toBase64url } from '../../log/bytes.ts'
import { movedDeadline, type Outage } from '../../seal/outage.ts'
import { corrected } from '../rules/correction.ts'
import * as store from '../store.ts'
import type { TenderDeps } from './deps.ts'
import { logNotice, type Prepared, prepareNotice } from './publish.ts'
import { currentNotice, tenderById } from './shared.ts'

const beijingText = (ms: number): string => `${beijingDate(ms)} ${beijingTime(ms).slice(0, 5)}`

/**
 * 故障顺延: the notice that the tender document's own clause asks for, made by rule and nobody's wish, without a look at who
 * has bid. Rendered before the transaction that publishes it; null when the deadline lies ahead again.
 */
export const prepareMovedDeadline = async (
  deps: TenderDeps,
  tenderId: string,
  outage: Outage,
): Promise<Prepared | null> => {
  const tender = await tenderById(deps.db, tenderId)
  const at = (await now(deps.db)).getTime()
  if (tender.deadline === null || tender.deadline.getTime() > at) return null
  const { notice, hash } = await currentNotice(deps.db, tenderId)
  const deadline = new Date(movedDeadline(tender.deadline.getTime(), outage, at)).toISOString()
  const reason = `外部探测记录显示，平台服务自${beijingText(outage.from)}至${beijingText(outage.to)}中断，跨越原投标截止时间。按照招标文件“故障顺延”条款，投标截止时间顺延至${beijingText(Date.parse(deadline))}，其他内容不变。`
  return prepareNotice(deps, SYSTEM, {
    ...corrected(notice, { reason, affecting: false, deadline }),
    previous: toBase64url(hash),
    publishedAt: new Date(at).toISOString(),
  })
}

/** Logs it and moves the deadline; call it under the tender's lock, once the rule has been asked again. */
export const publishMovedDeadline = async (deps: TenderDeps, trx: store.Db, prepared: Prepared): Promise<void> => {
  const { tenderId, n, deadline } = prepared.notice
  await logNotice(trx, SYSTEM, prepared)
  await store.updateTender(trx, tenderId, { notice_n: n, deadline: new Date(deadline) })
  await deps.live.changed(trx, 'notices')
  await deps.live.changed(trx, `tender:${tenderId}`)
}
