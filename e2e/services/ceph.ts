import { randomBytes, randomUUID } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Daemon,
  freePorts,
  removeTree,
  run,
  serviceDirectory,
  serviceSubdirectory,
  startDaemon,
  until,
} from './process.ts'

export type S3Service = {
  endpoint: string
  region: string
  accessKey: string
  secretKey: string
  /** What answers: for messages only. */
  name: string
  stop: () => Promise<void>
}

const PROGRAMS = ['ceph-mon', 'ceph-osd', 'radosgw', 'ceph', 'ceph-authtool', 'monmaptool', 'radosgw-admin']

/** Debian packages that bring the programs: ceph-mon ceph-osd radosgw ceph-common. */
export const missingCephPrograms = (): string[] =>
  process.env.S3_TEST_ENDPOINT ? [] : PROGRAMS.filter((name) => !existsSync(join('/usr/bin', name)))

/**
 * A real S3 server for the contract suite: Ceph RGW over one monitor and one in-memory OSD on loopback, or the server
 * named by S3_TEST_ENDPOINT, S3_TEST_ACCESS_KEY and S3_TEST_SECRET_KEY (S3_TEST_REGION, default us-east-1), so that
 * an operator can run the suite against the server he will use.
 */
export const startS3 = async (): Promise<S3Service> => {
  const { S3_TEST_ENDPOINT: endpoint, S3_TEST_ACCESS_KEY: accessKey, S3_TEST_SECRET_KEY: secretKey } = process.env
  if (!endpoint) return startCeph()
  if (!accessKey || !secretKey)
    throw new Error('S3_TEST_ENDPOINT is set: S3_TEST_ACCESS_KEY and S3_TEST_SECRET_KEY are needed too')
  const region = process.env.S3_TEST_REGION ?? 'us-east-1'
  return { endpoint, region, accessKey, secretKey, name: endpoint, stop: async () => undefined }
}

const startCeph = async (): Promise<S3Service> => {
  const directory = serviceDirectory('ceph')
  const daemons: Daemon[] = []
  const stop = async () => {
    // The gateway first, then the OSD, then the monitor: each needs the next to end cleanly.
    for (const daemon of daemons.reverse()) await daemon.stop()
    removeTree(directory)
  }
  try {
    const [v2 = 0, v1 = 0, http = 0] = await freePorts(3)
    const conf = writeConfiguration(directory, { v2, v1, http })
    await startMonitor(directory, conf, { v2, v1 }, daemons)
    await startStorage(directory, conf, daemons)
    const keys = await startGateway(directory, conf, http, daemons)
    return { endpoint: `http://127.0.0.1:${http}`, region: 'us-east-1', ...keys, name: 'Ceph RGW', stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type Ports = { v2: number; v1: number }

const writeConfiguration = (directory: string, { v2, v1, http }: Ports & { http: number }): string => {
  const path = join(directory, 'ceph.conf')
  for (const name of ['mon', 'osd', 'rgw', 'run', 'log']) serviceSubdirectory(directory, name)
  // The paxos times and the lease ratio bring the start from 17 s to under 6 s; `cephx` because radosgw hangs without.
  writeFileSync(
    path,
    `[global]
fsid = ${randomUUID()}
mon host = v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}
public network = 127.0.0.0/8
cluster network = 127.0.0.0/8
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
keyring = ${directory}/keyring
run dir = ${directory}/run
admin socket = ${directory}/run/$name.asok
log file = ${directory}/log/$name.log
crash dir = ${directory}/run
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail warn = 1
mon data avail crit = 1
mon data = ${directory}/mon
paxos propose interval = 0.02
paxos min wait = 0.01
osd pool default read lease ratio = 0.05
osd heartbeat grace = 5
[osd.0]
osd data = ${directory}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
[client.admin]
rgw frontends = beast endpoint=127.0.0.1:${http}
rgw data = ${directory}/rgw
rgw dns name = 127.0.0.1
`,
  )
  return path
}

const startMonitor = async (directory: string, conf: string, { v2, v1 }: Ports, daemons: Daemon[]): Promise<void> => {
  const keyring = join(directory, 'keyring')
  const map = join(directory, 'monmap')
  run('ceph-authtool', ['-C', keyring, '--gen-key', '-n', 'mon.', '--cap', 'mon', 'allow *'], directory)
  const caps = ['mon', 'osd', 'mgr', 'mds'].flatMap((name) => ['--cap', name, 'allow *'])
  run('ceph-authtool', [keyring, '--gen-key', '-n', 'client.admin', ...caps], directory)
  run('monmaptool', ['-c', conf, '--create', '--addv', 'a', `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`, map], directory)
  run('ceph-mon', ['-c', conf, '--mkfs', '-i', 'a', '--monmap', map, '--keyring', keyring], directory)
  daemons.push(
    startDaemon('ceph-mon', ['-c', conf, '-f', '-i', 'a'], { log: join(directory, 'mon.out'), cwd: directory }),
  )
}

const startStorage = async (directory: string, conf: string, daemons: Daemon[]): Promise<void> => {
  const uuid = randomUUID()
  const ceph = (...args: string[]) => run('ceph', ['-c', conf, '--connect-timeout', '30', ...args], directory)
  ceph('osd', 'new', uuid, '0')
  const key = ceph('auth', 'get-or-create', 'osd.0', 'mon', 'allow profile osd', 'osd', 'allow *')
  writeFileSync(join(directory, 'keyring'), key, { flag: 'a' })
  run('ceph-osd', ['-c', conf, '-i', '0', '--mkfs', '--osd-uuid', uuid], directory)
  ceph('osd', 'crush', 'add', 'osd.0', '1.0', 'host=localhost', 'root=default')
  daemons.push(
    startDaemon('ceph-osd', ['-c', conf, '-f', '-i', '0'], { log: join(directory, 'osd.out'), cwd: directory }),
  )
}

const startGateway = async (directory: string, conf: string, http: number, daemons: Daemon[]) => {
  daemons.push(
    startDaemon('radosgw', ['-c', conf, '-f', '-n', 'client.admin'], {
      log: join(directory, 'rgw.out'),
      cwd: directory,
    }),
  )
  await until('Ceph RGW', async () => (await fetch(`http://127.0.0.1:${http}/`)).status === 200, { daemons })
  const accessKey = randomBytes(10).toString('hex')
  const secretKey = randomBytes(20).toString('hex')
  const user = ['user', 'create', '--uid=sunlit', '--display-name=sunlit']
  run('radosgw-admin', ['-c', conf, ...user, `--access-key=${accessKey}`, `--secret-key=${secretKey}`], directory)
  return { accessKey, secretKey }
}
