import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { coveredBytes } from '../../api/kernel/pdf/byte-range.ts'
import { pemOf } from '../../api/kernel/pdf/test-certificates.ts'
import { verifyPdfSignatures } from '../../api/kernel/pdf/verify.ts'

const count = (text: string, part: string): number => text.split(part).length - 1

/** What poppler says of a paper, with the authorities in an NSS store of its own. */
export const askPdfsig = (folder: string, authorities: readonly Uint8Array[], pdf: Uint8Array) => {
  const nss = join(folder, 'nss')
  if (!existsSync(nss)) {
    execFileSync('mkdir', ['-p', nss])
    execFileSync('certutil', ['-N', '--empty-password', '-d', `sql:${nss}`])
    for (const [at, der] of authorities.entries()) {
      writeFileSync(join(folder, 'authority.pem'), pemOf(der))
      const args = [
        '-A',
        '-n',
        `authority-${at}`,
        '-t',
        'CT,C,C',
        '-i',
        join(folder, 'authority.pem'),
        '-d',
        `sql:${nss}`,
      ]
      execFileSync('certutil', args)
    }
  }
  writeFileSync(join(folder, 'asked.pdf'), pdf)
  const told = spawnSync('pdfsig', ['-nssdir', `sql:${nss}`, join(folder, 'asked.pdf')], { encoding: 'utf8' }).stdout
  return {
    valid: count(told, 'Signature is Valid'),
    trusted: count(told, 'Certificate is Trusted'),
    whole: count(told, 'Total document signed'),
    cades: count(told, 'ETSI.CAdES.detached'),
    told,
  }
}

/** Each signature of a paper for openssl, as CAdES; the words of those it refuses. */
export const askOpenssl = async (
  folder: string,
  authorities: readonly Uint8Array[],
  pdf: Uint8Array,
): Promise<{ verified: number; refused: string[] }> => {
  writeFileSync(join(folder, 'authorities.pem'), authorities.map(pemOf).join(''))
  const refused: string[] = []
  let verified = 0
  for (const { cms, byteRange } of await verifyPdfSignatures(pdf)) {
    writeFileSync(join(folder, 'cms.der'), cms ?? new Uint8Array())
    writeFileSync(join(folder, 'content'), byteRange ? coveredBytes(pdf, byteRange) : new Uint8Array())
    const files = ['-in', join(folder, 'cms.der'), '-content', join(folder, 'content'), '-out', join(folder, 'out')]
    const trust = ['-CAfile', join(folder, 'authorities.pem'), '-purpose', 'any']
    const args = ['cms', '-verify', '-cades', '-binary', '-inform', 'DER', ...files, ...trust]
    const run = spawnSync('openssl', args, { encoding: 'utf8' })
    if (run.status === 0) verified++
    else refused.push(run.stderr)
  }
  return { verified, refused }
}
