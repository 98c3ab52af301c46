/**
 * The hash of the client software that lies here: what a manifest names (`client.bundleSha256`) and the log holds.
 *   npm run bundle                 the hash of the built pages, of the packager in them, and of the offline software
 *   npm run bundle -- page         the list behind the hash, for `sha256sum -c` (likewise `packager`, `offline`)
 *   node api/cli/bundle.ts --write the build's last step: the list beside the pages
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { ClientSoftware } from '../clients/service.ts'
import { offlineSoftware, PAGE_LIST, packagerSoftware, pageSoftware } from '../start/client-software.ts'

/** `client.bundleSha256` of a manifest made by this software. */
export const bundleSha256 = ({ list, sha256 }: ClientSoftware): string =>
  sha256 ? Buffer.from(sha256).toString('base64url') : createHash('sha256').update(list).digest('base64url')

const run = (what: string | undefined): void => {
  const named = { page: pageSoftware(), packager: packagerSoftware(), offline: offlineSoftware() }
  const { page } = named
  const listed = Object.entries(named).find(([name]) => name === what)?.[1]
  if (what === '--write' && page) writeFileSync(PAGE_LIST, page.list)
  else if (listed) process.stdout.write(listed.list)
  else for (const [name, one] of Object.entries(named)) if (one) console.log(`${name.padEnd(9)}${bundleSha256(one)}`)
}

if (import.meta.main) run(process.argv[2])
