import { writeFileSync } from 'node:fs'
import { rulesPage } from './page.ts'

/** `npm run rules`: docs/rules.md from the rows. */
const OUT = new URL('../../docs/rules.md', import.meta.url)
writeFileSync(OUT, rulesPage())
console.log(OUT.pathname)
