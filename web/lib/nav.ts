/** Route groups of the web; each has its own layout, words and navigation. */
export const ROLE_GROUPS = ['public', 'purchaser', 'supplier', 'evaluator', 'centre', 'supervisor', 'trustee'] as const
export type RoleGroup = (typeof ROLE_GROUPS)[number]

/** Who is signed in and for whom, as every page knows it. */
export type Me = {
  personId: string
  name: string
  email: string
  organisationId: string | null
  organisation: string | null
  membershipId: string | null
  /** A role of api/kernel/actor.ts; `public` without a membership or before the second factor. */
  role: string
  /** Whose pages this role works on. */
  group: RoleGroup
  via: 'password' | 'certificate'
  secondFactorNeeded: boolean
  /** When the session ends, on the platform's clock, ISO UTC. */
  endsAt: string | null
}

/** A navigation item in the page's language, as the server sends it. */
export type NavLink = { readonly href: string; readonly label: string }

/** Where a group's pages begin. */
export const homeOf = (group: RoleGroup): string => (group === 'public' ? '/' : `/${group}`)

/** The link the page stands under: the longest address that begins its path; a group's home only for itself. */
export const currentLink = (links: readonly NavLink[], path: string): NavLink | undefined => {
  const isHome = (href: string) => links.some((link) => link.href.startsWith(`${href}/`))
  return links
    .filter(({ href }) => path === href || (!isHome(href) && path.startsWith(`${href}/`)))
    .sort((a, b) => b.href.length - a.href.length)[0]
}
