import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Database } from '../kernel/database.ts'
import { testDatabase } from '../kernel/testing.ts'
import { fromBase64url, sha256, toBase64url, toHex, utf8 } from '../log/bytes.ts'
import { type TestLog, testLog } from '../log/testing.ts'
import { clientList, publishClients, publishedClients } from './service.ts'

let db: Database
let log: TestLog
let close: () => Promise<void>
before(async () => {
  const made = await testDatabase()
  db = made.db
  close = made.close
  log = await testLog(db, { interval: 50 })
  log.sequencer.start()
  await log.sequencer.ready()
})
after(async () => {
  await log.stop()
  await close()
})

test('the packager is a client of its own, named by the hash of its file; every other by the hash of its list', async () => {
  const file = await sha256(utf8('the packager'))
  const line = `${toHex(file)}  _app/sunlit-seal.mjs\n`
  const many = `${toHex(file)}  a\n${toHex(file)}  b\n`
  const publish = publishClients({ db, log: { flush: () => log.sequencer.flush() } as never })
  for (let times = 0; times < 2; times++)
    await publish([
      { kind: 'offline', list: line, sha256: file },
      { kind: 'offline', list: many },
    ])
  const { clients } = await publishedClients({ db })()
  const told = clients.map(({ sha256: name, kind, files, leafIndex }) => [name, kind, files, leafIndex !== null])
  const named = [toBase64url(file), toBase64url(await sha256(utf8(many)))]
  assert.deepEqual(
    told.toSorted((a, b) => Number(a[2]) - Number(b[2])),
    [
      [named[0], 'offline', 1, true],
      [named[1], 'offline', 2, true],
    ],
  )
  const list = await clientList({ db })(named[0]!)
  assert.equal(list, line)
  assert.equal(list.slice(0, 64), toHex(fromBase64url(named[0]!)), 'sha256sum of the file is its name in the log')
})
