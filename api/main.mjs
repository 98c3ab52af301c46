// Plain JavaScript on purpose: an older Node stops here with one clear line instead of at the first `.ts`.
const [major] = process.versions.node.split('.').map(Number)
if (major < 26) {
  console.error(`Sunlit needs Node 26, this is ${process.version}. Start it with "npm start", which brings its own.`)
  process.exit(1)
}
// Files are made durable and envelopes are opened on libuv's threads: four of them would wait for the disk by turns.
process.env.UV_THREADPOOL_SIZE ??= '16'
await import('./server.ts')
