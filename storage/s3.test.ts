import assert from 'node:assert/strict'
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { RETENTION_MODES, RETENTION_VALIDITY_UNITS } from 'minio'
import { missingCephPrograms, type S3Service, startS3 } from '../e2e/services/ceph.ts'
import { contractSuite } from './contract.suite.ts'
import { readAll } from './port.ts'
import { openS3Store, type S3Store } from './s3.ts'
import { connect, type S3Options, versions } from './s3-bucket.ts'

const missing = missingCephPrograms()
const required = process.getuid?.() === 0 || process.env.CI === 'true' || process.env.S3_TEST_REQUIRED === '1'

type Options = (more?: Partial<S3Options>) => S3Options

const buckets = (options: Options) =>
  describe('a bucket that cannot keep sealed bids is refused', () => {
    test('without versioning and Object Lock', async () => {
      const { bucket } = options()
      const s3 = connect(options({ bucket }))
      await s3.client.makeBucket(bucket, s3.region)
      await assert.rejects(openS3Store(options({ bucket })), /versioning is not enabled/)
      await s3.client.setBucketVersioning(bucket, { Status: 'Enabled' })
      await assert.rejects(openS3Store(options({ bucket })), /Object Lock is not enabled/)
      s3.agent.destroy()
    })

    test('with a default retention', async () => {
      const { bucket } = options()
      const s3 = connect(options({ bucket }))
      await s3.client.makeBucket(bucket, s3.region, { ObjectLocking: true })
      const unit = RETENTION_VALIDITY_UNITS.DAYS
      await s3.client.setObjectLockConfig(bucket, { mode: RETENTION_MODES.GOVERNANCE, unit, validity: 1 })
      await assert.rejects(openS3Store(options({ bucket })), /default retention/)
      s3.agent.destroy()
    })

    test('a wrong key and a dead address say what is wrong', async () => {
      await assert.rejects(openS3Store(options({ secretKey: 'wrong' })), /does not answer as expected/)
      const dead = options({ endpoint: 'http://127.0.0.1:9' })
      await assert.rejects(openS3Store(dead), /127\.0\.0\.1:9 does not answer as expected: ECONNREFUSED/)
    })

    test('opening twice is the same store', async () => {
      const same = options()
      const first = await openS3Store(same)
      await first.put('kept', Buffer.from('kept'), { contentType: 'text/plain' })
      const second = await openS3Store(same)
      assert.equal(Buffer.from(await readAll(await second.get('kept'))).toString(), 'kept')
      await Promise.all([first.close(), second.close()])
    })
  })

