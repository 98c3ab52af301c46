import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { certificateFaults, isFaulty, lackingOf, listedFaults, openCertificate } from './certificate.ts'

const chosen = (bytes: number): FileList => [new File([new Uint8Array(bytes)], 'a.p12')] as unknown as FileList

describe('a certificate file and its password', () => {
  test('both are asked for before anything is opened, in the words of the page', () => {
    assert.deepEqual(lackingOf(null, '', 'zh-CN'), { file: '请选择证书文件', pin: '请输入证书口令' })
    assert.deepEqual(lackingOf(chosen(1), '', 'en'), { pin: 'Enter the certificate password' })
    assert.deepEqual(lackingOf(chosen(1), '123456', 'en'), {})
  })

  test('a refusal about neither of them stands elsewhere', () => {
    assert.deepEqual(certificateFaults('wrong-pin', 'en'), {
      pin: 'The certificate password is wrong. Enter it again.',
    })
    assert.deepEqual(Object.keys(certificateFaults('not-pkcs12', 'en')), ['file'])
    assert.ok(!isFaulty(certificateFaults('certificate-expired', 'en')))
    assert.ok(!isFaulty(certificateFaults(undefined, 'en')))
  })

  test('each fault leads to its own field', () => {
    assert.deepEqual(listedFaults('seal-2', { pin: 'b', file: 'a' }), [
      { id: 'seal-2-file', message: 'a' },
      { id: 'seal-2-pin', message: 'b' },
    ])
    assert.deepEqual(listedFaults('seal', {}), [])
  })

  test('what is no certificate file is said beside the file, and a large one is not even read', async () => {
    for (const bytes of [10, 1_000_001]) {
      const opened = await openCertificate(chosen(bytes), '123456', 'en')
      assert.deepEqual(opened.ok ? null : Object.keys(opened.faults), ['file'])
    }
    const nothing = await openCertificate(null, '', 'en')
    assert.deepEqual(nothing.ok ? null : Object.keys(nothing.faults), ['file', 'pin'])
  })
})
