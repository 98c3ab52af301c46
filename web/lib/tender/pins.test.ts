import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isProblem } from '../../../api/client/http.ts'
import { makeTestCa } from '../../../api/kernel/pdf/test-certificates.ts'
import { certificatesOf } from './pins.ts'

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`

test('a pin is chosen as PEM or DER, or pasted; all of them count', async () => {
  const [one, two] = await Promise.all([makeTestCa(), makeTestCa()])
  const [first, second] = [one.certificateDer, two.certificateDer]
  const both = new Blob([`时间戳机构\n${pemOf(first)}${pemOf(second)}`])
  assert.deepEqual(
    await certificatesOf('stampers', both),
    [first, second].map((der) => new Uint8Array(der)),
  )
  const der = new Blob([new Uint8Array(first)])
  assert.equal((await certificatesOf('stampers', der, new Blob([pemOf(second)]))).length, 2)
})

test('what is no certificate is named as what it was to be, and is never a pin', async () => {
  const { certificateDer } = await makeTestCa()
  const spoilt = new Uint8Array(certificateDer).slice(0, -1)
  for (const wrong of ['', 'PK', pemOf(spoilt), pemOf(certificateDer).replace('M', '*'), spoilt])
    for (const whose of ['authorities', 'stampers'] as const)
      await assert.rejects(certificatesOf(whose, new Blob([pemOf(certificateDer)]), new Blob([wrong])), (error) =>
        isProblem(error, `${whose}-unreadable`),
      )
})
