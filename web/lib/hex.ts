import { fromBase64url, toHex } from '../../api/log/bytes.ts'

/** The API writes SHA-256 as 43 characters of base64url; people compare lower-case hexadecimal. */
export const hexOf = (hash: string): string => (/^[0-9a-f]{64}$/.test(hash) ? hash : toHex(fromBase64url(hash)))
