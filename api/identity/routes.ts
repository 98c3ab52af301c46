import type { Context } from 'hono'
import { createRouter, type HttpEnv } from '../kernel/http.ts'
import * as contract from './contract.ts'
import { fingerprintOf, listAuthorities, storeCrl } from './service/authorities.ts'
import * as certificates from './service/certificates.ts'
import type { IdentityDeps } from './service/deps.ts'
import { acceptInvitation, invite, listMembers } from './service/invitations.ts'
import * as mandates from './service/mandates.ts'
import * as organisations from './service/organisations.ts'
import * as sessions from './service/sessions.ts'
import * as view from './service/views.ts'

export { authHandler } from './service/sessions.ts'

const done = { done: true as const }

/** Hand the cookies of the accounts module on. */
const passCookies = (c: Context<HttpEnv>, headers: Headers): void => {
  for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
}

const sessionRoutes = (deps: IdentityDeps) =>
  createRouter()
    .openapi(contract.readSession, async (c) => {
      c.header('cache-control', 'no-store')
      return c.json(view.sessionView(await sessions.readCurrent(deps)(c.req.raw.headers)), 200)
    })
    .openapi(contract.chooseMembership, async (c) => {
      await sessions.chooseMembership(deps)(c.var.actor, c.req.raw.headers, c.req.valid('json').membershipId)
      return c.json(done, 200)
    })
    .openapi(contract.signOut, async (c) => {
      passCookies(c, await sessions.signOut(deps)(c.req.raw.headers, c.var.actor.networkAddress))
      return c.json(done, 200)
    })
    .openapi(contract.makeNonce, async (c) => {
      const host = c.req.header('host') ?? new URL(c.req.url).host
      return c.json(await sessions.makeNonce(deps)(c.var.actor, c.req.valid('json').purpose, host), 200)
    })
    .openapi(contract.signInByCertificate, async (c) => {
      const command = view.signedBytes(c.req.valid('json'))
      passCookies(c, await sessions.signInByCertificate(deps)(command, c.req.raw.headers, c.var.actor.networkAddress))
      return c.json(done, 200)
    })

const organisationRoutes = (deps: IdentityDeps) =>
  createRouter()
    .openapi(contract.readPromise, async (c) => c.json(await organisations.currentPromise(), 200))
    .openapi(contract.registerSupplier, async (c) => {
      const row = await organisations.registerSupplier(deps)(c.var.actor, c.req.valid('json'))
      return c.json(view.organisationView(row), 201)
    })
    .openapi(contract.enterOrganisation, async (c) => {
      const row = await organisations.createOrganisation(deps)(c.var.actor, c.req.valid('json'))
      return c.json(view.organisationView(row), 201)
    })
    .openapi(contract.searchOrganisations, async (c) => {
      const rows = await organisations.searchOrganisations(deps)(c.var.actor, c.req.valid('query'))
      return c.json({ organisations: rows.map(view.publicOrganisationView) }, 200)
    })
    .openapi(contract.readOrganisation, async (c) => {
      const { row, whole } = await organisations.readOrganisation(deps)(c.var.actor, c.req.valid('param').id)
      return c.json(whole ? view.organisationView(row) : view.publicOrganisationView(row), 200)
    })
    .openapi(contract.changeOrganisation, async (c) => {
      const { id } = c.req.valid('param')
      const row = await organisations.changeOrganisation(deps)(c.var.actor, id, view.defined(c.req.valid('json')))
      return c.json(view.organisationView(row), 200)
    })
    .openapi(contract.setOrganisationStatus, async (c) => {
      const { id } = c.req.valid('param')
      const row = await organisations.setOrganisationStatus(deps)(c.var.actor, id, c.req.valid('json'))
      return c.json(view.organisationView(row), 200)
    })

const membershipRoutes = (deps: IdentityDeps) =>
  createRouter()
    .openapi(contract.listMembers, async (c) => {
      const rows = await listMembers(deps)(c.var.actor, c.req.valid('param').id)
      return c.json({ members: rows.map(view.memberView) }, 200)
    })
    .openapi(contract.invite, async (c) => {
      const made = await invite(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json'))
      return c.json({ ...made, expiresAt: made.expiresAt.toISOString() }, 201)
    })
    .openapi(contract.acceptInvitation, async (c) => {
      const row = await acceptInvitation(deps)(c.var.actor, c.req.valid('json').code)
      return c.json({ membershipId: row.id, organisationId: row.organisation_id, role: row.role }, 200)
    })
    .openapi(contract.endMembership, async (c) => {
      await organisations.endMembership(deps)(c.var.actor, c.req.valid('param').id)
      return c.json(done, 200)
    })
    .openapi(contract.makeMandate, async (c) => {
      const row = await mandates.makeMandate(deps)(c.var.actor, view.signedBytes(c.req.valid('json')))
      return c.json(view.mandateView(row), 201)
    })
    .openapi(contract.listMandates, async (c) =>
      c.json({ mandates: (await mandates.listMandates(deps)(c.var.actor)).map(view.mandateListView) }, 200),
    )
    .openapi(contract.readMandate, async (c) =>
      c.json(view.signedMandateView(await mandates.readMandate(deps)(c.var.actor, c.req.valid('param').id)), 200),
    )
    .openapi(contract.revokeMandate, async (c) => {
      await mandates.revokeMandate(deps)(c.var.actor, c.req.valid('param').id, c.req.valid('json').reason)
      return c.json(done, 200)
    })

const certificateRoutes = (deps: IdentityDeps) =>
  createRouter()
    .openapi(contract.readAuthorities, async (c) => {
      const { at, trusted } = await listAuthorities(deps)()
      const authorities = trusted.map((one) => view.authorityView(one, fingerprintOf(one.authority.der)))
      return c.json({ at: at.toISOString(), authorities }, 200)
    })
    .openapi(contract.listCertificates, async (c) => {
      const rows = await certificates.listCertificates(deps)(c.var.actor)
      return c.json({ certificates: rows.map(view.certificateView) }, 200)
    })
    .openapi(contract.bindCertificate, async (c) => {
      const row = await certificates.bindCertificate(deps)(c.var.actor, view.signedBytes(c.req.valid('json')))
      return c.json(view.certificateView(row), 201)
    })
    .openapi(contract.unbindCertificate, async (c) => {
      await certificates.unbindCertificate(deps)(c.var.actor, c.req.valid('param').id)
      return c.json(done, 200)
    })
    .openapi(contract.storeCrl, async (c) => {
      await storeCrl(deps)(c.var.actor, view.bytesOf(c.req.valid('json').crl))
      return c.json(done, 200)
    })
    .openapi(contract.requestDemoCertificate, async (c) => {
      const { purpose, csr } = c.req.valid('json')
      const command = { purpose, csr: view.bytesOf(csr) }
      const { certificate, chain } = await certificates.requestDemoCertificate(deps)(c.var.actor, command)
      return c.json(view.issuedView(certificate, chain), 201)
    })
    .openapi(contract.revokeDemoCertificate, async (c) => {
      await certificates.revokeDemoCertificate(deps)(c.var.actor, c.req.valid('param').id)
      return c.json(done, 200)
    })

/** Sessions, organisations, memberships, mandates and certificates, to be mounted under /api. */
export const identityRoutes = (deps: IdentityDeps) =>
  createRouter()
    .route('/', sessionRoutes(deps))
    .route('/', organisationRoutes(deps))
    .route('/', membershipRoutes(deps))
    .route('/', certificateRoutes(deps))
