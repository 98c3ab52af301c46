// Plain JavaScript, so that an older Node reaches the sentence below instead of stopping at the first type.
const major = Number(process.versions.node.split('.')[0])
if (major < 26) {
  console.error(
    `The tests need Node 26, this is ${process.version}. Run \`npm ci\`, then \`npm test\`: npm puts the Node 26 of node_modules/.bin first.`,
  )
  process.exit(1)
}
const { main } = await import('./runner/main.ts')
process.exit(await main(process.argv.slice(2)))
