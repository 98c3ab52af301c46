import { error, redirect } from '@sveltejs/kit'
import type { Me, RoleGroup } from '../nav.ts'
import { signInHref } from './return.ts'

type Entering = { parent: () => Promise<{ me: Me | null }>; url: { pathname: string; search: string } }

/** Who works on this group's pages: nobody signed in goes to the sign-in page and comes back; another role is refused. */
export const enter = async ({ parent, url }: Entering, group: RoleGroup): Promise<Me & { organisationId: string }> => {
  const { me } = await parent()
  if (!me) redirect(303, signInHref(url))
  if (me.group !== group || me.organisationId === null) error(403, { message: 'forbidden' })
  return { ...me, organisationId: me.organisationId }
}

/** The one who may sign and submit for its organisation. */
export const isSigner = (me: Pick<Me, 'role'>): boolean => me.role === 'supplier-signer'
