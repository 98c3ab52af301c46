import type { InferResponseType } from 'hono/client'
import { toCapitals } from '../../../api/law/capitals.ts'
import { decimal, divide, hundred, multiply, rational, sum, toFixed, toShortest } from '../../../api/law/decimal.ts'
import { fromBase64url, toHex } from '../../../api/log/bytes.ts'
import { answer, api, type Client } from '../api.ts'
import { yuan } from '../i18n/amount.ts'
import { grouped } from '../i18n/number.ts'

type Award = InferResponseType<Client['api']['tenders'][':id']['awards']['$get'], 200>['awards'][number]
type Evaluation = InferResponseType<Client['api']['lots'][':id']['evaluation']['$get'], 200>

/** One bidder's scores: by criterion as means over the members, in the order of `items`. Yuan as shown. */
export type ScoreRow = {
  letter: string
  name: string
  rank: number | null
  price: string
  evaluatedPrice: string
  reduced: string | null
  means: string[]
  priceScore: string | null
  total: string | null
}
export type LotResult = Omit<Award, 'noticeSha256' | 'contract'> & {
  contract: (NonNullable<Award['contract']> & { fileHash: string }) | null
  noticeHash: string
  capitals: string
  evaluation: {
    madeAt: string
    reportHash: string
    members: number
    items: { id: string; title: string; max: string }[]
    priceMax: string | null
    rows: ScoreRow[]
    rejected: Evaluation['rejected']
  } | null
}

/** As people compare it with what their own tool prints. */
export const hexOf = (base64url: string): string => toHex(fromBase64url(base64url))

/** Published results of a tender with the scores that led to them. */
export const resultsOf = async (fetcher: typeof fetch, id: string): Promise<LotResult[]> => {
  const client = api(fetcher).api
  const got = await answer(client.tenders[':id'].awards.$get({ param: { id } }))
  if (!got.ok) return []
  return Promise.all(
    got.value.awards.map(async ({ noticeSha256, contract, ...award }) => {
      const evaluation = await answer(client.lots[':id'].evaluation.$get({ param: { id: award.lotId } }))
      return {
        ...award,
        noticeHash: hexOf(noticeSha256),
        contract: contract ? { ...contract, fileHash: hexOf(contract.fileSha256) } : null,
        capitals: toCapitals(yuan(award.price).replaceAll(',', '')),
        evaluation: evaluation.ok ? viewOf(evaluation.value) : null,
      }
    }),
  )
}

const viewOf = (evaluation: Evaluation): NonNullable<LotResult['evaluation']> => {
  const { items, bids, standings, input, rejected } = evaluation
  const isScored = input.evaluationMethod === 'comprehensive'
  const meanOf = (letter: string, itemId: string): string => {
    const given = input.scores.filter((score) => score.letter === letter && score.itemId === itemId)
    if (given.length === 0) return ''
    return toFixed(divide(sum(given.map(({ points }) => decimal(points))), rational(BigInt(given.length), 1n)), 2)
  }
  const rows = standings.map((standing): ScoreRow => {
    const bid = bids.find(({ letter }) => letter === standing.letter)
    return {
      letter: standing.letter,
      name: bid?.name ?? standing.letter,
      rank: standing.rank,
      price: bid?.price ? yuan(bid.price) : '',
      evaluatedPrice: shownYuan(standing.evaluatedPrice),
      reduced: standing.reductions[0] ? percent(standing.reductions[0].rate) : null,
      means: items.map(({ id }) => meanOf(standing.letter, id)),
      priceScore: standing.priceScore,
      total: standing.total,
    }
  })
  return {
    madeAt: evaluation.madeAt,
    reportHash: hexOf(evaluation.reportSha256),
    members: new Set(input.scores.map(({ seat }) => seat)).size,
    items: items.map(({ id, title, max }) => ({ id, title, max })),
    priceMax: isScored ? percent(input.priceWeight) : null,
    rows: rows.sort((a, b) => (a.rank ?? 999) - (b.rank ?? 999)),
    rejected,
  }
}

/** '1460592' → '1,460,592.00'; more decimals stay as they are exact. */
const shownYuan = (text: string): string => {
  const [whole = '0', part = ''] = text.split('.')
  return `${grouped(whole)}.${part.padEnd(2, '0')}`
}

/** '0.30' → '30'. */
const percent = (rate: string): string => toShortest(multiply(decimal(rate), hundred))
