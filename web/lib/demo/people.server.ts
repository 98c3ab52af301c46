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
const answer = z.union([z.array(person), z.looseObject({ people: z.array(person) }).transform(({ people }) => people)])

/** A fictitious person of the demonstration; the password stays on the server side of these pages. */
export type DemoPerson = z.infer<typeof person>

/** Who can be played; nobody where the platform offers none. */
export const demoPeople = async (fetcher: typeof fetch): Promise<DemoPerson[]> => {
  const response = await fetcher('/api/demo/people')
  if (!response.ok) return []
  const read = answer.safeParse(await response.json())
  return read.success ? read.data : []
}
