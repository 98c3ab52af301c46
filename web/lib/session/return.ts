/** Where to go back to after signing in: a path of this site and nothing else, so that no link leads a person away. */
export const safeReturn = (asked: string | null | undefined, fallback = '/'): string => {
  if (!asked?.startsWith('/') || asked.startsWith('//') || /[\\\s]/.test(asked)) return fallback
  const url = new URL(asked, 'http://here.invalid')
  return url.host === 'here.invalid' ? `${url.pathname}${url.search}${url.hash}` : fallback
}

/** The sign-in page, coming back to this place. */
export const signInHref = (url: { pathname: string; search: string }): string =>
  `/sign-in?return=${encodeURIComponent(`${url.pathname}${url.search}`)}`
