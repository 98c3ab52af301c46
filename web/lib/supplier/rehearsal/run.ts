import { type Http, problem } from '../../../../api/client/http.ts'
import { nowOf, type TrustContext } from '../../../../api/client/trust.ts'
import { lang } from '../../i18n/t.ts'
import { pageHttp, pageTrust } from '../../seal/client.ts'
import { faultOf, said } from '../../seal/faults.ts'
import { softwareHash } from '../../seal/own-software.ts'
import { rehearsalFolder, removeKept } from '../../seal/private-files.ts'
import { partsIn } from '../../seal/sealed-bid.ts'
import type { RehearsalSealed, Reopened } from '../../seal/sealer-protocol.ts'
import { overLine } from '../bid/over-line.ts'
import { browserName, lackOf } from './browser.ts'
import { keepPassed } from './cards.ts'
import { begin, during, type Room, refuse, speedOf } from './room.svelte.ts'

export type Rehearsing = {
  organisationId: string
  uscc: string
  /** SHA-256 of the certificates bound to the organisation, base64url. */
  bound: readonly string[]
  p12: Uint8Array
  pin: string
  /** '' = one made up for this rehearsal. */
  passphrase: string
  file: Blob & { name?: string }
}

type Way = { room: Room; what: Rehearsing; http: Http; trust: TrustContext }
type Signer = Pick<Rehearsing, 'uscc' | 'p12' | 'pin'> & { trust: TrustContext }

const signerOf = ({ what: { uscc, p12, pin }, trust }: Way): Signer => ({ uscc, p12, pin, trust })

const timed = async <T>(act: () => Promise<T>): Promise<[T, number]> => {
  const began = performance.now()
  const done = await act()
  return [done, performance.now() - began]
}

const randomWord = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

const seeCertificate = (room: Room, what: Rehearsing, http: Http): Promise<Way> =>
  during(room, 'certificate', async () => {
    const way = { room, what, http, trust: await pageTrust(http) }
    const { certificateInWorker } = await import('../../seal/sealer.ts')
    const { certSha256, holder, notAfter } = await certificateInWorker(signerOf(way))
    if (!what.bound.includes(certSha256)) throw problem('certificate-not-bound', 'Not bound here')
    room.certificate = { holder, notAfter, now: nowOf(way.trust) }
    return way
  })

const seal = (way: Way, passphrase: string): Promise<RehearsalSealed> =>
  during(way.room, 'seal', async () => {
    const { room, what } = way
    const { organisationId, file } = what
    const { keepFile, rehearseInWorker, sealerAddress } = await import('../../seal/sealer.ts')
    const tell = (progress: Room['progress']) => {
      room.progress = progress
    }
    const kept = { key: 'file', name: file.name ?? 'rehearsal.bin', mime: file.type || 'application/octet-stream' }
    const path = rehearsalFolder(organisationId)
    const { sha256 } = await keepFile({ path, name: kept.key, file }, tell)
    const bundleSha256 = await softwareHash(sealerAddress)
    const job = { ...signerOf(way), organisationId, passphrase, file: { ...kept, sha256 }, bundleSha256 }
    const sealed = await rehearseInWorker(job, tell)
    room.measured.seal = { bytes: sealed.bytes, ms: sealed.took }
    return sealed
  })

const upload = (way: Way, sealed: RehearsalSealed): Promise<void> =>
  during(way.room, 'upload', async () => {
    const { room, what } = way
    const { uploadRehearsal } = await import('../../../../api/client/rehearse.ts')
    const [, ms] = await overLine(room, {
      parts: partsIn([...rehearsalFolder(what.organisationId), sealed.key]),
      onstate: (state) => {
        room.lost = state === 'lost'
      },
      send: (http, sink) => timed(() => uploadRehearsal(http, sealed, { sink })),
    })
    room.measured.upload = { bytes: sealed.bytes, ms }
  })

const reopen = (way: Way, sealed: RehearsalSealed, passphrase: string): Promise<Reopened> =>
  during(way.room, 'reopen', async () => {
    const { room, http } = way
    const [{ downloadRehearsal }, { reopenInWorker }] = await Promise.all([
      import('../../../../api/client/rehearse.ts'),
      import('../../seal/sealer.ts'),
    ])
    const tell = (done: number, total: number) => {
      room.progress = { step: 'self-test', kind: null, done, total: 2 * total }
    }
    const [parts, ms] = await timed(() => downloadRehearsal(http, sealed.rehearsalId, tell))
    room.measured.download = { bytes: sealed.bytes, ms }
    const { manifest, recoveryFile } = sealed
    return reopenInWorker(
      { ...signerOf(way), passphrase, manifest, recoveryFile, parts },
      ({ done, total, ...more }) => {
        room.progress = { ...more, done: total + done, total: 2 * total }
      },
    )
  })

const sign = (way: Way, sealed: RehearsalSealed, signed: Reopened): Promise<void> =>
  during(way.room, 'sign', async () => {
    const { room, http } = way
    const { completeRehearsal } = await import('../../../../api/client/rehearse.ts')
    const { seal: sealing, upload: up, download: down } = room.measured
    const pace = { seal: speedOf(sealing), upload: speedOf(up), download: speedOf(down) }
    const browser = browserName(navigator.userAgent)
    room.card = await completeRehearsal(http, sealed.rehearsalId, { ...signed, browser, pace })
    keepPassed(room.card.id)
  })

const forget = async (organisationId: string): Promise<void> => {
  const path = rehearsalFolder(organisationId)
  await removeKept(path.slice(0, -1), path.at(-1) ?? '').catch(() => {})
}

/** Whether no other window of this browser rehearses for the organisation, kept so until the act is over. */
const alone = (organisationId: string, act: (isAlone: boolean) => Promise<void>): Promise<void> =>
  navigator.locks.request(`sunlit.rehearsal.${organisationId}`, { ifAvailable: true }, (lock) => act(lock !== null))

/**
 * Goes through all steps; what went wrong stands in `room.fault`. Nothing of it stays on this device. One window at a
 * time: two would sweep away each other's parts, and each would measure half a line.
 */
export const rehearse = (room: Room, what: Rehearsing): Promise<void> =>
  alone(what.organisationId, async (isAlone) => {
    if (isAlone) return goThrough(room, what)
    refuse(room, said('rehearsal-elsewhere', lang()))
  })

const goThrough = async (room: Room, what: Rehearsing): Promise<void> => {
  begin(room)
  await forget(what.organisationId)
  try {
    await during(room, 'browser', async () => {
      const lack = await lackOf(what.file.size)
      if (lack) throw problem(lack, 'This browser lacks what sealing needs')
    })
    const way = await seeCertificate(room, what, pageHttp())
    const passphrase = what.passphrase || randomWord()
    const sealed = await seal(way, passphrase)
    await upload(way, sealed)
    await sign(way, sealed, await reopen(way, sealed, passphrase))
  } catch (error) {
    room.fault = faultOf(error, lang())
  } finally {
    room.busy = false
    await forget(what.organisationId)
  }
}

const BLOCK = 1024 * 1024

/** A file of this many bytes that does not compress, made here. */
export const madeUp = (bytes: number): File => {
  const block = new Uint8Array(BLOCK)
  for (let at = 0; at < BLOCK; at += 65_536) crypto.getRandomValues(block.subarray(at, at + 65_536))
  const blocks = Array.from({ length: Math.ceil(bytes / BLOCK) }, (_, i) => block.subarray(0, bytes - i * BLOCK))
  return new File(blocks, 'rehearsal.bin', { type: 'application/octet-stream' })
}
