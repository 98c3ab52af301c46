/* A small time-stamp authority: `openssl ts -reply` behind an HTTP server of the test's own process. Test files only. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CONFIG = (folder: string) => `
[tsa]
default_tsa = tsa_config
[tsa_config]
dir = ${folder}
serial = ${folder}/serial
crypto_device = builtin
signer_cert = ${folder}/tsa.pem
certs = ${folder}/ca.pem
signer_key = ${folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[stamping]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[mailing]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,emailProtection
`

export type Answering = (answer: Buffer) => Buffer | null

export const startTsa = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sunlit-tsa-'))
  const path = (name: string) => join(folder, name)
  const openssl = (...args: string[]) =>
    execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
  writeFileSync(path('tsa.cnf'), CONFIG(folder))
  writeFileSync(path('serial'), '01\n')
  const common = ['-config', 'tsa.cnf', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-utf8']
  const root = ['-x509', '-extensions', 'ca', '-subj', '/C=CN/O=国家授时测试中心/CN=时间戳测试根']
  openssl('req', ...common, ...root, '-keyout', 'ca.key', '-out', 'ca.pem')
  const enrol = (name: string, usage: string) => {
    const leaf = [
      '-extensions',
      usage,
      '-CA',
      'ca.pem',
      '-CAkey',
      'ca.key',
      '-x509',
      '-subj',
      `/C=CN/O=时间戳/CN=${name}`,
    ]
    openssl('req', ...common, ...leaf, '-keyout', `${name}.key`, '-out', `${name}.pem`)
  }
  enrol('tsa', 'stamping')
  const state = { asked: [] as Buffer[], change: ((answer) => answer) as Answering, status: 200 }
  const reply = (query: Buffer): Buffer => {
    writeFileSync(path('query.tsq'), query)
    openssl('ts', '-reply', '-config', 'tsa.cnf', '-queryfile', 'query.tsq', '-out', 'answer.tsr')
    return readFileSync(path('answer.tsr'))
  }
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const query = Buffer.concat(chunks)
    state.asked.push(query)
    const answer = state.change(reply(query))
    // No answer at all: the line stays open until the asker gives up.
    if (answer) res.writeHead(state.status, { 'content-type': 'application/timestamp-reply' }).end(answer)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const der = (name: string) => new Uint8Array(openssl('x509', '-in', `${name}.pem`, '-outform', 'DER'))
  const stop = async () => {
    server.closeAllConnections()
    await new Promise<void>((closed) => server.close(() => closed()))
    rmSync(folder, { recursive: true, force: true })
  }
  return { url: `http://127.0.0.1:${port}/tsa`, caFile: path('ca.pem'), path, openssl, enrol, reply, der, state, stop }
}
export type Tsa = Awaited<ReturnType<typeof startTsa>>
