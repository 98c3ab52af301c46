import { redirect } from '@sveltejs/kit'
import type { PageServerLoad } from './$types'

/** The list of tenders is the home page. */
export const load: PageServerLoad = ({ url }) => redirect(308, `/supervisor${url.search}`)
