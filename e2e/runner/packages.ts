import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { runProgram } from './shell.ts'

/** What a step takes from Debian, by package and by a file that tells that it is there. */
export const PACKAGES = {
  chromium: ['/usr/bin/chromium'],
  'fonts-noto-cjk': ['/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc'],
  'poppler-utils': ['/usr/bin/pdftoppm', '/usr/bin/pdfsig'],
  'ceph-mon': ['/usr/bin/ceph-mon'],
  'ceph-osd': ['/usr/bin/ceph-osd'],
  radosgw: ['/usr/bin/radosgw', '/usr/bin/radosgw-admin'],
  'ceph-common': ['/usr/bin/ceph', '/usr/bin/ceph-authtool', '/usr/bin/monmaptool'],
  'postgresql-15': ['/usr/lib/postgresql/15/bin/initdb', '/usr/lib/postgresql/15/bin/postgres'],
  openssl: ['/usr/bin/openssl'],
  // pydoc3 comes with the whole standard library, python3 alone may not.
  python3: ['/usr/bin/python3', '/usr/bin/pydoc3'],
  'libnss3-tools': ['/usr/bin/certutil'],
} as const satisfies Record<string, string[]>

export type Package = keyof typeof PACKAGES

export const missingPackages = (wanted: readonly Package[]): Package[] =>
  wanted.filter((name) => PACKAGES[name].some((path) => !existsSync(path)))

export const isRoot = (): boolean => process.getuid?.() === 0

/** As root or in CI a missing part is a failure; on a developer's machine it is skipped and named. */
export const strict = (): boolean => isRoot() || process.env.CI === 'true'

/** Installs what is missing (root on Debian only) and returns what is missing still. */
export const ensurePackages = async (wanted: readonly Package[]): Promise<Package[]> => {
  const missing = missingPackages(wanted)
  if (missing.length === 0 || !isRoot() || !existsSync('/usr/bin/apt-get')) return missing
  console.log(`installing from Debian: ${missing.join(' ')}`)
  const release = forbidServices()
  try {
    const env = { DEBIAN_FRONTEND: 'noninteractive' }
    const update = await runProgram('apt-get', ['update', '-q'], { env, quiet: true })
    if (update.code !== 0) console.log(update.output)
    const options = ['-y', '-q', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold']
    const install = await runProgram('apt-get', ['install', ...options, ...missing], { env, quiet: true })
    if (install.code !== 0) console.log(install.output)
  } finally {
    release()
  }
  return missingPackages(wanted)
}

const POLICY = '/usr/sbin/policy-rc.d'

/** Debian starts a service right after its installation unless this file says no (101); ours are started by the tests. */
const forbidServices = (): (() => void) => {
  if (existsSync(POLICY)) return () => undefined
  writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  return () => rmSync(POLICY, { force: true })
}
