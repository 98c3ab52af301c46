import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { PDFDocument } from 'pdf-lib'
import { contentsInGap, coveredBytes, derWithin, digestByteRange } from './byte-range.ts'
import { assembleCades, signCades, signedAttributes } from './cades.ts'
import { renderPdf } from './document.ts'
import { completePdfSignature, preparePdfSignature, signPdf } from './sign.ts'
import { makeTestCa, pemOf, type TestCa, type TestSigner } from './test-certificates.ts'
import { verifyPdfSignatures } from './verify.ts'

const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
const poppler =
  has('pdfsig') && has('certutil') ? false : 'pdfsig (poppler-utils) or certutil (libnss3-tools) is not installed'
const openssl = has('openssl') ? false : 'openssl is not installed'

const date = new Date(Date.UTC(2026, 10, 23, 1, 30))
const folder = mkdtempSync(join(tmpdir(), 'sunlit-pdf-'))
const path = (name: string) => join(folder, name)

let ca: TestCa
let rsa: TestSigner
let ec: TestSigner
let paper: Uint8Array

before(async () => {
  ca = await makeTestCa()
  rsa = await ca.issue('张三', 'RSA')
  ec = await ca.issue('李四', 'EC')
  paper = await renderPdf({
    title: '中标通知书',
    language: 'zh',
    createdAt: date,
    blocks: [
      { type: 'paragraph', text: '经评审委员会评审，确定贵公司为中标人。' },
      {
        type: 'signatureFields',
        fields: [
          { name: 'purchaser', label: '采购人' },
          { name: 'agency', label: '采购代理机构' },
        ],
      },
    ],
  })
})

after(() => rmSync(folder, { recursive: true }))

const asPurchaser = {
  fieldName: 'purchaser',
  name: '张三',
  reason: '签发中标通知书',
  location: '江南市',
  date,
  appearance: ['江南市第一人民医院', '电子签名：张三', '2026-11-23 09:30（北京时间）'],
}
const asAgency = { fieldName: 'agency', name: '李四', date, appearance: ['江南招标有限公司', '电子签名：李四'] }

const pdfsig = (pdf: Uint8Array): string => {
  const nss = path('nss')
  if (spawnSync('certutil', ['-L', '-d', `sql:${nss}`]).status !== 0) {
    writeFileSync(path('ca.pem'), pemOf(ca.certificateDer))
    execFileSync('mkdir', ['-p', nss])
    execFileSync('certutil', ['-N', '--empty-password', '-d', `sql:${nss}`])
    execFileSync('certutil', ['-A', '-n', 'root', '-t', 'CT,C,C', '-i', path('ca.pem'), '-d', `sql:${nss}`])
  }
  writeFileSync(path('signed.pdf'), pdf)
  return spawnSync('pdfsig', ['-nssdir', `sql:${nss}`, path('signed.pdf')], { encoding: 'utf8' }).stdout
}
const count = (text: string, part: string) => text.split(part).length - 1

test('pdfsig finds RSA and EC signatures under a Chinese issuer valid and trusted', { skip: poppler }, async () => {
  for (const signer of [rsa, ec]) {
    const report = pdfsig(await signPdf(paper, { ...asPurchaser, ...signer }))
    assert.match(report, /Signature is Valid/)
    assert.match(report, /Certificate is Trusted/)
    assert.match(report, /Total document signed/)
    assert.match(report, /ETSI\.CAdES\.detached/)
  }
})

test('three signers one after another: each stays valid, only the last covers the whole', {
  skip: poppler,
}, async () => {
  const one = await signPdf(paper, { ...asPurchaser, ...rsa })
  const two = await signPdf(one, { ...asAgency, ...ec })
  // pdfsig cannot judge one certificate twice in a run: the seal has its own.
  const seal = await ca.issue('阳光交易平台', 'RSA')
  const three = await signPdf(two, { fieldName: 'platform', name: '阳光交易平台', date, ...seal })
  assert.deepEqual(Buffer.from(three.subarray(0, two.length)), Buffer.from(two))
  const report = pdfsig(three)
  assert.equal(count(report, 'Signature is Valid'), 3)
  assert.equal(count(report, 'Certificate is Trusted'), 3)
  const verdicts = await verifyPdfSignatures(three)
  const facts = verdicts.map(({ fieldName, ok, coversWholeDocument }) => ({ fieldName, ok, coversWholeDocument }))
  assert.deepEqual(facts, [
    { fieldName: 'purchaser', ok: true, coversWholeDocument: false },
    { fieldName: 'agency', ok: true, coversWholeDocument: false },
    { fieldName: 'platform', ok: true, coversWholeDocument: true },
  ])
  assert.deepEqual(Buffer.from(verdicts[1]!.certificateDer!), Buffer.from(ec.certificateDer))
  assert.equal(verdicts[0]!.claimed.reason, '签发中标通知书')
  assert.equal(verdicts[0]!.claimed.date, 'D:20261123013000Z')
})

test('a file with cross-reference streams is signed with streams', { skip: poppler }, async () => {
  const streams = await (await PDFDocument.load(paper)).save({ useObjectStreams: true, updateFieldAppearances: false })
  const one = await signPdf(streams, { ...asPurchaser, ...ec })
  const two = await signPdf(one, { ...asAgency, ...rsa })
  assert.equal(count(pdfsig(two), 'Signature is Valid'), 2)
  assert.deepEqual(
    (await verifyPdfSignatures(two)).map(({ ok }) => ok),
    [true, true],
  )
})

