// The wrapper package of biome names platform packages that not every registry has, and npm ci then refuses the whole
// lock file. So the platforms we lint on are named by us, and found here.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const platform = `${process.platform}-${process.arch}`
const program = fileURLToPath(new URL(`../node_modules/@biomejs/cli-${platform}/biome`, import.meta.url))
if (!existsSync(program)) {
  console.error(`biome is not installed for ${platform}: format and lint run on linux-x64 and linux-arm64`)
  process.exit(1)
}
process.exit(spawnSync(program, process.argv.slice(2), { stdio: 'inherit' }).status ?? 1)
