import { words } from './i18n/load.server.ts'
import type { Lang } from './i18n/text.ts'
import type { MessageKey } from './i18n/zh-CN.ts'
import type { NavLink, RoleGroup } from './nav.ts'

type NavItem = { readonly href: string; readonly label: MessageKey }

/** The one table of navigation. An agency uses the purchaser's pages under a mandate (委托协议). */
export const NAV: Readonly<Record<RoleGroup, readonly NavItem[]>> = {
  public: [
    { href: '/notices', label: 'public.nav.notices' },
    { href: '/intentions', label: 'public.nav.intentions' },
    { href: '/openings', label: 'public.nav.openings' },
    { href: '/results', label: 'public.nav.results' },
    { href: '/calculators', label: 'public.nav.calculators' },
    { href: '/log', label: 'public.nav.log' },
  ],
  purchaser: [
    { href: '/purchaser', label: 'purchaser.nav.home' },
    { href: '/purchaser/intentions', label: 'purchaser.nav.intentions' },
    { href: '/purchaser/tenders', label: 'purchaser.nav.tenders' },
    { href: '/purchaser/awards', label: 'purchaser.nav.awards' },
    { href: '/organisation', label: 'purchaser.nav.organisation' },
  ],
  supplier: [
    { href: '/supplier', label: 'supplier.nav.home' },
    { href: '/notices', label: 'supplier.nav.find' },
    { href: '/supplier/bids', label: 'supplier.nav.bids' },
    { href: '/supplier/rehearsal', label: 'supplier.nav.rehearsal' },
    { href: '/organisation', label: 'supplier.nav.organisation' },
  ],
  evaluator: [{ href: '/evaluator', label: 'evaluator.nav.home' }],
  centre: [
    { href: '/centre', label: 'centre.nav.home' },
    { href: '/openings', label: 'centre.nav.openings' },
    { href: '/centre/rules', label: 'centre.nav.rules' },
    { href: '/status', label: 'centre.nav.status' },
  ],
  supervisor: [
    { href: '/supervisor', label: 'supervisor.nav.tenders' },
    { href: '/openings', label: 'supervisor.nav.openings' },
    { href: '/log', label: 'supervisor.nav.proofs' },
    { href: '/status', label: 'supervisor.nav.status' },
  ],
  trustee: [{ href: '/trustee', label: 'trustee.nav.home' }],
}

/** Links of the foot, the same everywhere. */
export const FOOT: readonly NavItem[] = [
  { href: '/genuine', label: 'strip.genuine' },
  { href: '/accessibility', label: 'foot.accessibility' },
  { href: '/limits', label: 'foot.limits' },
  { href: '/help/decryption', label: 'foot.decryption' },
  { href: '/rules', label: 'foot.rules' },
  { href: '/log', label: 'foot.verify' },
]

const said = (lang: Lang, group: RoleGroup | 'common', items: readonly NavItem[]): NavLink[] => {
  const texts = words(lang, group)
  return items.map(({ href, label }) => ({ href, label: texts[label] ?? label }))
}

/** A group's navigation in one language; sent as data, so that no page's script carries the other roles' table. */
export const navigation = (lang: Lang, group: RoleGroup): NavLink[] => said(lang, group, NAV[group])
export const footLinks = (lang: Lang): NavLink[] => said(lang, 'common', FOOT)
