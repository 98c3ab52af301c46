import { createHmac, timingSafeEqual } from 'node:crypto'

/** A Secure cookie pins host and path, too; without https (a demo on 127.0.0.1) browsers refuse that prefix. */
export const cookiePrefix = (secure: boolean): string => (secure ? '__Host-sunlit' : 'sunlit')

const cookieIn = (header: string, name: string): string | null => {
  const found = header.split(';').find((one) => one.trimStart().startsWith(`${name}=`))
  try {
    return found === undefined ? null : decodeURIComponent(found.slice(found.indexOf('=') + 1).trim())
  } catch {
    return null
  }
}

/**
 * The token in the accounts module's cookie, `token.base64(HMAC-SHA256(secret, token))`; null where it is absent or not signed
 * by us. The module opens and closes sessions; that one is open is asked at each request, and in a tenth of the module's time.
 */
export const sessionToken = (header: string, prefix: string, secret: string): string | null => {
  const value = cookieIn(header, `${prefix}.session_token`)
  const dot = value?.lastIndexOf('.') ?? -1
  if (value === null || dot < 1) return null
  const token = value.slice(0, dot)
  const ours = Buffer.from(createHmac('sha256', secret).update(token).digest('base64'))
  const theirs = Buffer.from(value.slice(dot + 1))
  return ours.length === theirs.length && timingSafeEqual(ours, theirs) ? token : null
}