const guarding = (options: Options, origin: string) =>
  describe('S3 store', () => {
    let store!: S3Store
    const own: { options?: S3Options } = {}
    before(async () => {
      own.options = options()
      store = await openS3Store(own.options)
    })
    after(() => store.close())

    test('our pages may upload, foreign pages may not', async () => {
      const { url } = await store.presignPut({ key: 'cors', maxSize: 1, contentType: 'text/plain', expiresSeconds: 60 })
      const preflight = async (from: string) => {
        const headers = {
          origin: from,
          'access-control-request-method': 'PUT',
          'access-control-request-headers': 'content-type,if-none-match',
        }
        return (await fetch(url, { method: 'OPTIONS', headers })).headers.get('access-control-allow-origin')
      }
      assert.equal(await preflight(origin), origin)
      assert.equal(await preflight('https://evil.example'), null)
    })

    test('deletion takes every version and delete marker, also those written past us', async () => {
      const s3 = connect(own.options as S3Options)
      const key = `past-us/${randomUUID()}`
      await store.put(key, Buffer.from('one'), { contentType: 'text/plain' })
      await s3.client.putObject(s3.bucket, key, Buffer.from('two'))
      await s3.client.removeObject(s3.bucket, key)
      await s3.client.putObject(s3.bucket, key, Buffer.from('three'))
      await s3.client.putObject(s3.bucket, `${key}0`, Buffer.from('neighbour'))
      await store.remove(key)
      const left: string[] = []
      for await (const version of versions(s3, key)) left.push(version.key)
      assert.deepEqual(left, [`${key}0`])
      s3.agent.destroy()
    })

    test('what somebody writes over an object does not become the object', async () => {
      const s3 = connect(own.options as S3Options)
      const key = `pinned/${randomUUID()}`
      const { versionId = '' } = await store.put(key, Buffer.from('bid'), { contentType: 'text/plain' })
      await s3.client.putObject(s3.bucket, key, Buffer.from('forged'))
      for (const options of [{}, { versionId }])
        assert.equal(Buffer.from(await readAll(await store.get(key, options))).toString(), 'bid')
      assert.equal((await store.head(key))?.versionId, versionId)
      assert.equal(await (await fetch(await store.presignGet({ key, expiresSeconds: 60 }))).text(), 'bid')
      await s3.client.removeObject(s3.bucket, key)
      assert.equal(Buffer.from(await readAll(await store.get(key))).toString(), 'bid', 'a delete marker hides nothing')
      s3.agent.destroy()
    })

    test('a hash that an uploader wrote into the metadata is not believed', async () => {
      const s3 = connect(own.options as S3Options)
      const key = `claimed/${randomUUID()}`
      const sha256 = createHash('sha256').update('other').digest('hex')
      const claim = { 'x-amz-meta-sha256': sha256, 'x-amz-meta-sha256-mac': randomBytes(32).toString('hex') }
      await s3.client.putObject(s3.bucket, key, Buffer.from('bytes'), 5, claim)
      assert.equal((await store.head(key))?.sha256, undefined)
      s3.agent.destroy()
    })

    test('the signed address is the public one', async () => {
      const abroad = await openS3Store({
        ...(own.options as S3Options),
        publicEndpoint: 'https://objects.sunlit.example',
      })
      const url = new URL(await abroad.presignGet({ key: 'x', expiresSeconds: 60 }))
      assert.equal(url.origin, 'https://objects.sunlit.example')
      assert.match(url.searchParams.get('X-Amz-SignedHeaders') ?? '', /host/)
      await abroad.close()
    })

    test('a broken multipart upload leaves no parts behind', async () => {
      const s3 = connect(own.options as S3Options)
      const key = `broken/${randomUUID()}`
      const broken = async function* () {
        for (let mebibyte = 0; mebibyte < 20; mebibyte++) yield randomBytes(1 << 20)
        throw new Error('the line went dead')
      }
      await assert.rejects(store.put(key, broken(), { contentType: 'text/plain' }), /the line went dead/)
      assert.equal(await s3.client.findUploadId(s3.bucket, key), undefined)
      s3.agent.destroy()
    })

    test('ready notices when the bucket is gone', async () => {
      const gone = options()
      const shortLived = await openS3Store(gone)
      const s3 = connect(gone)
      await s3.client.removeBucket(gone.bucket)
      await assert.rejects(shortLived.check(), /is gone/)
      s3.agent.destroy()
      await shortLived.close()
    })
  })

if (missing.length > 0)
  test('S3 store on Ceph RGW', { skip: !required && `not installed: ${missing.join(', ')}` }, () => {
    assert.fail(`not installed: ${missing.join(', ')} (apt-get install ceph-mon ceph-osd radosgw ceph-common)`)
  })
else
  describe('S3', () => {
    let service!: S3Service
    const origin = 'https://sunlit.example'
    const options = (more: Partial<S3Options> = {}): S3Options => ({
      endpoint: service.endpoint,
      region: service.region,
      accessKey: service.accessKey,
      secretKey: service.secretKey,
      bucket: `sunlit-${randomUUID()}`,
      origins: [origin],
      ...more,
    })
    before(async () => {
      service = await startS3()
    })
    after(() => service?.stop())

    contractSuite('S3', async () => {
      const store = await openS3Store(options())
      return { store, close: store.close }
    })
    buckets(options)
    guarding(options, origin)
  })
