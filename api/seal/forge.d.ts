/** The parts of node-forge that are taken along one by one: its index would bring TLS and an RSA of its own. */
declare module 'node-forge/lib/forge.js' {
  import type forge from 'node-forge'

  const parts: {
    util: typeof forge.util
    cipher: typeof forge.cipher
    rc2: { createDecryptionCipher: (key: string, bits: number) => RcTwo }
  }
  type RcTwo = {
    start: (iv: string) => void
    update: (input: forge.util.ByteStringBuffer) => void
    finish: () => boolean
    output: forge.util.ByteStringBuffer
  }
  export = parts
}
declare module 'node-forge/lib/des.js'
declare module 'node-forge/lib/rc2.js'
