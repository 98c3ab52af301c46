import { answer, api, must } from '#lib/api.ts'
import { words } from '#lib/i18n/load.server.ts'
import { legalWords } from '#lib/tender/law.server.ts'
import { type LotResult, resultsOf } from '#lib/tender/results.server.ts'
import { stagesOf } from '#lib/tender/stages.ts'
import { trusteesOf } from '#lib/tender/trustees.server.ts'
import { fromBase64url, toHex } from '../../../../../api/log/bytes.ts'
import type { PageServerLoad } from './$types'

const hex = (base64url: string): string => toHex(fromBase64url(base64url))
const AWARDED = ['evaluated', 'awarded', 'contracted']
const TO_OPEN = ['closed', 'opened', 'evaluated', 'awarded', 'contracted', 'not-opened', 'failed']

/** Steps whose instants the results tell: of several lots the last. */
const happenedOf = (results: readonly LotResult[]): Record<string, string> => {
  const last = (of: (one: LotResult) => string | null | undefined) => results.map(of).filter(Boolean).sort().at(-1)
  const found = {
    'evaluation-report': last(({ evaluation }) => evaluation?.madeAt),
    'result-notice': last(({ publishedAt }) => publishedAt),
    contract: last(({ contract }) => contract?.publishedAt),
  }
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => !!entry[1]))
}

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

export const load: PageServerLoad = async ({ fetch, params, locals: { lang }, url }) => {
  url.searchParams.get('lang')
  const client = api(fetch, lang).api.tenders[':id']
  const param = { id: params.id }
  const tender = await must(client.$get({ param }))
  const [changes, trustees, results, hall] = await Promise.all([
    must(api(fetch, lang).api.regulations.changes.$get()),
    trusteesOf(fetch, params.id),
    AWARDED.includes(tender.status) ? resultsOf(fetch, params.id) : [],
    TO_OPEN.includes(tender.status) || tender.notices.length > 1 ? answer(client.opening.$get({ param })) : null,
  ])
  const waits =
    hall?.ok && !hall.value.suspended ? hall.value.lots.flatMap((lot) => [lot.windowEndsAt, lot.fallbackEndsAt]) : []
  const next = [tender.deadline, ...waits].filter((at) => at !== null && at > tender.now).sort()[0]
  const happened = happenedOf(results)
  return {
    pageWords: words(lang, 'tender'),
    tender: {
      ...tender,
      files: tender.files.map((file) => ({ ...file, sha256: hex(file.sha256) })),
      notices: tender.notices.map((notice) => ({ ...notice, hash: hex(notice.hash) })),
    },
    law: legalWords(tender, lang, changes),
    stages: stagesOf(tender, happened),
    happened,
    results,
    trustees,
    hall: hall?.ok ? hall.value : null,
    ...(next ? { next } : {}),
  }
}
