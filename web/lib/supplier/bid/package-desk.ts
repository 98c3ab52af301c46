import type { BidPackage } from '../../../../api/client/bid-package.ts'
import { fromHex, toBase64url } from '../../../../api/log/bytes.ts'
import { partCount } from '../../../../api/seal/parts.ts'
import { lang } from '../../i18n/t.ts'
import { givenTrust, pageHttp, pageTrust, saveFile } from '../../seal/client.ts'
import { faultOf } from '../../seal/faults.ts'
import { partName, removeKept, sealedFolder } from '../../seal/private-files.ts'
import { encodeSealed, type SealedBid, sealedFile } from '../../seal/sealed-bid.ts'
import type { Desk } from './desk.svelte.ts'
import { sealedBy, verified } from './seal-desk.ts'

/** What the offline packager needs of this lot, as a file. */
export const saveDataFile = async (desk: Desk, organisation: string, name: string): Promise<void> => {
  desk.fault = null
  try {
    const { bidDataFile } = await import('../../../../api/client/bid-data.ts')
    const { tenderId, lotId, organisationId: id, uscc } = desk.place
    const place = { tenderId, lotId, organisation: { id, name: organisation, uscc } }
    saveFile(`${name}.sunlit-data.json`, await bidDataFile(pageHttp(), place, givenTrust()), 'application/json')
  } catch (error) {
    desk.fault = faultOf(error, lang())
  }
}

const bytesOf = ({ manifest }: BidPackage): number => manifest.envelopes.reduce((sum, { size }) => sum + size, 0)

/** Parts into the private file system, each hashed on the way and compared with the signed root, as a sealing leaves them. */
const keepParts = async (desk: Desk, pack: BidPackage, file: File, path: string[]) => {
  const [{ keepFile }, { wholeEnvelope }] = await Promise.all([
    import('../../seal/sealer.ts'),
    import('../../../../api/client/bid-package.ts'),
  ])
  const total = bytesOf(pack)
  const partHashes: SealedBid['partHashes'] = []
  let done = 0
  for (const { no, size } of pack.manifest.envelopes) {
    const hashes: Uint8Array[] = []
    for (let part = 0; part < partCount(size); part++) {
      const { start, end } = pack.place(no, part)
      const { sha256 } = await keepFile({ path, name: partName(no, part), file: file.slice(start, end) })
      hashes.push(fromHex(sha256))
      done += end - start
      desk.progress = { step: 'keep', kind: null, done, total }
    }
    await wholeEnvelope(pack, no, hashes)
    partHashes.push({ envelopeNo: no, sha256: hashes.map(toBase64url) })
  }
  return { partHashes, keepFile }
}

const verifiedPackage = async (desk: Desk, file: File) => {
  const { tenderId, lotId, organisationId } = desk.place
  const http = pageHttp()
  const [trust, client, { chainHead }] = await Promise.all([
    pageTrust(http),
    import('../../../../api/client/bid-package.ts'),
    import('../../../../api/client/submit-bid.ts'),
  ])
  const pack = await client.openPackage(file)
  const tender = await verified(desk, http, trust)
  const head = await chainHead(http, tenderId, lotId)
  await client.fitsPackage(pack, { tender, lotId, organisationId, head }, trust)
  return { pack, deadline: tender.deadline }
}

const take = async (desk: Desk, file: File): Promise<string> => {
  const { tenderId, lotId, organisationId } = desk.place
  const { pack, deadline } = await verifiedPackage(desk, file)
  const began = performance.now()
  const key = crypto.randomUUID()
  const path = [...sealedFolder(organisationId, lotId), key]
  try {
    const { partHashes, keepFile } = await keepParts(desk, pack, file, path)
    const text = encodeSealed({
      ...{ key, tenderId, lotId, deadline, partHashes, bytes: bytesOf(pack), manifestHash: pack.manifestHash },
      at: pack.manifest.createdAt,
      noticeN: pack.manifest.notice.n,
      manifest: toBase64url(pack.bytes),
      cms: toBase64url(pack.cms),
      recoveryFile: toBase64url(pack.recoveryFile),
      envelopes: pack.manifest.envelopes.map(({ no, kind, size, partsRoot }) => ({ no, kind, size, root: partsRoot })),
      // the price is sealed, and no plain copy of it travels with the package
      summary: {},
      took: performance.now() - began,
      packed: true,
    })
    // Written last, as a sealing does: a folder without it is never taken for a bid.
    await keepFile({ path, name: sealedFile, file: new Blob([text]) })
    return key
  } catch (error) {
    await removeKept(path.slice(0, -1), key).catch(() => {})
    throw error
  }
}

/**
 * Takes a package as if it had been sealed here; false with `desk.fault` when it is not for here, or torn. Its recovery file was
 * written by the packager already, apart from it.
 */
export const takePackage = (desk: Desk, file: File): Promise<boolean> => sealedBy(desk, () => take(desk, file), true)