test('openssl accepts the extracted CMS as CAdES', { skip: openssl }, async () => {
  for (const signer of [rsa, ec]) {
    const prepared = await preparePdfSignature(paper, asPurchaser)
    const cms = await signCades({ digest: prepared.digest, ...signer })
    const pdf = await completePdfSignature(prepared, cms)
    writeFileSync(path('cms.der'), derWithin(contentsInGap(pdf, prepared.byteRange)!))
    writeFileSync(path('content'), coveredBytes(pdf, prepared.byteRange))
    writeFileSync(path('root.pem'), pemOf(ca.certificateDer))
    const files = ['-inform', 'DER', '-in', path('cms.der'), '-content', path('content'), '-CAfile', path('root.pem')]
    const args = ['cms', '-verify', '-cades', '-binary', '-purpose', 'any', ...files, '-out', path('out')]
    const run = spawnSync('openssl', args, { encoding: 'utf8' })
    assert.equal(run.status, 0, run.stderr)
    const printed = execFileSync('openssl', ['cms', '-cmsout', '-print', '-inform', 'DER', '-in', path('cms.der')])
    assert.doesNotMatch(printed.toString(), /signingTime/)
    assert.match(printed.toString(), /signingCertificateV2/)
  }
})

test('a browser signs over a digest it computed itself, with a key that cannot leave it', async () => {
  const prepared = await preparePdfSignature(paper, asPurchaser)
  assert.equal(rsa.privateKey.extractable, false)
  const own = await digestByteRange(prepared.pdf, prepared.byteRange)
  assert.deepEqual(own, prepared.digest)
  const cms = await signCades({ digest: own, ...rsa })
  const signed = await completePdfSignature(prepared, cms, rsa.certificateDer)
  assert.deepEqual(
    (await verifyPdfSignatures(signed)).map(({ ok }) => ok),
    [true],
  )
})

test('a token that only signs octets gives the same kind of CMS', async () => {
  const prepared = await preparePdfSignature(paper, asAgency)
  const octets = new Uint8Array(await signedAttributes(prepared.digest, ec.certificateDer))
  const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, ec.privateKey, octets)
  const { digest } = prepared
  const cms = await assembleCades({ digest, signature: new Uint8Array(raw), certificateDer: ec.certificateDer })
  assert.equal((await verifyPdfSignatures(await completePdfSignature(prepared, cms)))[0]!.ok, true)
})

test('what does not sign this document is not embedded', async () => {
  const prepared = await preparePdfSignature(paper, asPurchaser)
  const refused = (cms: Uint8Array, certificate?: Uint8Array) =>
    assert.rejects(completePdfSignature(prepared, cms, certificate), { code: 'pdf-signature-refused' })
  await refused(await signCades({ digest: new Uint8Array(32), ...rsa }))
  await refused(new Uint8Array([0x30, 0x03, 0x02, 0x01, 0x01]))
  await refused(new Uint8Array(0))
  const { digest } = prepared
  await refused(await signCades({ digest, ...rsa }), ec.certificateDer)
  // Another person's certificate over one's own key: signing-certificate-v2 and the signature both disagree.
  const other = await ca.issue('王五', 'RSA')
  const octets = new Uint8Array(await signedAttributes(digest, rsa.certificateDer))
  const signature = new Uint8Array(await crypto.subtle.sign('RSASSA-PKCS1-v1_5', rsa.privateKey, octets))
  await refused(await assembleCades({ digest, signature, certificateDer: other.certificateDer }))
})

test('one flipped octet anywhere outside the hole breaks the signature', { timeout: 60_000 }, async () => {
  const signed = await signPdf(paper, { ...asPurchaser, ...ec })
  const byteRange = (await verifyPdfSignatures(signed))[0]!.byteRange!
  const places = [20, 600, paper.length - 40, paper.length + 80, byteRange[1] + 200, signed.length - 8]
  for (const place of places) {
    const flipped = new Uint8Array(signed)
    flipped[place]! ^= 1
    const verdicts = await verifyPdfSignatures(flipped)
    assert.ok(!verdicts.some(({ ok }) => ok), `octet ${place}`)
  }
  if (!poppler) {
    const flipped = new Uint8Array(signed)
    flipped[600]! ^= 1
    assert.match(pdfsig(flipped), /Digest Mismatch/)
  }
})

test('appended octets are not covered, a widened hole is not accepted', async () => {
  const signed = await signPdf(paper, { ...asPurchaser, ...rsa })
  const longer = new Uint8Array([...signed, ...new TextEncoder().encode('\n% more\n')])
  const [appended] = await verifyPdfSignatures(longer)
  assert.deepEqual([appended!.ok, appended!.coversWholeDocument], [true, false])
  const byteRange = (await verifyPdfSignatures(signed))[0]!.byteRange!
  const text = Buffer.from(signed).toString('latin1')
  const [, a, b, c] = byteRange
  const wide = text.replace(`[ 0 ${a} ${b} ${c} ]`, `[ 0 ${a - 9} ${b} ${c} ]`)
  assert.notEqual(wide, text)
  assert.equal((await verifyPdfSignatures(Buffer.from(wide, 'latin1')))[0]!.ok, false)
})

test('a field is signed once, a file that is no PDF is refused', async () => {
  const signed = await signPdf(paper, { ...asPurchaser, ...rsa })
  await assert.rejects(signPdf(signed, { ...asPurchaser, ...rsa }), { code: 'pdf-field-signed' })
  await assert.rejects(preparePdfSignature(new TextEncoder().encode('no pdf'), asPurchaser), { code: 'pdf-unreadable' })
  assert.deepEqual(await verifyPdfSignatures(paper), [])
  assert.deepEqual(await verifyPdfSignatures(new Uint8Array(40)), [])
})
