import { z } from 'zod'

const person = z.looseObject({
  email: z.string(),
  password: z.string(),
  name: z.string(),
  organisation: z.string().nullable().default(null),
  role: z.string(),
  p12: z.string().nullable().optional(),
  pin: z.string().nullable().optional(),
})
const answer = z.looseObject({
  people: z.array(person).default([]),
  done: z.boolean().default(true),
  steps: z.array(z.string()).default([]),
})

/** A fictitious person of the demonstration; the password stays on the server side of these pages. */
export type DemoPerson = z.infer<typeof person>

/** Who can be played, and how far the demo city is told; nobody where the platform offers none. */
export const demoPeople = async (fetcher: typeof fetch): Promise<z.infer<typeof answer>> => {
  const response = await fetcher('/api/demo/people')
  const nobody = { people: [], done: true, steps: [] }
  if (!response.ok) return nobody
  const read = answer.safeParse(await response.json())
  return read.success ? read.data : nobody
}
