// Plain JavaScript on purpose: an older Node stops here with one clear line instead of at the first `.ts`.
const [major] = process.versions.node.split('.').map(Number)
if (major < 26) {
  console.error(`Sunlit needs Node 26, this is ${process.version}. Start it with "npm start", which brings its own.`)
  process.exit(1)
}
await import('./server.ts')
