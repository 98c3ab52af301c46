/** What web/packager.config.ts has built: the offline packager as one file. `sha256` in hexadecimal. */
declare module 'virtual:packager' {
  export const packager: { address: string; sha256: string; size: number }
}
