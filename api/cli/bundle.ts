/**
 * The hash of the client software that lies here: what a manifest names (`client.bundleSha256`) and the log holds.
 *   npm run bundle                 the hash of the built pages and of the offline software
 *   npm run bundle -- page         the list behind the hash, for `sha256sum -c` (likewise `offline`)
 *   node api/cli/bundle.ts --write the build's last step: the list beside the pages
 */
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import type { ClientSoftware } from '../clients/service.ts'
import { offlineSoftware, PAGE_LIST, pageSoftware } from '../start/client-software.ts'

/** `client.bundleSha256` of a manifest made by this software. */
export const bundleSha256 = ({ list }: ClientSoftware): string => createHash('sha256').update(list).digest('base64url')

const run = (what: string | undefined): void => {
  const all = [pageSoftware(), offlineSoftware()].flatMap((one) => one ?? [])
  const page = all.find(({ kind }) => kind === 'page')
  const listed = all.find(({ kind }) => kind === what)
  if (what === '--write' && page) writeFileSync(PAGE_LIST, page.list)
  else if (listed) process.stdout.write(listed.list)
  else for (const one of all) console.log(`${one.kind.padEnd(8)}${bundleSha256(one)}`)
}

if (import.meta.main) run(process.argv[2])
