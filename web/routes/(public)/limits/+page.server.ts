/** Only read: no framework is loaded, see lib/light. */
export const csr = false
