// Plain JavaScript, so that an older Node reaches the sentence below instead of stopping at the first type.
const major = Number(process.versions.node.split('.')[0])
if (major < 26) {
  console.error(
    `The tests need Node 26, this is ${process.version}. Run \`npm ci\`, then \`npm test\`: npm puts the Node 26 of node_modules/.bin first.`,
  )
  process.exit(1)
}
// Hundreds of processes read the same thousand modules: compiled once, kept beside what they come from.
const cache = new URL('../node_modules/.cache/', import.meta.url).pathname
process.env.NODE_COMPILE_CACHE ??= `${cache}node`
process.env.PYTHONPYCACHEPREFIX ??= `${cache}python`
delete process.env.PYTHONDONTWRITEBYTECODE
const { main } = await import('./runner/main.ts')
process.exit(await main(process.argv.slice(2)))
