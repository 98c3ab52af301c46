import type { MemberRole, OrganisationKind } from '../../api/identity/rules.ts'
import { addMembership, createOrganisation, createPerson, issueDemoCertificate } from '../../api/identity/service.ts'
import { facts } from '../../api/identity/world.testing.ts'
import { type Actor, ROLES, SYSTEM } from '../../api/kernel/actor.ts'
import { now } from '../../api/kernel/clock.ts'
import { makeKeyPair, spkiOf } from '../../api/seal/ca.ts'
import type { Signer } from '../../api/seal/cms.ts'
import type { Answer, TenderWorld } from '../../api/tenders/world.testing.ts'
import type { TestPlatform } from '../platform.ts'

const HOST = '127.0.0.1:3000'
const PASSWORD = '云城-Sunlit-2026'

/** Roles somebody can sign in with, and the kind of organisation each is tried in. */
export const HOMES: Record<MemberRole, OrganisationKind> = {
  'supplier-preparer': 'supplier',
  'supplier-signer': 'supplier',
  purchaser: 'purchaser',
  'purchaser-approver': 'purchaser',
  agency: 'agency',
  evaluator: 'centre',
  centre: 'centre',
  supervisor: 'supervisor',
  trustee: 'trustee-body',
  bank: 'bank',
  administrator: 'centre',
}
export const MEMBERS = ROLES.filter((role): role is MemberRole => role in HOMES)

/** Sends as a page of the site would. */
const senderOf =
  ({ app }: TestPlatform) =>
  async (cookie: string | undefined, method: string, path: string, body?: unknown): Promise<Answer> => {
    const isForm = body instanceof FormData
    const headers = new Headers({ host: HOST, origin: `http://${HOST}` })
    if (cookie) headers.set('cookie', cookie)
    if (body !== undefined && !isForm) headers.set('content-type', 'application/json')
    const request = { method, headers, ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }) }
    const response = await app.request(`http://${HOST}${path}`, request as RequestInit)
    // A live stream never ends: that it began is the answer.
    const isStream = response.headers.get('content-type') === 'text/event-stream'
    if (isStream) await response.body?.cancel()
    const bytes = isStream ? new Uint8Array() : new Uint8Array(await response.arrayBuffer())
    const isJson = response.headers.get('content-type')?.includes('json')
    const text = isJson ? JSON.parse(new TextDecoder().decode(bytes)) : bytes
    return { status: response.status, headers: response.headers, body: text }
  }

/** People who really sign in, on a whole platform; the same shape as the tenders' own test world. */
export const castOf = (platform: TestPlatform) => {
  const { deps } = platform
  const send = senderOf(platform)
  const cookies = new Map<string, string>()
  let count = 0

  const signIn = async (email: string): Promise<string> => {
    const answer = await send(undefined, 'POST', '/api/auth/sign-in/email', { email, password: PASSWORD })
    if (answer.status !== 200) throw new Error(`sign-in: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
  }
  const person = async (): Promise<{ id: string; cookie: string }> => {
    const email = `m${++count}@example.cn`
    const { id } = await createPerson(deps)({ name: '李雷', email, password: PASSWORD })
    return { id, cookie: await signIn(email) }
  }
  const organisation = (kind: OrganisationKind, name: string) =>
    createOrganisation(deps)(SYSTEM, { ...facts(name), kinds: [kind] })
  const member = async (organisationId: string, role: MemberRole): Promise<Actor> => {
    const email = `m${++count}@example.cn`
    const { id } = await createPerson(deps)({ name: '韩梅', email, password: PASSWORD })
    await addMembership(deps)(SYSTEM, { organisationId, personId: id, role })
    cookies.set(id, await signIn(email))
    return { personId: id, organisationId, role, via: 'password', networkAddress: null }
  }
  const enrol = async (actor: Actor): Promise<Signer> => {
    const pair = await makeKeyPair('EC')
    const subject = { personId: actor.personId!, organisationId: actor.organisationId }
    const wish = { ...subject, spki: await spkiOf(pair.publicKey) }
    const { certificate, chain } = await issueDemoCertificate(deps)(SYSTEM, wish)
    return { certificateDer: new Uint8Array(certificate.der), chainDer: chain, privateKey: pair.privateKey }
  }
  const cookieOf = (actor: Actor | null) => (actor?.personId ? cookies.get(actor.personId) : undefined)
  const call = (actor: Actor | null, method: string, path: string, body?: unknown) =>
    send(cookieOf(actor), method, `/api${path}`, body)
  const world = { deps, call, organisation, member, enrol, close: platform.stop, now: () => now(deps.db) }
  return { send, person, cookieOf, world: world as unknown as TenderWorld }
}
export type Stage = ReturnType<typeof castOf>
