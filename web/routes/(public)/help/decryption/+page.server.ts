import { words } from '#lib/i18n/load.server.ts'
import type { PageServerLoad } from './$types'

/** Only read: no framework is loaded, see lib/light. Works without any script. */
export const csr = false

export const load: PageServerLoad = ({ locals: { lang } }) => ({ pageWords: words(lang, 'decryption') })
