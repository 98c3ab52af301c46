import { createServer } from 'node:http'
import { parseSettings } from './kernel/settings.ts'
import { createFrontDoor } from './start/front-door.ts'
import { startServices } from './start/services.ts'

/** The only file that reads process.env: environment → settings → platform → one port for API, log, objects and pages. */
const main = async (): Promise<void> => {
  const began = performance.now()
  const dev = process.argv.includes('--dev')
  const settings = parseSettings(process.env)
  const door = createFrontDoor(settings)
  const server = createServer(door.handle)
  server.requestTimeout = 0
  await new Promise<void>((listening, failed) =>
    server.once('error', failed).listen(settings.PORT, settings.HOST, listening),
  )
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : settings.PORT
  const origin = settings.ORIGIN ?? `http://${settings.HOST === '0.0.0.0' ? '127.0.0.1' : settings.HOST}:${port}`

  const services = await startServices(settings, { origin, local: `http://127.0.0.1:${port}` })
  await door.open(services.platform, { dev, server })
  console.log(
    `Sunlit 阳光交易 ${settings.SUNLIT_MODE}: ${origin}  (${((performance.now() - began) / 1000).toFixed(1)} s)`,
  )

  let stopping = false
  const stop = async (): Promise<void> => {
    if (stopping) return
    stopping = true
    // No new connections; live streams are cut, requests under way have 5 s.
    const closed = new Promise<void>((done) => server.close(() => done()))
    services.platform.cutStreams()
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 5000).unref()
    await closed
    await services.stop()
    process.exit(0)
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  await services.afterStart(origin)
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
