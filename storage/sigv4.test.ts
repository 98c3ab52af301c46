import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presign } from './sigv4.ts'

test('the example of the AWS documentation (Signature Version 4, query parameters)', () => {
  const url = presign({
    method: 'GET',
    endpoint: 'https://examplebucket.s3.amazonaws.com',
    path: '/test.txt',
    region: 'us-east-1',
    accessKey: 'AKIAIOSFODNN7EXAMPLE',
    secretKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    expiresSeconds: 86400,
    now: new Date('2013-05-24T00:00:00Z'),
  })
  assert.ok(url.endsWith('&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404'), url)
})
