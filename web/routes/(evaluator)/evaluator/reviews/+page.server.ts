import { redirect } from '@sveltejs/kit'
import type { PageServerLoad } from './$types'

/** The list of sessions is the home page. */
export const load: PageServerLoad = () => redirect(308, '/evaluator')
