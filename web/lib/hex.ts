/** Bytes of a base64url text in lower-case hexadecimal; by itself, so that a page that only shows a hash stays light. */
const toHex = (base64url: string): string =>
  Array.from(atob(base64url.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
    char.charCodeAt(0).toString(16).padStart(2, '0'),
  ).join('')

/** The API writes SHA-256 as 43 characters of base64url; people compare lower-case hexadecimal. */
export const hexOf = (hash: string): string => (/^[0-9a-f]{64}$/.test(hash) ? hash : toHex(hash))
