import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { bidDataFile } from '../client/bid-data.ts'
import { begin, code, failed, handIn, later, PASSPHRASE } from '../client/bidder.testing.ts'
import { DEADLINE } from '../client/notice.testing.ts'
import { dataFile } from '../client/offline.ts'
import { layersOf, type Platform } from '../client/platform.testing.ts'
import { verifyTender } from '../client/tender.ts'
import { fromUtf8 } from '../log/bytes.ts'
import { BIDDER, LOT, ORG, TENDER } from '../seal/actors.testing.ts'
import { encodeJson } from '../seal/json.ts'
import { makePkcs12 } from '../seal/pkcs12.ts'
import { makeRecovery } from '../seal/selfslot.ts'
import { run as seal } from './seal.ts'
import { run as trustee } from './trustee.ts'

/*
 * 87号令 41: no procedure here opens in two stages, and the log must hold no STAGE. The programs that seal a bid and that
 * release a trustee's shares refuse one however it comes: told as an event, or as a leaf alone.
 */
const folder = mkdtempSync(join(tmpdir(), 'sunlit-stage-'))
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}
after(() => rmSync(folder, { recursive: true }))

const stage = async (platform: Platform) => {
  const row = await platform.add('lot.staged/1', { lotId: LOT }, { name: 'STAGE' })
  await platform.tick(platform.state.now + 1000)
  return row
}

test('the packager, and the page that makes its data: nothing is sealed for a tender with a STAGE', async () => {
  const { platform, http, trust } = await begin()
  platform.state.routes.set('/api/bids', { bids: [] })
  const organisation = { id: ORG, name: BIDDER.organisation!, uscc: BIDDER.organisationCode! }
  const place = { tenderId: TENDER, lotId: LOT, organisation }
  const honest = await bidDataFile(http, place)
  const template = (data: Uint8Array, out: string) =>
    seal(['template', '--data', file(`${out}.json`, data), '--out', join(folder, out)])
  assert.equal(await template(honest, 'honest'), 0)
  const row = await stage(platform)
  const tender = await verifyTender(http, trust, TENDER)
  assert.deepEqual([tender.ok, failed(tender.checks)], [false, ['V-30']])
  await assert.rejects(bidDataFile(http, place), code('tender-unverifiable'))
  // A platform whose page carries it all the same: the program verifies anew.
  type Data = { answers: { path: string; json?: { events: object[] } }[] }
  const data = JSON.parse(fromUtf8(honest)) as Data
  const told = data.answers.find(({ path }) => path === `GET /api/tenders/${TENDER}/events`)!
  told.json!.events.push({ type: row.type, lotId: row.lotId, ...layersOf(row) })
  assert.equal(await template(encodeJson(data), 'staged'), 1)
  assert.equal(existsSync(join(folder, 'staged')), false)
})

/** The trustee's program over a data file of its page; how it ends, and whether it made shares. */
const release = async (name: string, act: (platform: Platform) => Promise<unknown>) => {
  const { platform, http } = await handIn()
  await platform.tick(DEADLINE - 180_000)
  await platform.close()
  await act(platform)
  const { key, signer } = platform.people[0]!
  platform.state.routes.set(`/api/tenders/${TENDER}/trustees/1/key`, { statement: '', cms: '', blob: '' })
  platform.state.routes.set(`/api/lots/${LOT}/closed-manifests`, { i: 1, bids: [] })
  await platform.tick(platform.state.now + 61 * 60_000)
  await later({ platform, http })
  const data = await dataFile(http, { purpose: 'release', tenderId: TENDER, i: 1, lotId: LOT })
  const recovery = await makeRecovery('trustee-key', key.pkcs8, { passphrase: PASSPHRASE })
  const p12 = await makePkcs12(signer.privateKey, [signer.certificateDer, ...signer.chainDer], '123456')
  const out = mkdtempSync(join(folder, 'out-'))
  const files = {
    data: file(`${name}.json`, data),
    p12: file('keeper.p12', p12),
    pin: file('pin', '123456'),
    recovery: file('recovery.json', recovery),
    passphrase: file('passphrase', PASSPHRASE),
    out,
  }
  const ended = await trustee(['release', ...Object.entries(files).flatMap(([option, path]) => [`--${option}`, path])])
  return [ended, readdirSync(out).length]
}

test('the trustee’s program: no share is released for a lot with a STAGE', async () => {
  assert.deepEqual(await release('honest', async () => {}), [0, 1])
  assert.deepEqual(await release('told', stage), [1, 0])
  const hidden = async (platform: Platform) => {
    const known = platform.log.rows.length
    await stage(platform)
    platform.log.rows.splice(known)
  }
  assert.deepEqual(await release('hidden', hidden), [1, 0])
})
