import { committeeSize } from '../../../../api/law/committee.ts'
import {
  type Decision,
  type DecryptionCause,
  minimumCount,
  type Remedy,
  type Stage,
} from '../../../../api/law/counting.ts'
import { citation } from '../../../../api/law/regulations.ts'
import type { Method, Regime } from '../../../../api/law/rows/schema.ts'
import { say } from '../say.ts'
import type { Presenter, Step } from '../working.ts'

type Committee = {
  regime: Regime
  method: Method
  size: number
  experts: number
  budget?: string
  complex?: boolean
  aboveOpenThreshold?: boolean
  chairIs?: 'expert' | 'purchaser'
  agencyStaff?: number
}
type Reasons = { code: string; article: string }[]

export const committee: Presenter<Committee, { lawful: boolean; reasons: Reasons }> = ({ body, answer, context }) => {
  const found = (code: string) => answer.reasons.find((one) => one.code === code)
  const least = committeeSize(body, context)
  const { size, experts } = body
  const check = (code: string, good: Step['text'], bad: Step['text'], cite?: string): Step => {
    const fault = found(code)
    return { text: fault ? bad : good, cite: fault?.article ?? cite, state: fault ? 'stop' : 'done' }
  }
  const needed = Math.ceil((size * 2) / 3)
  return {
    head: answer.lawful ? say('calc.committee.head.ok') : say('calc.committee.head.bad', { n: answer.reasons.length }),
    ...(answer.lawful ? {} : { tone: 'stop' as const }),
    steps: [
      ...(least
        ? [
            check(
              'size-too-small',
              say('calc.committee.size.ok', { size, least: least.least }),
              say('calc.committee.size.bad', { size, least: least.least }),
              citation(least.row),
            ),
          ]
        : []),
      check('size-even', say('calc.committee.odd.ok', { size }), say('calc.committee.odd.bad', { size })),
      check(
        'experts-below-two-thirds',
        say('calc.committee.experts.ok', { experts, size, needed, three: experts * 3, two: size * 2 }),
        say('calc.committee.experts.bad', { experts, size, needed, three: experts * 3, two: size * 2 }),
      ),
      ...(body.chairIs === undefined
        ? []
        : [check('chair-purchaser', say('calc.committee.chair.ok'), say('calc.committee.chair.bad'))]),
      ...(body.agencyStaff === undefined
        ? []
        : [check('agency-staff', say('calc.committee.staff.ok'), say('calc.committee.staff.bad'))]),
    ],
  }
}

type Counting = {
  regime: Regime
  method: Method
  stage: Stage
  count: number
  approvedFromFailedTender?: boolean
  serviceOrPpp?: boolean
  research?: boolean
  smeReserved?: boolean
  documentSound?: boolean
  aboveOpenThreshold?: boolean
}
type Counted = { decision: Decision; remedy?: Remedy; reasons: Reasons }

export const minimumBidders: Presenter<Counting, Counted> = ({ body, answer, context }) => {
  const least = minimumCount(body, context)
  const [reason] = answer.reasons
  const fewSmes = answer.decision === 'rerun-non-reserved'
  return {
    head: say(`calc.count.${answer.decision}`, { n: body.count }),
    ...(answer.decision === 'continue' ? {} : { tone: 'stop' as const }),
    steps: [
      ...(least === null
        ? []
        : [
            {
              text: say('calc.count.least', {
                stage: say(`calc.o.stage.${body.stage}`),
                method: say(`calc.o.method.${body.method}`),
                least,
              }),
              ...(reason && !fewSmes ? { cite: reason.article } : {}),
            },
          ]),
      ...(body.approvedFromFailedTender && least === 2 ? [{ text: say('calc.count.approved') }] : []),
      ...((body.serviceOrPpp || body.research) && least === 2 && !body.approvedFromFailedTender
        ? [{ text: say('calc.count.reduced') }]
        : []),
      {
        text: fewSmes
          ? say('calc.count.smes', { n: body.count })
          : say(answer.decision === 'continue' ? 'calc.count.enough' : 'calc.count.short', {
              n: body.count,
              least: least ?? 0,
            }),
        state: answer.decision === 'continue' ? 'done' : 'stop',
        ...(reason && fewSmes ? { cite: reason.article } : {}),
      },
      ...(answer.remedy ? [{ text: say(`calc.count.remedy.${answer.remedy}`), rule: 'CNT-4' }] : []),
    ],
  }
}

type Failure = { cause: DecryptionCause; fallback: 'opened' | 'failed' }
type Treated = { treatedAs: 'valid' | 'revoked' | 'withdrawn'; depositReturned: boolean }

export const decryptionFailure: Presenter<Failure, Treated> = ({ body, answer }) => ({
  head: say(`calc.decryption.${answer.treatedAs}`),
  ...(answer.treatedAs === 'valid' ? {} : { tone: 'stop' as const }),
  steps: [
    { text: say(`calc.decryption.cause.${body.cause}`) },
    { text: say(`calc.decryption.fallback.${body.fallback}`) },
    { text: say(decidedBy(body, answer)), rule: 'SB-11' },
    { text: say(`calc.decryption.deposit.${answer.treatedAs}`) },
  ],
})

/** 20号令 31: whose doing it was decides, and a malformed escrow is the bidder's even where the bid opens. */
const decidedBy = ({ cause }: Failure, { treatedAs }: Treated) =>
  treatedAs === 'valid'
    ? ('calc.decryption.why.opened' as const)
    : cause === 'escrow'
      ? ('calc.decryption.why.escrow' as const)
      : treatedAs === 'revoked'
        ? ('calc.decryption.why.own' as const)
        : ('calc.decryption.why.others' as const)
