import { api, must } from '#lib/api.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. */
export const csr = false

const SHOWN = 10

/** The newest client software, as the log had it before it was served. */
export const load: PageServerLoad = async ({ fetch }) => {
  const { clients } = await must(api(fetch).api.clients.$get())
  return {
    clients: clients.slice(0, SHOWN).map(({ sha256, kind, files, at, leafIndex }) => ({
      sha256,
      // One file is the packager of the bid page; from a checkout the offline software is many.
      kind: kind === 'offline' && files === 1 ? ('packager' as const) : kind,
      at,
      leafIndex,
    })),
  }
}
