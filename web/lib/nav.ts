/** Route groups of the web; each has its own layout, words and navigation. */
export const ROLE_GROUPS = ['public', 'purchaser', 'supplier', 'evaluator', 'centre', 'supervisor', 'trustee'] as const
export type RoleGroup = (typeof ROLE_GROUPS)[number]

/** Who is signed in, as every page's head shows it: a name, for whom, where home is, unread notifications. */
export type Me = {
  name: string
  organisation: string | null
  group: RoleGroup
  unread: number
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
