import type { PageServerLoad } from './$types'

const text = async (call: Promise<Response>): Promise<string | null> => {
  const response = await call
  return response.ok ? response.text() : null
}

/** Checkpoint and policy as the log serves them; whether they hold is for the reader's own browser to say. */
export const load: PageServerLoad = async ({ fetch, url }) => {
  const index = url.searchParams.get('index') ?? ''
  const [checkpoint, policy] = await Promise.all([text(fetch('/log/checkpoint')), text(fetch('/log/policy'))])
  return { checkpoint, policy, index: /^\d{1,15}$/.test(index) ? index : '' }
}
