import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { signPdf } from './pdf/sign.ts'

/** The platform's seal: a certificate with its chain and a key that signs, one PEM file in the keys' folder. */
export type PlatformSeal = {
  certificateDer: Uint8Array
  put: (
    pdf: Uint8Array,
    reason: string,
    at: Date,
    stamp?: (cms: Uint8Array) => Promise<Uint8Array>,
  ) => Promise<Uint8Array>
}

export type SealMaterial = { certificateDer: Uint8Array; chainDer: Uint8Array[]; pkcs8: Uint8Array }

const PEM = /-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END \1-----/g
const pem = (label: string, der: Uint8Array): string =>
  `-----BEGIN ${label}-----\n${Buffer.from(der).toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----\n`

const parse = (text: string): SealMaterial => {
  const blocks = [...text.matchAll(PEM)].map(([, label, body]) => ({
    label,
    der: new Uint8Array(Buffer.from(body!, 'base64')),
  }))
  const [certificateDer, ...chainDer] = blocks.filter((b) => b.label === 'CERTIFICATE').map((b) => b.der)
  const pkcs8 = blocks.find((b) => b.label === 'PRIVATE KEY')?.der
  if (!certificateDer || !pkcs8)
    throw new Error('seal.pem: expected a certificate, its chain and an EC P-256 PRIVATE KEY')
  return { certificateDer, chainDer, pkcs8 }
}

/** Read `seal.pem`; `make` gives one in demo and sandbox mode, in production the file must be there. */
export const loadSeal = async (
  folder: string,
  name: string,
  make: (() => Promise<SealMaterial>) | null,
): Promise<PlatformSeal> => {
  const file = join(folder, 'seal.pem')
  if (!existsSync(file)) {
    if (make === null) throw new Error(`${file} is missing: the platform's seal certificate, its chain and key as PEM`)
    const { certificateDer, chainDer, pkcs8 } = await make()
    const text =
      [certificateDer, ...chainDer].map((der) => pem('CERTIFICATE', der)).join('') + pem('PRIVATE KEY', pkcs8)
    writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 })
    renameSync(`${file}.${process.pid}`, file)
  }
  const { certificateDer, chainDer, pkcs8 } = parse(readFileSync(file, 'utf8'))
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
  const privateKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(pkcs8), algorithm, false, ['sign'])
  const signer = { fieldName: 'platform', name, certificateDer, chainDer, privateKey }
  return { certificateDer, put: (pdf, reason, date, stamp) => signPdf(pdf, { ...signer, reason, date, stamp }) }
}
